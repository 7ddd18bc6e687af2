"""Decide what pieces that customs takes for good do to stock: lots, level, book, by its document.

Samples leave the order its claim; a parcel that is gone takes the claim with it.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from bonded_display.stock.book import BookFigure, record_figures, require_left
from bonded_display.stock.documents import already, document_line
from bonded_display.stock.errors import LotsShort
from bonded_display.stock.gate import GateLine
from bonded_display.stock.levels import BONDED
from bonded_display.stock.tables import availability, lot, movement, reservation
from kernel import ids
from kernel.batch import Batch
from kernel.clock import Instant


def take_for_customs(
    conn: Connection, document: str, lines: Sequence[GateLine], *, whole: bool, at: Instant
) -> int:
    """Take ``lines`` out of stock and book under ``document``; return how many were new.

    ``lines`` are pieces set aside for a picker.  ``whole``: the order's claim ends with them;
    else it stays, and other pieces are to be set aside for it.  The caller has the warehouse's
    lock.  Raises ``LotsShort`` when the pieces left do not cover the claims that
    stay, ``AccountBookShort``, ``DocumentChanged``; nothing was taken then.
    Source: rules section 3.
    """
    wanted = {line.line: -line.qty for line in lines}
    stored = already(conn, movement, document, "taken", wanted)
    new = [line for line in lines if line.line not in stored]
    if not new:
        return 0
    require_left(conn, [(line.account_book_item_id, line.qty) for line in new])
    if whole:
        _end_claims(conn, sorted({line.order_id for line in new}))
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for line in new:
        sums[line.warehouse_id, line.account_book_item_id] += line.qty
        conn.execute(
            update(lot)
            .where(lot.c.id == line.lot_id)
            .values(qty=lot.c.qty - line.qty, set_aside=lot.c.set_aside - line.qty)
        )
    for (warehouse_id, item), qty in sorted(sums.items()):
        _lower_level(conn, warehouse_id, item, qty=qty, claimed=qty if whole else 0)
    with Batch(conn) as batch:
        batch.insert(movement, [_movement(document, line, at) for line in new])
    figures = [
        BookFigure(line.line, line.account_book_item_id, "deducted", line.qty) for line in new
    ]
    record_figures(conn, document, figures, at=at)
    return len(new)


def _lower_level(conn: Connection, warehouse_id: int, item: int, *, qty: int, claimed: int) -> None:
    """Lower the level while every claim that stays is covered; else ``LotsShort``."""
    level = availability.c
    there = (
        (level.warehouse_id == warehouse_id)
        & (level.account_book_item_id == item)
        & (level.status == BONDED)
    )
    done = conn.execute(
        update(availability)
        .where(there, level.on_hand - qty >= level.held - claimed)
        .values(on_hand=level.on_hand - qty, held=level.held - claimed)
    )
    if done.rowcount != 1:
        free = conn.execute(select(level.on_hand - level.held).where(there)).scalar_one_or_none()
        raise LotsShort(account_book_item_id=item, wanted=qty, free=free or 0)


def _end_claims(conn: Connection, order_ids: Sequence[int]) -> None:
    conn.execute(
        update(reservation)
        .where(reservation.c.order_id.in_(order_ids), reservation.c.state == "allocated")
        .values(state="consumed")
    )


def _movement(document: str, line: GateLine, at: Instant) -> dict[str, object]:
    return {
        "id": ids.new(),
        "warehouse_id": line.warehouse_id,
        "account_book_item_id": line.account_book_item_id,
        "lot_id": line.lot_id,
        "kind": "taken",
        "document": document,
        "document_line": document_line(document, line.line),
        "qty": -line.qty,
        "at": at,
    }
