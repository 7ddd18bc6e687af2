"""Decide what of an item can be reserved in one warehouse right now.

Which account-book item a line takes is ``choose``'s; the caller holds the warehouse lock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bonded_display.stock.choose import Level
from kernel.batch import Batch, Later
from kernel.clock import Instant

BONDED = "bonded"

_LEVELS = """
SELECT b.id, b.item_id, a.on_hand, a.held, b.expires_on
  FROM account_book_item b
  JOIN availability a ON a.warehouse_id = b.warehouse_id
   AND a.account_book_item_id = b.id AND a.status = 'bonded'
 WHERE b.warehouse_id = :warehouse_id AND b.item_id IN :item_ids
   AND b.valid_from_on <= :on AND (b.valid_to_on IS NULL OR b.valid_to_on >= :on)
 ORDER BY b.id
"""


def read_levels(
    batch: Batch, warehouse_id: int, item_ids: Sequence[int], *, on: date
) -> Later[list[Level]]:
    """Return, with the next trip, the levels in pieces of ``item_ids`` in one warehouse.

    Only mappings valid on ``on`` (today in China) are told; expired goods are told too,
    ``choose_item`` refuses them.
    """
    rows = batch.fetch(
        _LEVELS, {"warehouse_id": warehouse_id, "item_ids": sorted(set(item_ids)), "on": on}
    )
    return rows.then(lambda found: [_level(row) for row in found])


def read_fallen(batch: Batch, warehouse_id: int, *, at: Instant) -> Later[dict[int, int]]:
    """Return, with the next trip, pieces by account-book item whose reservation is over.

    They are still held until the next order or the sweep frees them, and can be ordered now.
    """
    rows = batch.fetch(
        "SELECT account_book_item_id, SUM(qty) FROM reservation WHERE state = 'reserved'"
        " AND warehouse_id = :warehouse_id AND expires_at <= :at GROUP BY account_book_item_id",
        {"warehouse_id": warehouse_id, "at": at},
    )
    return rows.then(lambda found: {item_id: int(qty) for item_id, qty in found})


def without_fallen(levels: Sequence[Level], fallen: Mapping[int, int]) -> tuple[Level, ...]:
    """Return the levels as they stand once what is over is freed."""
    return tuple(
        replace(level, held=level.held - fallen.get(level.account_book_item_id, 0))
        for level in levels
    )


def _level(row: tuple[Any, ...]) -> Level:
    book_item_id, item_id, on_hand, held, expires_on = row
    return Level(book_item_id, item_id, on_hand, held, as_date(expires_on))


def as_date(value: date | str | None) -> date | None:
    """Return a date column's value; SQLite's driver hands dates out as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
