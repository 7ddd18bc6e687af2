"""Decide how a person's year of sugar and rice is counted: read, taken by groups, given back.

As in ``take_limit``, an order is judged before and the table's own check is the last word.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from kernel.batch import Batch, Later
from kernel.clock import Instant
from settlement.tax import tables
from settlement.tax.limits import WEIGHT_LIMITS_E5, limit_year_of
from settlement.tax.rates import WeightLimit
from settlement.tax.years.counted import (
    Counted,
    count_many,
    give_back_many,
    give_back_part,
    move_to_year,
)

PersonYear = tuple[str, int]
Weights = dict[PersonYear, dict[WeightLimit, int]]

_WEIGHT = Counted(
    tables.weight_year,
    tables.weight_use,
    "net_e5",
    "used_e5",
    "limit_e5",
    limits={(kind,): limit_e5 for kind, limit_e5 in WEIGHT_LIMITS_E5.items()},
    key=("person_lookup", "year", "kind"),
)


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
    rows = [{**asdict(use), "state": "used"} for use in uses]
    count_many(batch, _WEIGHT, rows)


def give_back_weights(conn: Connection, order_ids: Sequence[int], *, at: Instant) -> int:
    """Return the weight given back to the persons' years for ``order_ids``, in 1/100,000 kg.

    Orders that use nothing (any more) are passed over, so a second time gives back nought.
    """
    return give_back_many(conn, _WEIGHT, order_ids, at=at)


def give_back_weight_part(
    conn: Connection, order_id: int, kind: WeightLimit, net_e5: int, *, at: Instant
) -> int:
    """Return the weight of one kind given back for the part of an order that came back."""
    return give_back_part(conn, _WEIGHT, order_id, net_e5, at=at, kind=kind)


def move_weight_year(conn: Connection, order_id: int, *, released_at: Instant) -> int:
    """Return the weight that an order now uses of the year of its list's release, as its value."""
    return move_to_year(conn, _WEIGHT, order_id, limit_year_of(released_at))
