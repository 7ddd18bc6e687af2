"""Decide what follows goods that came back: declared once they were checked, undone once granted.

Each function is a handler: it may be called again after a crash and then changes nothing.
"""

from bonded_display.warehouse.errors import NotNow
from kernel.outbox import Fact, Wait
from settlement.ledger.errors import SaleNotPosted
from settlement.refund_part import refund_part
from settlement.tax.errors import BillNotHeard
from shop.endings import declare_return as ask
from shop.endings.end_return import end_return
from shop.steps.told import order_of

ASK_AGAIN_S = 20
"""How soon a part is looked at again whose tax bill or signature is not here yet."""


def declare_return(fact: Fact) -> None:
    """Send 625 for the pieces that were checked, under the number of their case.

    Once customs refused it and they went to the shopper again, nothing is declared any more.
    """
    try:
        ask.declare_return(int(fact.payload["case_id"]))
    except NotNow as now:
        if now.facts["state"] != "refused":
            raise


def take_back(fact: Fact) -> None:
    """Customs granted a return: goods, book, year and order follow.

    One in place of a withdrawal is not meant: its goods never left (``list.cancelled``).
    """
    if fact.payload.get("before_gate", True):
        return
    try:
        end_return(int(fact.payload["request_id"]))
    except (BillNotHeard, SaleNotPosted) as early:
        raise Wait(ASK_AGAIN_S, early.code) from early


def refund_returned_part(fact: Fact) -> None:
    """Give the money of a part that came back to the same wallet."""
    order = order_of(fact)
    refund_part(int(fact.payload["case_id"]), legal_entity_id=order.platform_enterprise_id)
