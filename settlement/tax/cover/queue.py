"""Decide who waits for room under a guarantee, and how much of it older ones are due.

A place counts while its document goes on asking.  When to ask again is the caller's business.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, ScalarSelect, and_, func, or_, select

from kernel.clock import MINUTE, Instant, china_date
from settlement.tax import tables

FORGOTTEN = 10 * MINUTE
"""Whoever has not asked for so long is not waited for: its order may have been refused (K)."""

KEPT = MINUTE
"""A place that was asked for within a minute is not written again."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """How many older documents wait, and what they need in fen."""

    count: int
    amount_fen: int


def ahead_of(conn: Connection, document: str, *, purpose: str, at: Instant) -> Ahead:
    """Return what waits before ``document``; before one without a place, all that wait.

    What no guarantee in force could ever hold is passed over: it would stop everybody.
    """
    queue = tables.guarantee_queue.c
    mine = select(queue.since_at).where(queue.document == document).scalar_subquery()
    row = conn.execute(
        select(func.count().label("count"), func.coalesce(func.sum(queue.amount_fen), 0))
        .where(queue.purpose == purpose, queue.asked_at >= at - FORGOTTEN)
        .where(queue.document != document, queue.amount_fen <= _largest(purpose, at))
        .where(
            or_(
                mine.is_(None),
                queue.since_at < mine,
                and_(queue.since_at == mine, queue.document < document),
            )
        )
    ).one()
    return Ahead(int(row[0]), int(row[1]))


def _largest(purpose: str, at: Instant) -> ScalarSelect[int]:
    guarantee, on = tables.guarantee.c, china_date(at)
    return (
        select(func.coalesce(func.max(guarantee.limit_fen), 0))
        .where(guarantee.purpose == purpose)
        .where(guarantee.valid_from_on <= on, guarantee.valid_to_on >= on)
        .scalar_subquery()
    )


def fits_ever(conn: Connection, *, purpose: str, amount_fen: int, at: Instant) -> bool:
    """Return whether some guarantee in force could hold the amount if it held nothing else."""
    return bool(conn.execute(select(_largest(purpose, at) >= amount_fen)).scalar_one())


def join(conn: Connection, document: str, *, purpose: str, amount_fen: int, at: Instant) -> int:
    """Keep the place of ``document``, given when it first asked; return how many are before it."""
    table = tables.guarantee_queue
    place = conn.execute(
        select(table.c.asked_at).where(table.c.document == document)
    ).scalar_one_or_none()
    if place is None:
        conn.execute(
            table.insert(),
            {
                "document": document,
                "purpose": purpose,
                "amount_fen": amount_fen,
                "since_at": at,
                "asked_at": at,
            },
        )
    elif place <= at - KEPT:
        conn.execute(
            table.update()
            .where(table.c.document == document)
            .values(asked_at=at, amount_fen=amount_fen)
        )
    return ahead_of(conn, document, purpose=purpose, at=at).count


def leave(conn: Connection, document: str) -> None:
    """Give the place up: it holds now, or needs nothing any more."""
    table = tables.guarantee_queue
    conn.execute(table.delete().where(table.c.document == document))
