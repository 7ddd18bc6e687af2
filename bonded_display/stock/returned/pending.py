"""Decide where goods that came back lie: apart until customs granted their return, then on stock.

Until then no order can take them; the account book is restored in the commit that frees them.
What customs refused leaves again, and the book never had it back.
Source: rules sections 3 and 9.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select, update

from bonded_display.stock.book import BookFigure, record_figures
from bonded_display.stock.documents import already
from bonded_display.stock.enter import Moved, Shelf, log_movement, put_on_shelf
from bonded_display.stock.levels import BONDED
from bonded_display.stock.tables import availability, lot, movement
from kernel.clock import Instant

PENDING = "returned_pending"


@dataclass(frozen=True, kw_only=True)
class ReturnedLine:
    """Good pieces of the lot that they had left from, and the place they are put to now."""

    gnum: int
    warehouse_id: int
    account_book_item_id: int
    lot_id: int
    qty: int
    location: str

    @property
    def line(self) -> str:
        """The line's name on the goods return."""
        return f"{self.gnum}/{self.lot_id}"


def take_back(
    conn: Connection, document: str, lines: Sequence[ReturnedLine], *, at: Instant
) -> int:
    """Put ``lines`` aside, not to be sold, under ``document``; return how many were new.

    The caller has the warehouse's lock.  Raises ``DocumentChanged`` when a line came with other
    pieces.
    """
    new = _new(conn, document, lines, kind="came_back", wanted={one.line: one.qty for one in lines})
    for line in new:
        shelf = _shelf(conn, line)
        lot_id = put_on_shelf(conn, shelf, line.qty)
        log_movement(conn, shelf, lot_id, Moved("came_back", document, line.line, line.qty, at))
    return len(new)


def restore(conn: Connection, document: str, lines: Sequence[ReturnedLine], *, at: Instant) -> int:
    """Let what was put aside be sold again and the account book have it back; count the new lines.

    Customs has granted the return.  The caller has the warehouse's lock.
    """
    new = _new(
        conn,
        document,
        lines,
        kind="restored",
        wanted={f"{one.line}/in": one.qty for one in lines},
    )
    for line in new:
        _restore(conn, document, line, at)
    figures = [
        BookFigure(line.line, line.account_book_item_id, "returned", line.qty) for line in new
    ]
    record_figures(conn, document, figures, at=at)
    return len(new)


def give_back(
    conn: Connection, document: str, lines: Sequence[ReturnedLine], *, at: Instant
) -> int:
    """Take what was put aside out again: the shopper has it back; count the new lines.

    Customs has refused the return.  The caller has the warehouse's lock.
    """
    wanted = {one.line: -one.qty for one in lines}
    new = _new(conn, document, lines, kind="given_back", wanted=wanted)
    for line in new:
        aside = _shelf(conn, line)
        lot_id = _take_from_shelf(conn, aside, line.qty)
        log_movement(conn, aside, lot_id, Moved("given_back", document, line.line, -line.qty, at))
    return len(new)


def _new(
    conn: Connection,
    document: str,
    lines: Sequence[ReturnedLine],
    *,
    kind: str,
    wanted: dict[str, int],
) -> list[ReturnedLine]:
    stored = already(conn, movement, document, kind, wanted)
    return [line for line, name in zip(lines, wanted, strict=True) if name not in stored]


def _restore(conn: Connection, document: str, line: ReturnedLine, at: Instant) -> None:
    aside = _shelf(conn, line)
    lot_id = _take_from_shelf(conn, aside, line.qty)
    out = Moved("restored", document, f"{line.line}/out", -line.qty, at)
    log_movement(conn, aside, lot_id, out)
    shelf = replace(aside, status=BONDED)
    back_in = Moved("restored", document, f"{line.line}/in", line.qty, at)
    log_movement(conn, shelf, put_on_shelf(conn, shelf, line.qty), back_in)


def _take_from_shelf(conn: Connection, shelf: Shelf, qty: int) -> int:
    level, place = availability.c, lot.c
    conn.execute(
        update(availability)
        .where(level.warehouse_id == shelf.warehouse_id, level.status == shelf.status)
        .where(level.account_book_item_id == shelf.account_book_item_id)
        .values(on_hand=level.on_hand - qty)
    )
    taken = conn.execute(
        update(lot)
        .where(place.warehouse_id == shelf.warehouse_id, place.status == shelf.status)
        .where(place.account_book_item_id == shelf.account_book_item_id)
        .where(place.lot_no == shelf.lot_no, place.location == shelf.location)
        .values(qty=place.qty - qty)
        .returning(place.id)
    )
    return int(taken.scalar_one())


def _shelf(conn: Connection, line: ReturnedLine) -> Shelf:
    """Return the place apart for pieces of a lot that came back."""
    left = conn.execute(select(lot.c.lot_no, lot.c.expires_on).where(lot.c.id == line.lot_id)).one()
    return Shelf(
        warehouse_id=line.warehouse_id,
        account_book_item_id=line.account_book_item_id,
        lot_no=left.lot_no,
        location=line.location,
        status=PENDING,
        expires_on=left.expires_on,
    )
