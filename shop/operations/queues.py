"""Decide how the outbox is read back for people: depths, the oldest, what is parked, who works.

What becomes of parked work is ``parked``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, case, func, select

from bonded_display.customs.reading.troubles import count_in_trouble
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
    """One handler's open work by state, and the instant of its oldest open fact."""

    handler: str
    waiting: int
    running: int
    parked: int
    late: int
    oldest_at: Instant


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that gave a sign of life, and whether it is still believed to live."""

    name: str
    started_at: Instant
    at: Instant
    alive: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the operations page tells of the outbox and the processes."""

    queues: tuple[HandlerQueue, ...]
    workers: tuple[Worker, ...]
    leases: int
    parked: int
    unsent: int
    oldest_at: Instant | None


def overview(conn: Connection) -> Overview:
    """Return the queues by handler, the busiest first, and who works on them."""
    now = clock.now()
    queues = _queues(conn, now)
    workers = conn.execute(select(worker_beat).order_by(worker_beat.c.at.desc()))
    living = select(func.count()).select_from(node_lease).where(node_lease.c.leased_until_at > now)
    leases, unsent = conn.execute(select(living.scalar_subquery(), count_in_trouble())).one()
    return Overview(
        queues=queues,
        workers=tuple(
            Worker(row.worker, row.started_at, row.at, alive=row.at > now - SILENT_AFTER)
            for row in workers
        ),
        leases=int(leases),
        parked=sum(queue.parked for queue in queues),
        unsent=int(unsent),
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
        )
        .join_from(delivery, fact_table, fact_table.c.id == d.fact_id)
        .where(d.state.in_(OPEN))
        .group_by(d.handler)
        .order_by(func.count().desc(), d.handler)
    )
    return tuple(HandlerQueue(row[0], *(int(figure) for figure in row[1:])) for row in rows)


def done_counts(conn: Connection) -> dict[str, dict[str, int]]:
    """Return how much work each handler has by state, what is done and given up included."""
    rows = conn.execute(
        select(delivery.c.handler, delivery.c.state, func.count()).group_by(
            delivery.c.handler, delivery.c.state
        )
    )
    told: dict[str, dict[str, int]] = {}
    for handler, state, count in rows:
        told.setdefault(handler, {})[state] = int(count)
    return told


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
