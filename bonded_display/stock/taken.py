"""Decide what pieces that customs takes for good do to stock: lots, level, book, by its document.

Samples leave the order its claim; a parcel that is gone takes the claim with it.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from bonded_display.stock.book import BookFigure, record_figures, require_left
from bonded_display.stock.documents import already
from bonded_display.stock.errors import LotsShort
from bonded_display.stock.gate import (
    GateLine,
    by_level,
    end_claims,
    log_leaving,
    take_from_lots,
)
from bonded_display.stock.levels import BONDED
from bonded_display.stock.tables import availability, movement
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
    for (warehouse_id, item), qty in by_level(new):
        _lower_level(conn, warehouse_id, item, qty=qty, claimed=qty if whole else 0)
    with Batch(conn) as batch:
        take_from_lots(batch, new)
        if whole:
            end_claims(batch, new)
        log_leaving(batch, "taken", document, new, at=at)
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
