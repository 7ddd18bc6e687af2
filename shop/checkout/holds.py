"""Decide how many unpaid orders a person, visit, device or outlet may hold at once.

An order holds until its own end, whether or not a sweep has come by.  The counts are read and
judged under the warehouse's lock: of one warehouse they are exact.  A person's and an outlet's are
those of the warehouse, a visit's and a device's stand above it.  How many may be is the settings'
table ``[holds]``, where 0 is no limit.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from kernel.batch import Batch, Later
from kernel.clock import Instant
from kernel.config import Config
from shop.errors import HoldsOfDevice, HoldsOfOutlet, HoldsOfPerson, HoldsOfVisit, TooManyHolds

Key = tuple[str, int | str]
"""Of what kind, and which one."""

_REFUSED: dict[str, type[TooManyHolds]] = {
    kind.of: kind for kind in (HoldsOfPerson, HoldsOfVisit, HoldsOfDevice, HoldsOfOutlet)
}
_OPEN = "o.warehouse_id = :warehouse_id AND o.state = 'placed' AND o.expires_at > :at"
_OF_CHECKOUT = """
SELECT '{kind}', c.{column}, CAST(0 AS BIGINT), COUNT(*) FROM checkout c
 WHERE c.state = 'placed' AND c.expires_at > :at AND c.{column} IN :{kind} GROUP BY c.{column}
"""
_COUNTS = " UNION ALL ".join(
    (
        f"""
SELECT 'person', o.person_lookup, CAST(0 AS BIGINT), COUNT(*) FROM customs_order o
 WHERE {_OPEN} AND o.person_lookup IN :person GROUP BY o.person_lookup
""",
        f"""
SELECT 'outlet', CAST('' AS TEXT), o.outlet_id, COUNT(*) FROM customs_order o
 WHERE {_OPEN} AND o.outlet_id IN :outlet GROUP BY o.outlet_id
""",
        _OF_CHECKOUT.format(kind="visit", column="correlation"),
        _OF_CHECKOUT.format(kind="device", column="device"),
    )
)


class Holder(Protocol):
    """What an order says of who holds it; an empty one is not counted."""

    @property
    def person_lookup(self) -> str:
        """Return the keyed hash of the buyer's ID number."""

    @property
    def correlation(self) -> str:
        """Return the visit that it came by."""

    @property
    def device(self) -> str:
        """Return the browser that it came by."""

    @property
    def outlet_id(self) -> int | None:
        """Return whose shelf was scanned."""


class Holds:
    """Open holds as the judged requests of one group leave them, in memory."""

    def __init__(self, limits: Mapping[str, int], counted: Mapping[Key, int]) -> None:
        self._limits = limits
        self._counted = Counter(counted)

    def check(self, holder: Holder) -> None:
        """Raise ``TooManyHolds`` of the first kind of which one more would be too many."""
        for kind, which in keys_of(holder):
            most = self._limits.get(kind, 0)
            if most and self._counted[kind, which] >= most:
                raise _REFUSED[kind](most=most)

    def take(self, holder: Holder) -> None:
        """Count one more."""
        self._counted.update(keys_of(holder))


def keys_of(holder: Holder) -> Iterator[Key]:
    """Yield what a hold counts to."""
    for kind, which in (
        ("person", holder.person_lookup),
        ("visit", holder.correlation),
        ("device", holder.device),
        ("outlet", holder.outlet_id),
    ):
        if which:
            yield kind, which


def hold_limits(settings: Config) -> dict[str, int]:
    """Return how many holds are allowed, by kind."""
    return {kind: int(getattr(settings, f"holds_per_{kind}")) for kind in _REFUSED}


def read_holds(
    batch: Batch,
    warehouse_id: int,
    holders: Sequence[Holder],
    *,
    limits: Mapping[str, int],
    at: Instant,
) -> Later[Holds]:
    """Ask, in one statement, for the holds open at an instant of all that ``holders`` count to.

    The warehouse's lock is held.  What has no limit is not counted.
    """
    asked: dict[str, set[int | str]] = {kind: set() for kind in limits}
    for holder in holders:
        for kind, which in keys_of(holder):
            if limits.get(kind):
                asked[kind].add(which)
    if not any(asked.values()):
        return Later(lambda: Holds(limits, {}))
    named = {kind: sorted(which, key=str) for kind, which in asked.items()}
    rows = batch.fetch(_COUNTS, {"warehouse_id": warehouse_id, "at": at, **named})
    return rows.then(
        lambda found: Holds(
            limits, {(kind, text or number): count for kind, text, number, count in found}
        )
    )
