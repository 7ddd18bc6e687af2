"""Decide how goods enter: movement, lot, availability and account book in one step.

The document is the inbound bonded inventory list; checking goods against it is not done here.
Goods that come back are ``returned``'s.
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


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Where pieces of one lot lie, and under which customs status; they are good."""

    warehouse_id: int
    account_book_item_id: int
    lot_no: str
    location: str
    status: str
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
    shelf = Shelf(
        warehouse_id=line.warehouse_id,
        account_book_item_id=line.account_book_item_id,
        lot_no=line.lot_no,
        location=line.location,
        status=BONDED,
        expires_on=line.expires_on,
    )
    lot_id = put_on_shelf(conn, shelf, line.qty)
    log_movement(conn, shelf, lot_id, Moved("entered", document, line.line, line.qty, at))


def put_on_shelf(conn: Connection, shelf: Shelf, qty: int) -> int:
    """Raise level and lot of ``shelf`` by ``qty`` pieces; return the lot's id."""
    level = {
        "warehouse_id": shelf.warehouse_id,
        "account_book_item_id": shelf.account_book_item_id,
        "status": shelf.status,
    }
    place = {**level, "lot_no": shelf.lot_no, "location": shelf.location, "quality": GOOD}
    fresh = {"id": ids.new(), **place, "expires_on": shelf.expires_on, "qty": qty, "set_aside": 0}
    with Batch(conn) as batch:
        batch.upsert(
            availability,
            [{**level, "on_hand": qty, "held": 0}],
            key=tuple(level),
            set_={"on_hand": "availability.on_hand + excluded.on_hand"},
        )
        batch.upsert(lot, [fresh], key=tuple(place), set_={"qty": "lot.qty + excluded.qty"})
    same = [lot.c[name] == value for name, value in place.items()]
    return int(conn.execute(select(lot.c.id).where(*same)).scalar_one())


@dataclass(frozen=True, slots=True)
class Moved:
    """Why pieces of a lot moved: kind, document and its line; in above nought, out below."""

    kind: str
    document: str
    line: str
    qty: int
    at: Instant


def log_movement(conn: Connection, shelf: Shelf, lot_id: int, moved: Moved) -> None:
    """Write one movement."""
    conn.execute(
        movement.insert(),
        {
            "id": ids.new(),
            "warehouse_id": shelf.warehouse_id,
            "account_book_item_id": shelf.account_book_item_id,
            "lot_id": lot_id,
            "kind": moved.kind,
            "document": moved.document,
            "document_line": document_line(moved.document, moved.line),
            "qty": moved.qty,
            "at": moved.at,
        },
    )
