"""Decide which document of ours a receipt is about and keep it, once, with what it changed.

How it changes the document is ``answers``' judgement; how the bytes are read is ``transport.mail``'s.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from bonded_display.customs import documents, facts, lists
from bonded_display.customs.answers import Answer
from bonded_display.customs.documents import Doc
from bonded_display.customs.handed import Parties
from bonded_display.customs.messages.receipts import Receipt
from bonded_display.customs.receipt_classes import code_in
from bonded_display.customs.tables import (
    customs_message,
    customs_receipt,
    declaration_list,
    document,
)
from kernel import ids, locks
from kernel.clock import Instant

UNMATCHED = "unmatched"
OTHER_PARTY = "other_party"


@dataclass(frozen=True)
class Target:
    """The document of ours that a receipt is about."""

    order_id: int
    list_id: int | None
    names: str | None = None
    """The guid of a sending of ours that the receipt names."""
    obstacle: str = ""
    """Why the receipt is only kept although its document was found."""


@dataclass(frozen=True)
class Heard:
    """A receipt with where it lay: which stored mail, which node of it, when."""

    receipt: Receipt
    mail_id: int
    place: int
    at: Instant


def find_target(conn: Connection, receipt: Receipt) -> Target | None:
    """Return the document a receipt is about, or None when it is none of ours."""
    finder = _FINDERS.get(receipt.kind)
    return finder(conn, receipt) if finder is not None else None


def lock_orders(conn: Connection, receipts: Sequence[Receipt]) -> None:
    """Take the locks of every order the receipts are about, ascending, before the first change."""
    targets = [find_target(conn, receipt) for receipt in receipts]
    for order_id in sorted({target.order_id for target in targets if target is not None}):
        locks.take(conn, locks.Rank.ORDER, order_id)


def take(conn: Connection, heard: Heard) -> str:
    """Keep one receipt and let it act; return ``taken``, ``repeat`` or the note why not.

    The caller holds the order's lock.  A repeat (same document, status and time) is not kept.
    """
    receipt = heard.receipt
    if _known(conn, receipt):
        return "repeat"
    target = find_target(conn, receipt)
    receipt_id = ids.new()
    note = UNMATCHED if target is None else target.obstacle
    conn.execute(
        customs_receipt.insert().values(
            id=receipt_id,
            mail_id=heard.mail_id,
            place=heard.place,
            kind=receipt.kind,
            doc_key=receipt.key,
            order_id=target.order_id if target else None,
            list_id=target.list_id if target else None,
            return_status=receipt.status,
            return_time_text=receipt.time_text,
            return_at=receipt.at,
            info_code=code_in(receipt.info),
            taken=False,
            note=note,
            heard_at=heard.at,
        )
    )
    if target is None or note:
        return note
    return act(conn, receipt, target, receipt_id=receipt_id, at=heard.at)


def act(conn: Connection, receipt: Receipt, target: Target, *, receipt_id: int, at: Instant) -> str:
    """Let a kept receipt change its document, and note on it whether it did."""
    note = _change(conn, receipt, target, receipt_id=receipt_id, at=at)
    conn.execute(
        customs_receipt.update()
        .where(customs_receipt.c.id == receipt_id)
        .values(taken=not note, note=note, order_id=target.order_id, list_id=target.list_id)
    )
    return note or "taken"


def _change(
    conn: Connection, receipt: Receipt, target: Target, *, receipt_id: int, at: Instant
) -> str:
    if receipt.kind == "CEB816":
        row = lists.row_of(conn, target.list_id or 0)
        facts.tax_billed(conn, row, receipt, receipt_id=receipt_id, at=at)
        lists.change(conn, row.id, seq=row.seq + 1)
        return ""
    answer = Answer(
        status=receipt.status,
        at=receipt.at,
        heard_at=at,
        info=receipt.info,
        names=target.names,
        from_port=receipt.kind == "CEB900",
    )
    if target.list_id is not None:
        return lists.answer(conn, target.list_id, answer).note
    row = documents.find_or_start(conn, Doc(target.order_id, "order"))
    return documents.answer(conn, row, answer).note


def _known(conn: Connection, receipt: Receipt) -> bool:
    table = customs_receipt
    query = select(table.c.id).where(
        table.c.kind == receipt.kind,
        table.c.doc_key == receipt.key,
        table.c.return_status == receipt.status,
        table.c.return_time_text == receipt.time_text,
    )
    return conn.execute(query).first() is not None


def _of_order(conn: Connection, receipt: Receipt) -> Target | None:
    rows = conn.execute(
        select(document.c.order_id).where(
            document.c.kind == "order", document.c.order_no == receipt.fields["orderNo"]
        )
    ).all()
    if len(rows) != 1:
        return None
    order_id = rows[0].order_id
    row = conn.execute(
        select(declaration_list.c.parties).where(declaration_list.c.order_id == order_id)
    ).first()
    obstacle = _other_party(receipt, row.parties) if row is not None else ""
    return Target(order_id, None, _own_guid(conn, receipt), obstacle)


def _of_list(conn: Connection, receipt: Receipt) -> Target | None:
    row = conn.execute(
        select(declaration_list).where(declaration_list.c.cop_no == receipt.fields["copNo"])
    ).one_or_none()
    if row is None:
        return None
    guid = _own_guid(conn, receipt)
    return Target(row.order_id, row.id, guid, _other_party(receipt, row.parties))


def _of_bill(conn: Connection, receipt: Receipt) -> Target | None:
    table = declaration_list
    row = conn.execute(
        select(table).where(table.c.invt_no == receipt.fields["invtNo"])
    ).one_or_none()
    if row is None and receipt.fields.get("orderNo"):
        rows = conn.execute(
            select(table).where(table.c.order_no == receipt.fields["orderNo"])
        ).all()
        row = rows[0] if len(rows) == 1 else None
    if row is None:
        return None
    return Target(row.order_id, row.id, None, _other_party(receipt, row.parties))


def _of_sending(conn: Connection, receipt: Receipt) -> Target | None:
    guid = receipt.fields["oriCopMsgId"]
    row = conn.execute(select(customs_message).where(customs_message.c.guid == guid)).one_or_none()
    return Target(row.order_id, row.list_id, guid) if row is not None else None


_FINDERS: dict[str, Callable[[Connection, Receipt], Target | None]] = {
    "CEB312": _of_order,
    "CEB622": _of_list,
    "CEB816": _of_bill,
    "CEB900": _of_sending,
}
"""Receipts of other companies' documents (412, 512, 514) are kept and never act."""


def _own_guid(conn: Connection, receipt: Receipt) -> str | None:
    """Return the receipt's guid when it is that of a sending of ours, which it seldom is."""
    guid = receipt.fields.get("guid", "")
    row: Any = conn.execute(
        select(customs_message.c.guid).where(customs_message.c.guid == guid)
    ).first()
    return guid if row is not None else None


def _other_party(receipt: Receipt, parties_text: str) -> str:
    parties = Parties.from_text(parties_text)
    ours = {
        "ebpCode": parties.platform.code,
        "ebcCode": parties.merchant.code,
        "agentCode": parties.agent.code,
        "logisticsCode": parties.courier.code,
    }
    for name, code in ours.items():
        if receipt.fields.get(name, code) not in ("", code):
            return OTHER_PARTY
    return ""
