"""Decide which kept answers count for a paper: those heard since its latest sending went out.

What they do to it is ``answers.course``'s judgement.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, or_, select

from bonded_display.customs.heard.answers import Answer, Standing
from bonded_display.customs.states import DRAFT, SENT_LOCAL, Machine
from bonded_display.customs.tables import customs_message, customs_receipt
from kernel.clock import Instant

OTHER_PARTY = "other_party"

Turn = tuple[Instant, int]


def of_paper(
    conn: Connection, kind: str, cop_no: str, *, guid: str | None, machine: Machine
) -> tuple[Standing, list[Answer]]:
    """Return a paper as it was sent last, and every answer of ``kind`` heard of it since."""
    return _since_sent(conn, _OF_PAPER, {"kind": kind, "cop_no": cop_no, "guid": guid}, machine)


def of_order(
    conn: Connection, order_id: int, *, guid: str | None, machine: Machine
) -> tuple[Standing, list[Answer]]:
    """Return the order document as it was sent last, and every CEB312 heard of it since."""
    return _since_sent(conn, _OF_ORDER, {"order_id": order_id, "guid": guid}, machine)


def of_bill(conn: Connection, doc_key: str) -> list[Answer]:
    """Return every answer about one tax bill: its making (816) and its changes (818)."""
    return [_answer(row) for row in conn.execute(_OF_BILL, {"doc_key": doc_key})]


def _since_sent(
    conn: Connection, query: Select[Any], asked: dict[str, Any], machine: Machine
) -> tuple[Standing, list[Answer]]:
    guid = asked["guid"]
    if guid is None:
        return Standing(DRAFT, None, None, None, machine), []
    rows = conn.execute(query, asked).all()
    before = [_answer(row).turn for row in rows if row.id < row.sent_id]
    at, rank = max(before, default=(0, 0))
    since = [_answer(row) for row in rows if row.id > row.sent_id]
    return Standing(SENT_LOCAL, at, rank, guid, machine), since


def _heard(about: ColumnElement[bool]) -> Select[Any]:
    """Return what asks for answers about a paper or its sending ``guid``, and when that went."""
    table = customs_receipt
    port = and_(table.c.kind == "CEB900", table.c.doc_key == bindparam("guid"))
    sent = select(customs_message.c.id).where(customs_message.c.guid == bindparam("guid"))
    sent_id = func.coalesce(sent.scalar_subquery(), 0).label("sent_id")
    return select(table, sent_id).where(or_(about, port), table.c.note != OTHER_PARTY)


_OF_PAPER = _heard(
    and_(
        customs_receipt.c.kind == bindparam("kind"),
        customs_receipt.c.doc_key == bindparam("cop_no"),
    )
)
_OF_ORDER = _heard(
    and_(customs_receipt.c.kind == "CEB312", customs_receipt.c.order_id == bindparam("order_id"))
)
_OF_BILL = select(customs_receipt).where(
    customs_receipt.c.kind.in_(("CEB816", "CEB818")),
    customs_receipt.c.doc_key == bindparam("doc_key"),
    customs_receipt.c.note != OTHER_PARTY,
)


def _answer(row: Any) -> Answer:
    port = row.kind == "CEB900"
    return Answer(
        status=row.return_status,
        at=row.return_at,
        heard_at=row.heard_at,
        info="" if row.info_code is None else f"[Code:{row.info_code};",
        names=row.doc_key if port else row.names,
        from_port=port,
    )
