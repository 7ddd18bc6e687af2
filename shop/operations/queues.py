"""Decide how the outbox is read back for people: depths, the oldest, what is parked, who works.

What becomes of parked work is ``parked``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, case, func, select

from bonded_display.customs.reading.troubles import count_in_trouble, oldest_unsent
from kernel import clock
from kernel.clock import Instant
from kernel.nodes import node_lease
from kernel.outbox import delivery, fact_table
from shop.accounts.tables import staff
from shop.operations.heartbeat import SILENT_AFTER
from shop.operations.tables import parked_decision, worker_beat

OPEN = ("waiting", "running", "parked")


@dataclass(frozen=True, slots=True)
class HandlerQueue:
    """One handler's open work by state, and the instant of its oldest open fact.

    ``late`` of the waiting are due and not taken, the first since ``late_at``.
    """

    handler: str
    waiting: int
    running: int
    parked: int
    late: int
    oldest_at: Instant
    late_at: Instant | None


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that gave a sign of life, and whether it is still believed to live."""

    name: str
    started_at: Instant
    at: Instant
    alive: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the operations page tells of the outbox and the processes.

    ``unsent`` messages to customs are set aside; others were signed and wait to go since
    ``unsent_at``, the oldest's instant.
    """

    queues: tuple[HandlerQueue, ...]
    workers: tuple[Worker, ...]
    leases: int
    parked: int
    unsent: int
    unsent_at: Instant | None
    oldest_at: Instant | None


def overview(conn: Connection) -> Overview:
    """Return the queues by handler, the busiest first, and who works on them."""
    now = clock.now()
    queues = _queues(conn, now)
    workers = conn.execute(select(worker_beat).order_by(worker_beat.c.at.desc()))
    living = select(func.count()).select_from(node_lease).where(node_lease.c.leased_until_at > now)
    leases, unsent, unsent_at = conn.execute(
        select(living.scalar_subquery(), count_in_trouble(), oldest_unsent())
    ).one()
    return Overview(
        queues=queues,
        workers=tuple(
            Worker(row.worker, row.started_at, row.at, alive=row.at > now - SILENT_AFTER)
            for row in workers
        ),
        leases=int(leases),
        parked=sum(queue.parked for queue in queues),
        unsent=int(unsent),
        unsent_at=unsent_at,
        oldest_at=min((queue.oldest_at for queue in queues), default=None),
    )


def _queues(conn: Connection, now: Instant) -> tuple[HandlerQueue, ...]:
    d = delivery.c
    counts = [func.sum(case((d.state == state, 1), else_=0)) for state in OPEN]
    late = and_(d.state == "waiting", d.due_at <= now)
    rows = conn.execute(
        select(
            d.handler,
            *counts,
            func.sum(case((late, 1), else_=0)),
            func.min(fact_table.c.at),
            func.min(case((late, d.due_at))),
        )
        .join_from(delivery, fact_table, fact_table.c.id == d.fact_id)
        .where(d.state.in_(OPEN))
        .group_by(d.handler)
        .order_by(func.count().desc(), d.handler)
    )
    return tuple(
        HandlerQueue(handler, *(int(count) for count in counted[:4]), *counted[4:])
        for handler, *counted in rows
    )


def list_parked(
    conn: Connection, *, handler: str = "", before: int | None = None, most: int
) -> list[RowMapping]:
    """Return parked work, the newest fact first, with the question that waits for an answer."""
    d, f, p = delivery.c, fact_table.c, parked_decision.c
    asked = and_(p.fact_id == d.fact_id, p.handler == d.handler, p.state == "asked")
    rows = (
        _parked_columns()
        .join_from(delivery, fact_table, f.id == d.fact_id)
        .outerjoin(parked_decision, asked)
        .outerjoin(staff, staff.c.id == p.asked_by)
        .where(d.state == "parked")
    )
    if handler:
        rows = rows.where(d.handler == handler)
    if before is not None:
        rows = rows.where(d.fact_id < before)
    ordered = rows.order_by(d.fact_id.desc(), d.handler).limit(most)
    return list(conn.execute(ordered).mappings())


def _parked_columns() -> Any:
    d, f, p = delivery.c, fact_table.c, parked_decision.c
    return select(
        *(d.fact_id, d.handler, d.subject, d.tries, d.trouble),
        *(f.name, f.at, f.correlation, f.payload),
        *(p.id.label("decision_id"), p.reason, p.asked_by, p.asked_at),
        staff.c.login.label("asked_by_login"),
    )


def open_subjects(conn: Connection, subjects: Sequence[str]) -> frozenset[str]:
    """Return which of ``subjects`` have work that waits or runs: they may still move."""
    if not subjects:
        return frozenset()
    found = conn.execute(
        select(delivery.c.subject)
        .where(delivery.c.subject.in_(subjects), delivery.c.state.in_(OPEN))
        .distinct()
    )
    return frozenset(found.scalars())
