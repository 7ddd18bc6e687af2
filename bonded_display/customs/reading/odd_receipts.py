"""Decide how the answers are listed that break their own schema, the newest first.

They were taken in and counted all the same; what each says in the clear is ``papers``'.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from bonded_display.customs.reading.oddities import Oddity, parse_odd
from bonded_display.customs.tables import customs_receipt, declaration_list
from kernel.clock import Instant

IS_ODD = "customs_receipt.odd IS NOT NULL"
"""As a literal text: SQLite takes a partial index only for its very words."""


@dataclass(frozen=True, slots=True)
class OddReceipt:
    """One answer: about which document, what it said, where it is odd.

    ``number`` is the order's, or the key customs names while no document of ours matches;
    ``list_id`` the list on whose page it stands.
    """

    id: int
    kind: str
    number: str
    order_id: int | None
    list_id: int | None
    status: int
    taken: bool
    heard_at: Instant
    odd: Sequence[Oddity]


def odd_receipts(conn: Connection, *, before: int, most: int) -> list[OddReceipt]:
    """Return answers that are odd, newest first from below an id (0: all); one statement."""
    heard, listed = customs_receipt.c, declaration_list.c
    of_order = (
        select(listed.id)
        .where(listed.order_id == heard.order_id)
        .order_by(listed.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    number = (
        select(listed.order_no).where(listed.order_id == heard.order_id).limit(1).scalar_subquery()
    )
    query = (
        select(
            *(heard.id, heard.kind, heard.doc_key, heard.order_id, heard.return_status),
            *(heard.taken, heard.heard_at, heard.odd),
            of_order.label("list_id"),
            number.label("order_no"),
        )
        .where(text(IS_ODD))
        .order_by(heard.id.desc())
        .limit(most)
    )
    if before:
        query = query.where(heard.id < before)
    return [
        OddReceipt(
            id=row.id,
            kind=row.kind,
            number=row.order_no or row.doc_key,
            order_id=row.order_id,
            list_id=row.list_id,
            status=row.return_status,
            taken=row.taken,
            heard_at=row.heard_at,
            odd=parse_odd(row.odd),
        )
        for row in conn.execute(query)
    ]
