"""Decide what follows an order's end: its papers withdrawn, its waybill void, its list undone.

Each function is a handler: it may be called again after a crash and then changes nothing.
"""

from bonded_display.customs.changes.return_goods import OPEN_TO_RETURN
from bonded_display.customs.changes.withdraw_document import withdraw_order_document
from bonded_display.customs.changes.withdraw_list import (
    free_tax_of_kept,
    wanted_withdrawal,
    withdraw_list,
)
from bonded_display.customs.errors import NotWithdrawable
from bonded_display.customs.lists import row_of
from bonded_display.warehouse.open_pick_task import void_pick_of_order
from bonded_display.warehouse.waybills import void_waybill
from kernel import db, locks, metrics
from kernel.logs import log
from kernel.outbox import Fact, Wait
from shop.endings.why import WITHDRAWN
from shop.queries import Order
from shop.refuse_order import refuse_order
from shop.steps.after_customs import open_pick
from shop.steps.told import has_ended, order_of

TOLD = "订单终止，申报撤销"
"""What customs reads as the reason of a withdrawal that nobody worded."""

ASK_AGAIN_S = 5


def withdraw_declarations(fact: Fact) -> None:
    """Take back what we declared for a refused order: the list, then its order document.

    What customs keeps stays declared; its tax is free.  An order document that a numbered list
    has used is customs' own.  411 and 511 are the payment company's and the courier's, which
    have no such call.
    """
    order = order_of(fact)
    if order.declaration_list_id is not None:
        _end(order, order.declaration_list_id, reason=TOLD)


def _end(order: Order, list_id: int, *, reason: str) -> str:
    outcome = _take_back(list_id, reason=reason)
    with db.read() as connection:
        numbered = row_of(connection, list_id).invt_no is not None
    if outcome == "cancelled" and not numbered and not withdraw_order_document(order.id):
        raise Wait(ASK_AGAIN_S, "customs has not answered the order document")
    return outcome


def _take_back(list_id: int, *, reason: str) -> str:
    """Withdraw the list of an order that has ended; return what became of it."""
    try:
        return withdraw_list(list_id, reason=reason, before_gate=True).outcome
    except NotWithdrawable:
        free_tax_of_kept(list_id)
        return "kept"


def void_parcel(fact: Fact) -> None:
    """The courier's number of a parcel that never leaves is not used again for six months."""
    void_waybill(int(fact.payload["order_id"]))


def go_on_withdrawing(fact: Fact) -> None:
    """A list has moved: withdraw it now if somebody wants that, or if its order has ended."""
    list_id = int(fact.payload["list_id"])
    reason = wanted_withdrawal(list_id)
    if has_ended(fact):
        outcome = _end(order_of(fact), list_id, reason=reason or TOLD)
    elif reason is not None:
        outcome = withdraw_list(list_id, reason=reason, before_gate=True).outcome
    else:
        return
    if outcome == "wanted":
        raise Wait(ASK_AGAIN_S, "the list has no invtNo yet")


def stop_picking(fact: Fact) -> None:
    """The list is to be taken back: what was picked is put back, so that nothing leaves.

    ``NotNow`` parks it while the parcel lies in an exit batch: a person takes it out.
    """
    order = order_of(fact)
    with db.write() as connection:
        locks.take(connection, locks.Rank.WAREHOUSE, order.warehouse_id)
        void_pick_of_order(connection, order.id, reason=WITHDRAWN)


def pick_again(fact: Fact) -> None:
    """Customs keeps the list: a released parcel whose picking was stopped is picked after all.

    One that has left and come back lies in the zone until somebody has seen to it.
    """
    if not fact.payload.get("before_gate", True):
        return
    with db.read() as connection:
        state = row_of(connection, int(fact.payload["list_id"])).state
    if state in OPEN_TO_RETURN:
        open_pick(fact)


def undo_withdrawn(fact: Fact) -> None:
    """The list stands no more at customs: the order ends, and its money goes back.

    One whose goods had left and came back ends with their return.
    """
    if not fact.payload.get("after_gate", False):
        refuse_order(int(fact.payload["order_id"]), reason=WITHDRAWN)


def tell_a_person(fact: Fact) -> None:
    """Somebody has to look: a request of ours was refused, or an answer does not fit."""
    metrics.papers_for_a_person.labels(paper=fact.name.partition(".")[0]).inc()
    log.error(
        "paper_waits_for_a_person",
        subject=fact.subject,
        fact=fact.name,
        status=fact.payload["status"],
        receipt_class=fact.payload["class"],
        note=fact.payload.get("note", ""),
    )
