"""Decide how two people's word on parked work, and the workers' signs of life, are kept.

Facts and deliveries are the kernel's; here is only what staff decided about them.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    Text,
    text,
)

from kernel.db import Id, metadata

parked_decision = Table(
    "parked_decision",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("fact_id", Id, nullable=False, comment="the fact whose delivery is parked"),
    Column("handler", Text, nullable=False, comment="e.g. declare_payment"),
    Column("reason", Text, nullable=False, comment="why it is to be given up, in words"),
    Column("state", String(10), nullable=False, comment="asked | confirmed | declined | moot"),
    Column("asked_by", Id, ForeignKey("staff.id"), nullable=False, comment="first person"),
    Column("asked_at", BigInteger, nullable=False, comment="microseconds UTC"),
    Column("decided_by", Id, ForeignKey("staff.id"), nullable=True, comment="second person"),
    Column("decided_at", BigInteger, nullable=True, comment="microseconds UTC"),
    ForeignKeyConstraint(
        ["fact_id", "handler"],
        ["delivery.fact_id", "delivery.handler"],
        name="fk_parked_decision_its_delivery",
    ),
    CheckConstraint("state IN ('asked', 'confirmed', 'declined', 'moot')", name="state_known"),
    CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_dated"),
    CheckConstraint(
        "state <> 'confirmed' OR (decided_by IS NOT NULL AND decided_by <> asked_by)",
        name="discard_takes_two_people",
    ),
    Index(
        "parked_decision_is_asked_once",
        "fact_id",
        "handler",
        unique=True,
        sqlite_where=text("state = 'asked'"),
        postgresql_where=text("state = 'asked'"),
    ),
)

worker_beat = Table(
    "worker_beat",
    metadata,
    Column("worker", String(120), primary_key=True, comment="process, e.g. box1:4711"),
    Column("started_at", BigInteger, nullable=False, comment="microseconds UTC"),
    Column("at", BigInteger, nullable=False, comment="last sign of life, microseconds UTC"),
)
