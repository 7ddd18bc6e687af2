"""Decide how today's trade is counted: orders placed and lists released, hour by hour.

How it is drawn is the page's.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, func, select

from kernel import clock, ids
from kernel.clock import DAY, HOUR, Instant
from shop.tables import customs_order, order_step

HOURS = 24
LOOK_BACK = 30 * DAY
"""A list released today was ordered within these days, or it is a case of its own."""


@dataclass(frozen=True)
class Today:
    """Counts by hour of the day in China; ``passed`` hours have begun."""

    placed: tuple[int, ...]
    released: tuple[int, ...]
    passed: int

    def sums(self, hours: tuple[int, ...]) -> list[int]:
        """Return how many there were by the end of each hour that has begun."""
        return list(accumulate(hours[: self.passed]))


def count_today(conn: Connection, *, at: Instant) -> Today:
    """Return what happened since midnight in China; two statements."""
    midnight = clock.china_midnight(clock.china_date(at))
    order, step = customs_order.c, order_step.c
    placed = (
        select(_hour(order.placed_at, midnight), func.count())
        .where(order.id >= ids.earliest(midnight))
        .where(order.placed_at >= midnight, order.placed_at < midnight + DAY)
        .group_by("hour")
    )
    released = (
        select(_hour(step.at, midnight), func.count())
        .where(step.order_id >= ids.earliest(midnight - LOOK_BACK), step.state == "released")
        .where(step.at >= midnight, step.at < midnight + DAY)
        .group_by("hour")
    )
    return Today(
        _by_hour(conn.execute(placed).all()),
        _by_hour(conn.execute(released).all()),
        passed=(at - midnight) // HOUR + 1,
    )


def _hour(column: Any, midnight: Instant) -> Any:
    return ((column - midnight) // HOUR).label("hour")


def _by_hour(rows: Any) -> tuple[int, ...]:
    counted = {int(hour): int(count) for hour, count in rows}
    return tuple(counted.get(hour, 0) for hour in range(HOURS))
