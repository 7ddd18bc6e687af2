"""Decide what follows when customs wants a parcel itself: its case, and the end some results mean.

Each function is a handler: it may be called again after a crash and then changes nothing.
"""

from bonded_display.warehouse.inspection.cases import CaseAsk, close_case, open_case
from bonded_display.warehouse.inspection.outcomes import Result
from kernel import clock, db
from kernel.outbox import Fact
from settlement.ledger.postings import Books
from settlement.ledger.terms import cost_of
from settlement.post_goods_lost import post_goods_lost
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
    """Goods that are gone for good end their order: its money goes back, the shopper reads why.

    What customs took, samples too, is booked at its landed cost after that: the shopper's money
    never waits for our books.
    """
    if fact.payload["ends"]:
        reason = REASONS[Result(fact.payload["result"])]
        refuse_order(int(fact.payload["order_id"]), reason=reason)
    taken = fact.payload.get("taken", {})  # of facts before 2026-12 the stock's log alone tells
    if taken:
        _book_loss(fact, [(int(item), int(qty)) for item, qty in taken.items()])


def _book_loss(fact: Fact, taken: list[tuple[int, int]]) -> None:
    order = order_of(fact)
    with db.read() as connection:
        cost_fen = cost_of(connection, taken, clock.china_date(order.placed_at))
    post_goods_lost(
        Books(order.platform_enterprise_id, fact.at),
        fact.payload["result"],
        document=f"{fact.subject}:{fact.subject_seq}",
        cost_fen=cost_fen,
    )
