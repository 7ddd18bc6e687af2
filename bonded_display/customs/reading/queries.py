"""Decide what is read of lists and documents: one list's standing and all that was said of it.

Nothing is changed here and nothing is unsealed; the papers themselves are ``papers``'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from bonded_display.customs.documents import KIND_OF
from bonded_display.customs.handed import Parties
from bonded_display.customs.lists import lines_of, row_of
from bonded_display.customs.reading.oddities import Oddity, parse_odd
from bonded_display.customs.tables import (
    customs_message,
    customs_receipt,
    declaration_list,
    document,
)
from kernel.clock import Instant

Rows = Sequence[Any]


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message of a list's life: ``sent`` by us, ``heard`` from customs, ``told`` by others.

    ``again`` is the place of a sending among those of its kind, from 1.  ``paper_id`` names what
    is stored of it, none where the message never passed through our hands.
    """

    way: str
    kind: str
    at: Instant
    paper_id: int | None
    again: int = 1
    status: int | None = None
    code: int | None = None
    taken: bool = True
    note: str = ""
    guid: str = ""
    sent_at: Instant | None = None
    odd: Sequence[Oddity] = ()
    """Where an answer breaks its own schema; without values."""


@dataclass(frozen=True, kw_only=True)
class Life:
    """A list with its lines, its three documents, and everything said, oldest first."""

    row: Any
    lines: Sequence[Any]
    documents: Rows
    said: Sequence[Said]


def find_list_orders(conn: Connection, number: str) -> list[int]:
    """Return the orders whose list has ``number`` as customs' list number or as our copNo."""
    table = declaration_list.c
    rows = conn.execute(
        select(table.order_id).where(or_(table.invt_no == number, table.cop_no == number)).limit(2)
    )
    return [int(order_id) for order_id in rows.scalars()]


def documents_of(conn: Connection, order_id: int) -> Rows:
    """Return the order's documents as they stand: order, payment, waybill."""
    return conn.execute(
        select(document).where(document.c.order_id == order_id).order_by(document.c.kind)
    ).all()


def life_of_list(conn: Connection, list_id: int) -> Life:
    """Return a list's life in five statements; ``ListNotFound``."""
    row = row_of(conn, list_id)
    documents = documents_of(conn, row.order_id)
    sent = _sent(conn, row.order_id)
    said = [*sent, *_heard(conn, row, sent), *_told(documents)]
    return Life(
        row=row,
        lines=lines_of(conn, list_id),
        documents=documents,
        said=sorted(said, key=lambda one: one.at),
    )


def _sent(conn: Connection, order_id: int) -> list[Said]:
    table = customs_message.c
    rows = conn.execute(
        select(table.id, table.kind, table.guid, table.built_at, table.sent_at)
        .where(table.order_id == order_id)
        .order_by(table.id)
    )
    counts: dict[str, int] = {}
    said = []
    for row in rows:
        counts[row.kind] = counts.get(row.kind, 0) + 1
        said.append(
            Said(
                way="sent",
                kind=row.kind,
                at=row.built_at,
                paper_id=row.id,
                again=counts[row.kind],
                guid=row.guid,
                sent_at=row.sent_at,
            )
        )
    return said


def _heard(conn: Connection, listed: Any, sent: Sequence[Said]) -> list[Said]:
    """Answers about the list, about its order document, and the port's about any sending."""
    table = customs_receipt.c
    platform = Parties.from_text(listed.parties).platform.code
    keys = [f"{listed.order_no}|{platform}", listed.order_no]
    keys += [f"{one.guid}{end}" for one in sent for end in ("", f"|{one.kind}", _message(one))]
    other = and_(table.kind.in_(("CEB312", "CEB900")), table.doc_key.in_(keys))
    rows = conn.execute(
        select(customs_receipt)
        .where(or_(table.list_id == listed.id, other))
        .order_by(table.return_at, table.id)
    )
    return [
        Said(
            way="heard",
            kind=row.kind,
            at=row.return_at,
            paper_id=row.id,
            status=row.return_status,
            code=row.info_code,
            taken=row.taken,
            note=row.note,
            odd=parse_odd(row.odd),
        )
        for row in rows
    ]


def _message(said: Said) -> str:
    """The end of the key under which the port names a sending: its message type in full."""
    return f"|{said.kind}Message"


def _told(documents: Rows) -> list[Said]:
    """What the payment company and the courier told us of their own documents."""
    return [
        Said(
            way="told",
            kind=KIND_OF[row.kind],
            at=row.return_at,
            paper_id=None,
            status=row.return_status,
        )
        for row in documents
        if row.kind != "order" and row.return_at is not None
    ]
