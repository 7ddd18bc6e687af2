"""Decide what follows when customs wants a parcel itself: its case, and the end some results mean.

Each function is a handler: it may be called again after a crash and then changes nothing.
"""

from bonded_display.warehouse.inspection.cases import CaseAsk, close_case, open_case
from bonded_display.warehouse.inspection.outcomes import Result
from kernel.outbox import Fact
from shop.endings.why import DESTROYED, KEPT, RETURNED_OUT
from shop.refuse_order import refuse_order
from shop.steps.told import order_of

REASONS = {
    Result.SEIZED: KEPT,
    Result.DESTROYED: DESTROYED,
    Result.SENT_BACK: RETURNED_OUT,
}
"""What the shopper of an order that ends so is told."""


def follow_inspection(fact: Fact) -> None:
    """Keep the parcel that customs wants from leaving; let it go once the list is let go.

    One handler for both: of two, the second could run first and the case would stay open.
    """
    if fact.name in ("list.released", "list.cancelled"):
        close_case(int(fact.payload["list_id"]))
        return
    order = order_of(fact)
    open_case(
        CaseAsk(
            order_id=order.id,
            list_id=int(fact.payload["list_id"]),
            warehouse_id=order.warehouse_id,
            status=fact.payload["status"],
        )
    )


def end_order(fact: Fact) -> None:
    """Goods that are gone for good end their order: its money goes back, the shopper reads why."""
    if fact.payload["ends"]:
        reason = REASONS[Result(fact.payload["result"])]
        refuse_order(int(fact.payload["order_id"]), reason=reason)
