"""Decides whether a refund stands: the first of a sale does, a second is kept but refused.

Kept all the same, because the cash has left the drawer; what finance makes of one that does not
stand is the books' business.  The doubts about it become flags in ``sale_flags``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, text

from pos.sale import Sale
from pos.server.conflicts import insert_into
from pos.server.tables import sale_refund, terminal_sale


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund as it was taken in: ``of_sale_id`` is None while the sale itself has not come."""

    stands: bool
    of_sale_id: int | None
    of_total_fen: int
    same_terminal: bool


def keep_refund(conn: Connection, sale_id: int, sale: Sale) -> None:
    """Note what a refund just taken in gives back; only the first of a sale stands."""
    row = {"sale_id": sale_id, "of_uuid": sale.refund_of, "reason": sale.reason}
    first = insert_into(conn, sale_refund).values(**row, stands=1)
    first = first.on_conflict_do_nothing(index_elements=["of_uuid"], index_where=text("stands = 1"))
    if conn.execute(first.returning(sale_refund.c.sale_id)).first() is None:
        conn.execute(sale_refund.insert(), {**row, "stands": 0})


def refund_of(conn: Connection, sale_id: int) -> Refund | None:
    """Return the refund that a sale taken in is; None when it is none."""
    own, given = terminal_sale.alias(), terminal_sale.alias()
    row = conn.execute(
        select(
            sale_refund.c.stands,
            given.c.id,
            given.c.total_fen,
            (given.c.terminal_id == own.c.terminal_id).label("same"),
        )
        .join_from(sale_refund, own, own.c.id == sale_refund.c.sale_id)
        .outerjoin(given, given.c.sale_uuid == sale_refund.c.of_uuid)
        .where(sale_refund.c.sale_id == sale_id)
    ).one_or_none()
    if row is None:
        return None
    return Refund(bool(row.stands), row.id, row.total_fen or 0, bool(row.same))


def doubts_of(
    conn: Connection, sale_id: int, total_fen: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name what is doubted about a refund; nothing about a sale that is none."""
    refund = refund_of(conn, sale_id)
    if refund is None:
        return
    if not refund.stands:
        yield "refund_repeated", {"total_fen": total_fen}
    if refund.of_sale_id is None or not refund.same_terminal:
        yield "refund_unknown", {"total_fen": total_fen}
    elif refund.of_total_fen != -total_fen:
        yield "refund_differs", {"total_fen": total_fen, "sold_fen": refund.of_total_fen}
