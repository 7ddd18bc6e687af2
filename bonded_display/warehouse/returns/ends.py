"""End the case of goods that lie apart, once: granted, on stock again; refused, the shopper's."""

from sqlalchemy import Connection

from bonded_display.stock.returned import pending
from bonded_display.warehouse.returns.cases import CaseRow, document_of, lines_of, move_case
from kernel.clock import Instant


def restore_goods(conn: Connection, row: CaseRow, *, at: Instant) -> bool:
    """Free what was put aside for the case ``row``; False when that was done before.

    Level, lot, movements and the book's *returned* stand in the caller's transaction, which has
    the warehouse's lock.  Raises ``NotNow`` unless the goods were checked.
    """
    if row.state == "restored":
        return False
    move_case(conn, row, "restored", ended_at=at)
    lines = lines_of(conn, row.id, warehouse_id=row.warehouse_id, location=row.location)
    pending.restore(conn, document_of(row.id), lines, at=at)
    return True


def give_back_goods(conn: Connection, row: CaseRow, *, at: Instant) -> None:
    """Take what was put aside for the case ``row`` out: customs refused it, the shopper has it.

    In the caller's transaction, which has the warehouse's lock.  Raises ``NotNow`` unless the
    goods were checked.
    """
    move_case(conn, row, "refused", ended_at=at)
    lines = lines_of(conn, row.id, warehouse_id=row.warehouse_id, location=row.location)
    pending.give_back(conn, document_of(row.id), lines, at=at)
