"""Decide what follows customs' answers: the list sent, the order moved, the pick opened, the tax.

Each function is a handler: it may be called again after a crash and then changes nothing.
"""

from bonded_display.customs import documents
from bonded_display.customs.changes.withdraw_list import is_being_withdrawn
from bonded_display.customs.errors import ThreeDocumentsFirst
from bonded_display.customs.lists import row_of
from bonded_display.customs.states import SUMMARISED, VOID
from bonded_display.customs.submit_list import submit_list
from bonded_display.warehouse.open_pick_task import (
    PickAsk,
    PickLineAsk,
    open_pick_task,
    void_pick_task,
)
from kernel import clock, db, metrics
from kernel.logs import log
from kernel.outbox import Fact, Wait
from settlement.change_tax_bill import BillChange, change_tax_bill
from settlement.count_release import count_release
from settlement.take_tax_bill import take_tax_bill
from settlement.tax.bills import BillLine, TaxBill
from settlement.tax.errors import GuaranteeExhausted, SecondBill
from settlement.wait_for_guarantee import wait_for_guarantee
from shop.endings.why import customs_refused
from shop.handovers.customs_desk import consignee, person
from shop.move_order import move_order
from shop.order.states import IllegalMove
from shop.refuse_order import refuse_order
from shop.steps.told import has_ended, order_of

BILL_LINE = ("gnum", "value_fen", "customs_fen", "vat_fen", "consumption_fen")
_BILL_STATUS = {SUMMARISED: "2", VOID: "3"}

ASK_AGAIN_S = 5
"""How soon a release without customs' list number is looked at again."""


def submit_list_when_ready(fact: Fact) -> None:
    """Send 621 when this was the last of the three acceptances; queue while no tax can be held."""
    with db.read() as connection:
        if not documents.are_waited_for(connection, int(fact.payload["order_id"])):
            return
    order = order_of(fact)
    if order.declaration_list_id is None or order.state == "refused":
        return
    try:
        submit_list(order.declaration_list_id, person(order), consignee(order))
    except ThreeDocumentsFirst:  # one of them was taken back in this moment
        return
    except GuaranteeExhausted as exhausted:
        raise Wait(wait_for_guarantee(exhausted), exhausted.code) from exhausted


def refuse_rejected(fact: Fact) -> None:
    """Undo an order that customs refused for good; what can be corrected waits for a person.

    It stands on the morning page until then; metric and log tell it at once.
    """
    if fact.payload["class"] == "terminal":
        reason = customs_refused(fact.payload["status"], fact.payload["code"])
        refuse_order(int(fact.payload["order_id"]), reason=reason)
        return
    metrics.papers_for_a_person.labels(paper=fact.payload.get("kind", "list")).inc()
    log.error(
        "paper_waits_for_a_person",
        subject=fact.subject,
        status=fact.payload["status"],
        receipt_class=fact.payload["class"],
    )


def mark_declared(fact: Fact) -> None:
    """The list is accepted; one whose order was refused meanwhile is withdrawn instead."""
    _move(fact, "declared")


def mark_released(fact: Fact) -> None:
    """Customs let the parcel go, unless its order was refused meanwhile."""
    if not has_ended(fact):
        count_release(int(fact.payload["order_id"]), released_at=fact.payload["return_at"])
        _move(fact, "released")


def _move(fact: Fact, state: str) -> None:
    """Move the order as customs says, unless it was refused by now."""
    try:
        move_order(int(fact.payload["order_id"]), state, at=fact.payload["return_at"])
    except IllegalMove as illegal:
        if illegal.facts["before"] != "refused":
            raise


def open_pick(fact: Fact) -> None:
    """Send a picker for the released parcel, unless its order was refused meanwhile."""
    order = order_of(fact)
    if order.state == "refused":
        return
    list_id = int(fact.payload["list_id"])
    if is_being_withdrawn(list_id):
        raise Wait(ASK_AGAIN_S, "the list is being withdrawn")
    invt_no = fact.payload.get("invt_no") or _invt_no(list_id)
    if invt_no is None:
        raise Wait(ASK_AGAIN_S, "the released list has no invtNo yet")
    task_id = open_pick_task(
        PickAsk(
            order_id=order.id,
            order_no=order.order_no,
            list_id=list_id,
            invt_no=invt_no,
            warehouse_id=order.warehouse_id,
            waybill_no=str(order.waybill_no),
            lines=[
                PickLineAsk(
                    gnum=line.gnum,
                    account_book_item_id=line.account_book_item_id,
                    qty=line.qty,
                )
                for line in order.lines
            ],
        )
    )
    if has_ended(fact) or is_being_withdrawn(list_id):
        void_pick_task(task_id, reason="order ends")


def _invt_no(list_id: int) -> str | None:
    """Return customs' number of a list as it is known by now."""
    with db.read() as connection:
        number: str | None = row_of(connection, list_id).invt_no
    return number


def book_tax_bill(fact: Fact) -> None:
    """Keep customs' bill, use the guarantee for it, post the difference to our quote."""
    try:
        _book(fact)
    except SecondBill as second:  # it may have overtaken the 818 that makes the first one void
        if clock.now() - fact.at < clock.DAY:
            raise Wait(ASK_AGAIN_S, second.code) from second
        raise


def _book(fact: Fact) -> None:
    told, order = fact.payload, order_of(fact)
    take_tax_bill(
        TaxBill(
            list_id=int(told["list_id"]),
            order_id=order.id,
            invt_no=told["invt_no"],
            tax_no=told["tax_no"],
            customs_fen=told["customs_fen"],
            vat_fen=told["vat_fen"],
            consumption_fen=told["consumption_fen"],
            quoted_fen=told["quoted_fen"],
            return_at=told["return_at"],
            assure_code=told["assure_code"],
            status=told["status"],
        ),
        legal_entity_id=order.platform_enterprise_id,
        at=fact.at,
        lines=[BillLine(**{name: line[name] for name in BILL_LINE}) for line in told["lines"]],
    )


def follow_tax_bill(fact: Fact) -> None:
    """Let the kept bill follow its change; one that overtook its bill waits for it."""
    told, order = fact.payload, order_of(fact)
    change = BillChange(
        told["invt_no"], told["tax_no"], _BILL_STATUS[told["state"]], told["duty_no"]
    )
    if not change_tax_bill(change, legal_entity_id=order.platform_enterprise_id, at=fact.at):
        raise Wait(ASK_AGAIN_S, "the tax bill is not kept yet")
