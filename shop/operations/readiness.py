"""Decide what a process tells of itself: the database, its schema, the outbox, the workers.

Who asks, and what follows from the answer, is the network's and the operations page's business.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, inspect, select, text

from kernel import clock
from kernel.outbox import delivery, fact_table
from shop.operations.heartbeat import SILENT_AFTER
from shop.operations.queues import OPEN
from shop.operations.tables import worker_beat


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands behind a yes: ``oldest_open_s`` is the age in seconds, None when none waits."""

    database: str
    schema: str
    deliveries: dict[str, int]
    oldest_open_s: int | None
    workers_alive: int


def readiness(conn: Connection) -> Readiness:
    """Return the state of things; what the database refuses goes up."""
    now = clock.now()
    counts = conn.execute(
        select(delivery.c.state, func.count())
        .where(delivery.c.state.in_(OPEN))
        .group_by(delivery.c.state)
    )
    oldest_at = conn.execute(
        select(func.min(fact_table.c.at))
        .join_from(delivery, fact_table, fact_table.c.id == delivery.c.fact_id)
        .where(delivery.c.state.in_(OPEN))
    ).scalar_one()
    alive = conn.execute(
        select(func.count()).select_from(worker_beat).where(worker_beat.c.at > now - SILENT_AFTER)
    ).scalar_one()
    return Readiness(
        database=conn.dialect.name,
        schema=schema_revision(conn),
        deliveries={row[0]: int(row[1]) for row in counts},
        oldest_open_s=None if oldest_at is None else max(0, now - oldest_at) // clock.SECOND,
        workers_alive=int(alive),
    )


def schema_revision(conn: Connection) -> str:
    """Return the revision that the database stands at; empty where it was not migrated."""
    if not inspect(conn).has_table("alembic_version"):
        return ""
    return str(conn.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
