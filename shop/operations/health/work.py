"""Decides how late the work behind facts is: how long the newest of it took.

How many wait is ``queues``'; why one waits is its handler's.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from kernel.outbox import delivery, fact_table

LATEST_FACTS = 2_000
"""Of so many facts, the newest, it is measured how long their work took."""


@dataclass(frozen=True, slots=True)
class Lag:
    """From a fact to the end of one handler's work, in microseconds, over ``measured`` of them."""

    measured: int
    median_us: int
    most_us: int


def lags(conn: Connection) -> dict[str, Lag]:
    """Return by handler how long the work of the newest facts took; one statement, bounded."""
    newest = select(fact_table.c.id).order_by(fact_table.c.id.desc()).limit(LATEST_FACTS).subquery()
    since = select(func.min(newest.c.id)).scalar_subquery()
    rows = conn.execute(
        select(delivery.c.handler, delivery.c.due_at - fact_table.c.at)
        .join_from(delivery, fact_table, fact_table.c.id == delivery.c.fact_id)
        .where(delivery.c.fact_id >= since, fact_table.c.id >= since, delivery.c.state == "done")
    )
    told: dict[str, list[int]] = {}
    for handler, took in rows:
        told.setdefault(handler, []).append(max(0, int(took)))
    return {handler: _lag(sorted(took)) for handler, took in told.items()}


def _lag(took: list[int]) -> Lag:
    return Lag(len(took), took[(len(took) - 1) // 2], took[-1])
