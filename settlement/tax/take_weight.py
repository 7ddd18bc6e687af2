"""Decide how a person's year of sugar and rice is counted: read, taken by groups, given back.

As in ``take_limit``, an order is judged before and the table's own check is the last word.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from kernel import locks
from kernel.batch import Batch, Later
from kernel.clock import Instant
from settlement.tax import tables
from settlement.tax.limits import WEIGHT_LIMITS_E5
from settlement.tax.rates import WeightLimit

PersonYear = tuple[str, int]
Weights = dict[PersonYear, dict[WeightLimit, int]]


@dataclass(frozen=True)
class WeightUse:
    """What one customs order uses of one kind: net weight in 1/100,000 kg."""

    person_lookup: str
    year: int
    kind: WeightLimit
    order_id: int
    net_e5: int
    at: Instant
    home_shard: int = 0


def read_weights(batch: Batch, keys: Sequence[PersonYear]) -> Later[Weights]:
    """Return, with the next trip, what each person and year used of each kind."""
    rows = batch.fetch(
        "SELECT person_lookup, year, kind, used_e5 FROM weight_year"
        " WHERE person_lookup IN :lookups AND year IN :years",
        {"lookups": sorted({key[0] for key in keys}), "years": sorted({key[1] for key in keys})},
    )

    def shape(found: list[tuple[str, int, WeightLimit, int]]) -> Weights:
        weights: Weights = {key: {} for key in keys}
        for lookup, year, kind, used_e5 in found:
            weights.setdefault((lookup, year), {})[kind] = used_e5
        return weights

    return rows.then(shape)


def take_weights_many(batch: Batch, uses: Sequence[WeightUse]) -> None:
    """Count ``uses`` to their persons' years, set-based, in the order of the keys.

    The database refuses (integrity error) when a year would pass its limit because another
    group counted in between: the group is judged again.
    """
    if not uses:
        return
    sums: Counter[tuple[str, int, WeightLimit]] = Counter()
    for use in uses:
        sums[use.person_lookup, use.year, use.kind] += use.net_e5
    years = [
        {
            "person_lookup": lookup,
            "year": year,
            "kind": kind,
            "limit_e5": WEIGHT_LIMITS_E5[kind],
            "used_e5": used_e5,
        }
        for (lookup, year, kind), used_e5 in sorted(sums.items())
    ]
    _note_locks(batch.connection, sums)
    batch.upsert(
        tables.weight_year,
        years,
        key=("person_lookup", "year", "kind"),
        set_={"used_e5": "weight_year.used_e5 + excluded.used_e5"},
    )
    batch.insert(tables.weight_use, [{**asdict(use), "state": "used"} for use in uses])


def give_back_weights(conn: Connection, order_ids: Sequence[int], *, at: Instant) -> int:
    """Return the weight given back to the persons' years for ``order_ids``, in 1/100,000 kg.

    Orders that use nothing (any more) are passed over, so a second time gives back nought.
    """
    use, year = tables.weight_use, tables.weight_year
    returned = conn.execute(
        use.update()
        .where(use.c.order_id.in_(order_ids), use.c.state == "used")
        .values(state="returned", returned_at=at)
        .returning(use.c.person_lookup, use.c.year, use.c.kind, use.c.net_e5)
    ).all()
    sums: Counter[tuple[str, int, WeightLimit]] = Counter()
    for row in returned:
        sums[row.person_lookup, row.year, row.kind] += row.net_e5
    _note_locks(conn, sums)
    for (lookup, number, kind), net_e5 in sorted(sums.items()):
        conn.execute(
            year.update()
            .where(year.c.person_lookup == lookup, year.c.year == number, year.c.kind == kind)
            .values(used_e5=year.c.used_e5 - net_e5)
        )
    return sums.total()


def _note_locks(conn: Connection, keys: Iterable[tuple[str, int, WeightLimit]]) -> None:
    persons = {f"{lookup}:{year}" for lookup, year, _ in keys}
    locks.note(conn, locks.Rank.PERSON_LIMIT, sorted(persons))
