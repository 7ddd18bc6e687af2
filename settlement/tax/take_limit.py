"""Decide how a person's year is counted: read, taken by whole groups, given back by order.

Whether an order fits is judged before, in ``limits``; the table's own check is the last word
when two groups count one person in the same moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from kernel import ids
from kernel.batch import Batch, Later
from kernel.clock import Instant
from settlement.tax import tables
from settlement.tax.limits import YEAR_LIMIT_FEN, limit_year_of
from settlement.tax.years.counted import (
    Counted,
    count_many,
    give_back_many,
    give_back_part,
    move_to_year,
)

PersonYear = tuple[str, int]
_VALUE = Counted(
    tables.limit_year,
    tables.limit_use,
    "value_fen",
    "used_fen",
    "limit_fen",
    limits={(): YEAR_LIMIT_FEN},
)


@dataclass(frozen=True, slots=True)
class LimitUse:
    """What one customs order uses of a person's year: dutiable value in fen."""

    person_lookup: str
    year: int
    order_id: int
    value_fen: int
    at: Instant
    home_shard: int = 0


def read_limits(batch: Batch, keys: Sequence[PersonYear]) -> Later[dict[PersonYear, int]]:
    """Return, with the next trip, the fen used by each person and year; nought when none."""
    rows = batch.fetch(
        "SELECT person_lookup, year, used_fen FROM limit_year"
        " WHERE person_lookup IN :lookups AND year IN :years",
        {"lookups": sorted({key[0] for key in keys}), "years": sorted({key[1] for key in keys})},
    )

    def shape(found: list[tuple[str, int, int]]) -> dict[PersonYear, int]:
        used = {(lookup, year): fen for lookup, year, fen in found}
        return {key: used.get(key, 0) for key in keys}

    return rows.then(shape)


def take_limit_many(batch: Batch, uses: Sequence[LimitUse]) -> None:
    """Count ``uses`` to their persons' years, set-based, in the order of the keys.

    The database refuses (integrity error) when a year would pass its limit because another
    group counted in between: the group is judged again.
    """
    rows = [
        {
            "id": ids.new(),
            **{name: getattr(use, name) for name in LimitUse.__slots__},
            "state": "used",
        }
        for use in uses
    ]
    count_many(batch, _VALUE, rows)


def give_back_limit(conn: Connection, order_id: int, *, at: Instant) -> int:
    """Return the fen given back for one order, as ``give_back_limits`` does."""
    return give_back_limits(conn, [order_id], at=at)


def give_back_limits(conn: Connection, order_ids: Sequence[int], *, at: Instant) -> int:
    """Return the fen given back to the persons' years for ``order_ids``.

    Orders that use nothing (any more) are passed over, so a second time gives back nought.
    For orders that expired, were withdrawn, refused by customs, or returned within the term; to
    the year that they were counted to, whenever they come back.
    """
    return give_back_many(conn, _VALUE, order_ids, at=at)


def give_back_limit_part(conn: Connection, order_id: int, value_fen: int, *, at: Instant) -> int:
    """Return the fen given back for the part of an order that came back within the term."""
    return give_back_part(conn, _VALUE, order_id, value_fen, at=at)


def move_limit_year(conn: Connection, order_id: int, *, released_at: Instant) -> int:
    """Return the fen that an order now uses of another year: that of its list's release.

    Placed in December and released in January it counts to the new year (K: rules.md section 2).
    """
    return move_to_year(conn, _VALUE, order_id, limit_year_of(released_at))
