"""Decide how a person's year is counted: read, taken by whole groups, given back by order.

Whether an order fits is judged before, in ``limits``; the table's own check is the last word
when two groups count one person in the same moment.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from kernel import ids, locks
from kernel.batch import Batch, Later
from kernel.clock import Instant
from settlement.tax import tables
from settlement.tax.limits import YEAR_LIMIT_FEN

PersonYear = tuple[str, int]


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
    sums: Counter[PersonYear] = Counter()
    for use in uses:
        sums[use.person_lookup, use.year] += use.value_fen
    years = [
        {"person_lookup": lookup, "year": year, "limit_fen": YEAR_LIMIT_FEN, "used_fen": fen}
        for (lookup, year), fen in sorted(sums.items())
    ]
    _note_locks(batch.connection, sums)
    batch.upsert(
        tables.limit_year,
        years,
        key=("person_lookup", "year"),
        set_={"used_fen": "limit_year.used_fen + excluded.used_fen"},
    )
    batch.insert(tables.limit_use, [_row(use) for use in uses])


def _row(use: LimitUse) -> dict[str, object]:
    return {
        "id": ids.new(),
        "person_lookup": use.person_lookup,
        "year": use.year,
        "order_id": use.order_id,
        "value_fen": use.value_fen,
        "state": "used",
        "at": use.at,
        "home_shard": use.home_shard,
    }


def give_back_limit(conn: Connection, order_id: int, *, at: Instant) -> int:
    """Return the fen given back for one order, as ``give_back_limits`` does."""
    return give_back_limits(conn, [order_id], at=at)


def give_back_limits(conn: Connection, order_ids: Sequence[int], *, at: Instant) -> int:
    """Return the fen given back to the persons' years for ``order_ids``.

    Orders that use nothing (any more) are passed over, so a second time gives back nought.
    For orders that expired, were withdrawn, refused by customs, or returned within the term.
    """
    use, year = tables.limit_use, tables.limit_year
    returned = conn.execute(
        use.update()
        .where(use.c.order_id.in_(order_ids), use.c.state == "used")
        .values(state="returned", returned_at=at)
        .returning(use.c.person_lookup, use.c.year, use.c.value_fen)
    ).all()
    sums: Counter[PersonYear] = Counter()
    for row in returned:
        sums[row.person_lookup, row.year] += row.value_fen
    _note_locks(conn, sums)
    for (lookup, number), fen in sorted(sums.items()):
        conn.execute(
            year.update()
            .where(year.c.person_lookup == lookup, year.c.year == number)
            .values(used_fen=year.c.used_fen - fen)
        )
    return sums.total()


def _note_locks(conn: Connection, keys: Iterable[PersonYear]) -> None:
    locks.note(conn, locks.Rank.PERSON_LIMIT, sorted(f"{lookup}:{year}" for lookup, year in keys))
