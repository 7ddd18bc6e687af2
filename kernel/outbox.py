"""Decide how a fact reaches its handlers: written with the change, claimed by state, in order.

Which handler acts on which fact is the flow's business; what it does is its room's.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    select,
    text,
)

from kernel import actor, ids
from kernel.batch import Batch
from kernel.db import Id, metadata

fact_table = Table(
    "fact",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, comment="past tense, e.g. order.paid"),
    Column("version", Integer, nullable=False, comment="of the payload, e.g. 1"),
    Column("subject", Text, nullable=False, comment="whose fact, e.g. customs_order:4711"),
    Column("subject_seq", Integer, nullable=False, comment="the subject's own counter, e.g. 2"),
    Column("at", BigInteger, nullable=False, comment="instant of the change, microseconds"),
    Column("actor", Text, nullable=False, comment="who did it, e.g. account:4711"),
    Column("correlation", Text, nullable=False, comment="one id from scan to tax bill"),
    Column("shard", Integer, nullable=False, comment="shard of the subject, e.g. 0"),
    Column("payload", Text, nullable=False, comment="JSON: ids, codes, fen; no personal data"),
    Index("ix_fact_subject", "subject", "subject_seq"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("fact_id", Id, ForeignKey("fact.id"), primary_key=True, autoincrement=False),
    Column("handler", Text, primary_key=True, comment="e.g. declare_payment"),
    Column("subject", Text, nullable=False, comment="copied from the fact"),
    Column("subject_seq", Integer, nullable=False, comment="copied from the fact"),
    Column("state", Text, nullable=False, comment="waiting | running | done | parked | discarded"),
    Column("due_at", BigInteger, nullable=False, comment="not before this instant"),
    Column(
        "claimed_until", BigInteger, nullable=False, comment="a running claim ends here; else 0"
    ),
    Column("tries", Integer, nullable=False, comment="how often it failed, e.g. 0"),
    Column("trouble", Text, nullable=True, comment="the last failure in one line"),
    Index(
        "ix_delivery_open",
        "handler",
        "subject",
        "subject_seq",
        sqlite_where=text("state IN ('waiting', 'running', 'parked')"),
        postgresql_where=text("state IN ('waiting', 'running', 'parked')"),
    ),
    Index(
        "ix_delivery_due",
        "due_at",
        sqlite_where=text("state IN ('waiting', 'running')"),
        postgresql_where=text("state IN ('waiting', 'running')"),
    ),
)


_CORRELATION = (
    select(fact_table.c.correlation)
    .where(fact_table.c.subject == bindparam("subject"))
    .order_by(fact_table.c.subject_seq.desc(), fact_table.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to ``subject``; ``payload`` holds ids, codes and fen only."""

    id: int
    name: str
    subject: str
    subject_seq: int
    at: int
    actor: str
    correlation: str
    payload: Mapping[str, Any]
    version: int = 1
    shard: int = 0


Handler = Callable[[Fact], None]


class Wait(Exception):
    """A handler has nothing to do yet and asks to be called again in ``seconds``."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.reason = reason


class _Flow:
    handlers: Mapping[str, Sequence[str]] = {}


def use_flow(handlers: Mapping[str, Sequence[str]]) -> None:
    """Make ``handlers`` (names by fact name) those for which deliveries are written."""
    _Flow.handlers = handlers


def new_fact(
    name: str, *, subject: str, subject_seq: int, payload: Mapping[str, Any], at: int
) -> Fact:
    """Return a fact of the current actor and correlation with a new id."""
    return Fact(
        id=ids.new(),
        name=name,
        subject=subject,
        subject_seq=subject_seq,
        at=at,
        actor=actor.current().owner,
        correlation=actor.correlation(),
        payload=payload,
    )


def record_many(batch: Batch, facts: Sequence[Fact]) -> None:
    """Write ``facts`` and a delivery for each of their handlers, in the caller's transaction."""
    batch.insert(fact_table, [_fact_row(fact) for fact in facts])
    batch.insert(
        delivery,
        [
            _delivery_row(fact, handler)
            for fact in facts
            for handler in _Flow.handlers.get(fact.name, ())
        ],
    )


def record(  # noqa: PLR0913  # a fact has so many parts
    connection: Connection,
    name: str,
    *,
    subject: str,
    subject_seq: int,
    payload: Mapping[str, Any],
    at: int,
) -> int:
    """Write one fact in the caller's transaction and return its id.

    What the system does by itself carries on the correlation of its subject's last fact.
    """
    fact = new_fact(name, subject=subject, subject_seq=subject_seq, payload=payload, at=at)
    if actor.current() == actor.SYSTEM:
        fact = replace(fact, correlation=_correlation_of(connection, subject) or fact.correlation)
    with Batch(connection) as batch:
        record_many(batch, [fact])
    return fact.id


def _correlation_of(connection: Connection, subject: str) -> str | None:
    return connection.execute(_CORRELATION, {"subject": subject}).scalar_one_or_none()


def _fact_row(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "name": fact.name,
        "version": fact.version,
        "subject": fact.subject,
        "subject_seq": fact.subject_seq,
        "at": fact.at,
        "actor": fact.actor,
        "correlation": fact.correlation,
        "shard": fact.shard,
        "payload": json.dumps(dict(fact.payload), ensure_ascii=False, separators=(",", ":")),
    }


def _delivery_row(fact: Fact, handler: str) -> dict[str, Any]:
    return {
        "fact_id": fact.id,
        "handler": handler,
        "subject": fact.subject,
        "subject_seq": fact.subject_seq,
        "state": "waiting",
        "due_at": fact.at,
        "claimed_until": 0,
        "tries": 0,
    }
