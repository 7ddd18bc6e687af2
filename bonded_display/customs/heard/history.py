"""Decide which kept answers count for a paper: those heard since its latest sending went out.

What they do to it is ``answers.course``'s judgement.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Label, and_, func, or_, select

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
    about = and_(customs_receipt.c.kind == kind, customs_receipt.c.doc_key == cop_no)
    return _since_sent(conn, about, guid, machine)


def of_order(
    conn: Connection, order_id: int, *, guid: str | None, machine: Machine
) -> tuple[Standing, list[Answer]]:
    """Return the order document as it was sent last, and every CEB312 heard of it since."""
    about = and_(customs_receipt.c.kind == "CEB312", customs_receipt.c.order_id == order_id)
    return _since_sent(conn, about, guid, machine)


def of_bill(conn: Connection, doc_key: str) -> list[Answer]:
    """Return every answer about one tax bill: its making (816) and its changes (818)."""
    table = customs_receipt.c
    about = and_(table.kind.in_(("CEB816", "CEB818")), table.doc_key == doc_key)
    return [_answer(row) for row in _rows(conn, about)]


def _since_sent(
    conn: Connection, about: ColumnElement[bool], guid: str | None, machine: Machine
) -> tuple[Standing, list[Answer]]:
    if guid is None:
        return Standing(DRAFT, None, None, None, machine), []
    port = and_(customs_receipt.c.kind == "CEB900", customs_receipt.c.doc_key == guid)
    sent = select(customs_message.c.id).where(customs_message.c.guid == guid).scalar_subquery()
    rows = _rows(conn, or_(about, port), func.coalesce(sent, 0).label("sent_id"))
    before = [_answer(row).turn for row in rows if row.id < row.sent_id]
    at, rank = max(before, default=(0, 0))
    since = [_answer(row) for row in rows if row.id > row.sent_id]
    return Standing(SENT_LOCAL, at, rank, guid, machine), since


def _rows(conn: Connection, about: ColumnElement[bool], *more: Label[Any]) -> Sequence[Any]:
    table = customs_receipt
    query = select(table, *more).where(about, table.c.note != OTHER_PARTY)
    return conn.execute(query).all()


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
