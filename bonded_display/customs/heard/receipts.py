"""Decide that a receipt is kept once and lets its document move, with what it changed.

Which document it is about is ``heard.finders``', how it moves it ``answers``' judgement; how
the bytes are read is ``transport.mail``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bonded_display.customs import desk, documents, facts, lists
from bonded_display.customs.changes import requests
from bonded_display.customs.documents import Doc
from bonded_display.customs.heard import history
from bonded_display.customs.heard.answers import Answer, Standing, course
from bonded_display.customs.heard.finders import Target, find_target
from bonded_display.customs.messages.receipts import Receipt
from bonded_display.customs.receipt_classes import ReceiptClass, class_of, code_in
from bonded_display.customs.states import DRAFT, SUMMARISED, TAX_BILL
from bonded_display.customs.tables import customs_receipt
from kernel import ids, locks
from kernel.batch import insert_new
from kernel.clock import Instant

UNMATCHED = "unmatched"
BILLS = ("CEB816", "CEB818")
"""A list's tax bill and its changes: they name the list by the number that customs gave it."""
MOST_ODD = 20
"""Oddities kept beside a receipt; the mail has them all."""


@dataclass(frozen=True)
class Heard:
    """A receipt with where it lay: which stored mail, which node of it, when."""

    receipt: Receipt
    mail_id: int
    place: int
    at: Instant


def lock_orders(conn: Connection, receipts: Sequence[Receipt]) -> list[Target | None]:
    """Take the locks of every order the receipts are about, ascending; return what each is about.

    Then those of the numbers that customs gives lists, which bills look for (``look_again``).
    Whose a receipt is stays so under the lock, but for a paper that was sent anew meanwhile and
    for what was not found (``is_settled``).
    """
    targets = [find_target(conn, receipt) for receipt in receipts]
    order_ids = sorted({target.order_id for target in targets if target is not None})
    for order_id in order_ids:
        locks.take(conn, locks.Rank.ORDER, order_id)
    numbers = {receipt.fields.get("invtNo", "") for receipt in receipts if receipt.kind == "CEB622"}
    for number in sorted(numbers - {""}):
        locks.take(conn, locks.Rank.CUSTOMS_NUMBER, number)
    if len(order_ids) > 1 and any(_may_free(receipt) for receipt in receipts):
        desk.current().guarantees.lock_all(conn, purpose=lists.RETAIL_TAX)
    return targets


def is_settled(target: Target | None) -> bool:
    """Return whether what was found before the order's lock stands under it."""
    return target is not None and not target.paper


def _may_free(receipt: Receipt) -> bool:
    refused = class_of(receipt.status, receipt.info) is not ReceiptClass.PROGRESS
    return refused or receipt.kind in ("CEB624", "CEB626")


def take(conn: Connection, heard: Heard, target: Target | None) -> str:
    """Keep one receipt and let it act; return ``taken``, ``repeat`` or the note why not.

    ``target`` is what ``find_target`` says of it under the order's lock, which the caller holds.
    A repeat (same document, status and time) is not kept.
    """
    receipt = heard.receipt
    note = UNMATCHED if target is None else target.obstacle
    receipt_id = ids.new()
    kept = {
        "id": receipt_id,
        "mail_id": heard.mail_id,
        "place": heard.place,
        "kind": receipt.kind,
        "doc_key": receipt.key,
        "order_id": target.order_id if target else None,
        "list_id": target.list_id if target else None,
        "return_status": receipt.status,
        "return_time_text": receipt.time_text,
        "return_at": receipt.at,
        "info_code": code_in(receipt.info),
        "names": target.names if target else None,
        "taken": not note,
        "note": note,
        "heard_at": heard.at,
        "odd": "\n".join(receipt.odd[:MOST_ODD]) or None,
    }
    if not insert_new(conn, customs_receipt, kept):  # kept as taken until it changes nothing
        return "repeat"
    if target is None or note:
        return note
    note = _change(conn, receipt, target, receipt_id=receipt_id, at=heard.at)
    if note:
        _note(conn, receipt_id, taken=False, note=note)
    return note or "taken"


def act(conn: Connection, receipt: Receipt, target: Target, *, receipt_id: int, at: Instant) -> str:
    """Let a kept receipt change the document it waited for, and note on it whether it did."""
    note = _change(conn, receipt, target, receipt_id=receipt_id, at=at)
    about = {"order_id": target.order_id, "list_id": target.list_id}
    _note(conn, receipt_id, taken=not note, note=note, **about)
    return note or "taken"


def _note(conn: Connection, receipt_id: int, **values: object) -> None:
    table = customs_receipt
    conn.execute(table.update().where(table.c.id == receipt_id).values(**values))


def _change(
    conn: Connection, receipt: Receipt, target: Target, *, receipt_id: int, at: Instant
) -> str:
    if receipt.kind in BILLS:
        return _bill(conn, receipt, target, receipt_id=receipt_id, at=at)
    answer = Answer(
        status=receipt.status,
        at=receipt.at,
        heard_at=at,
        info=receipt.info,
        names=target.names,
        from_port=receipt.kind == "CEB900",
    )
    if target.paper:
        return requests.answer(conn, requests.KINDS[target.paper], target.paper_id, answer).note
    if target.list_id is not None:
        return lists.answer(conn, target.list_id, answer).note
    row = documents.find_or_start(conn, Doc(target.order_id, "order"))
    return documents.answer(conn, row, answer).note


def _bill(
    conn: Connection, receipt: Receipt, target: Target, *, receipt_id: int, at: Instant
) -> str:
    """Tell a bill once, and its change when all that was heard of it leads to another state."""
    row = lists.row_of(conn, target.list_id or 0)
    if receipt.kind == "CEB816":
        facts.tax_billed(conn, row, receipt, receipt_id=receipt_id, at=at)
        lists.change(conn, row.id, seq=row.seq + 1)
        late_on_slip = receipt.status == 2 and receipt.fields.get("entDutyNo")
        if late_on_slip:
            row = lists.row_of(conn, row.id)
            facts.tax_bill_changed(conn, row, receipt, state=SUMMARISED, at=at)
            lists.change(conn, row.id, seq=row.seq + 1)
        return ""
    asked = Answer(receipt.status, receipt.at, at)
    others = [one for one in history.of_bill(conn, receipt.key) if (one.turn != asked.turn)]
    none = Standing(DRAFT, None, None, None, TAX_BILL)
    before = course(none, others[1:], others[0]).state if others else DRAFT
    after = course(none, others, asked)
    newest = all(one.turn < asked.turn for one in others)
    numbered = newest and after.state == SUMMARISED and receipt.fields.get("entDutyNo")
    if after.state == before and not numbered:
        return after.verdict.note or "older"
    facts.tax_bill_changed(conn, row, receipt, state=after.state, at=at)
    lists.change(conn, row.id, seq=row.seq + 1)
    return ""
