"""Decide how goods enter: movement, lot, availability and account book in one step.

The document is the inbound bonded inventory list; checking goods against it is not done here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from bonded_display.stock.book import BookFigure, record_figures
from bonded_display.stock.documents import already, document_line
from bonded_display.stock.levels import BONDED
from bonded_display.stock.tables import availability, lot, movement
from kernel import ids
from kernel.batch import Batch
from kernel.clock import Instant

GOOD = "good"


@dataclass(frozen=True, kw_only=True)
class EnteredLine:
    """One line of an inbound document: pieces of one maker's lot at one place."""

    line: str
    warehouse_id: int
    account_book_item_id: int
    lot_no: str
    location: str
    qty: int
    expires_on: date | None = None


def enter_stock(
    conn: Connection, document: str, lines: Sequence[EnteredLine], *, at: Instant
) -> int:
    """Enter ``lines`` of ``document``; return how many were new.

    A line that stands already is passed over; ``DocumentChanged`` when its pieces differ.
    """
    stored = already(conn, movement, document, "entered", {ln.line: ln.qty for ln in lines})
    new = [line for line in lines if line.line not in stored]
    for line in new:
        _enter(conn, document, line, at)
    record_figures(
        conn,
        document,
        [BookFigure(ln.line, ln.account_book_item_id, "entered", ln.qty) for ln in new],
        at=at,
    )
    return len(new)


def _enter(conn: Connection, document: str, line: EnteredLine, at: Instant) -> None:
    level = {
        "warehouse_id": line.warehouse_id,
        "account_book_item_id": line.account_book_item_id,
        "status": BONDED,
    }
    shelf = {**level, "lot_no": line.lot_no, "location": line.location, "quality": GOOD}
    with Batch(conn) as batch:
        batch.upsert(
            availability,
            [{**level, "on_hand": line.qty, "held": 0}],
            key=tuple(level),
            set_={"on_hand": "availability.on_hand + excluded.on_hand"},
        )
        batch.upsert(
            lot,
            [
                {
                    "id": ids.new(),
                    **shelf,
                    "expires_on": line.expires_on,
                    "qty": line.qty,
                    "set_aside": 0,
                }
            ],
            key=tuple(shelf),
            set_={"qty": "lot.qty + excluded.qty"},
        )
    lot_id = conn.execute(
        select(lot.c.id).where(*(lot.c[name] == value for name, value in shelf.items()))
    ).scalar_one()
    conn.execute(
        movement.insert().values(
            id=ids.new(),
            warehouse_id=line.warehouse_id,
            account_book_item_id=line.account_book_item_id,
            lot_id=lot_id,
            kind="entered",
            document=document,
            document_line=document_line(document, line.line),
            qty=line.qty,
            at=at,
        )
    )
