"""Decides how terminals and what they are asked to print are kept; who may see them, ``terminals``."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, UniqueConstraint

from kernel.db import Id, metadata

terminal = Table(
    "terminal",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("outlet_id", Id, nullable=False, comment="register outlet it stands in"),
    Column("name", Text, nullable=False, comment="as the clerk calls it, 1 号收银台"),
    Column("device_key_hash", Text, nullable=False, comment="sha256 of its key, 64 hex"),
    Column("created_at", Id, nullable=False, comment="instant, µs"),
    Column("revoked_at", Id, comment="instant from which its key opens nothing, µs"),
    UniqueConstraint("outlet_id", "name", name="uq_terminal_one_name_an_outlet"),
)

print_request = Table(
    "print_request",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("outlet_id", Id, nullable=False, comment="register outlet whose terminals see it"),
    Column("order_id", Id, nullable=False, comment="customs order; upward, so not a foreign key"),
    Column("kind", Text, nullable=False, comment="order_slip"),
    Column("content", Text, nullable=False, comment="slip as JSON; no name, no address"),
    Column("state", Text, nullable=False, comment="queued, taken, confirmed"),
    Column("at", Id, nullable=False, comment="instant it was asked for, µs"),
    Column("terminal_id", Id, ForeignKey("terminal.id"), comment="which terminal took it"),
    Column("taken_at", Id, comment="instant it stood in that terminal's journal, µs"),
    Column("confirmed_at", Id, comment="instant the printer confirmed it, µs"),
    UniqueConstraint("order_id", "kind", name="uq_print_request_one_slip_an_order"),
    CheckConstraint("state IN ('queued', 'taken', 'confirmed')", name="known_state"),
    CheckConstraint("(state = 'queued') = (terminal_id IS NULL)", name="taken_by_a_terminal"),
    CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_at_set"),
    Index("ix_print_request_waiting", "outlet_id", "state", "id"),
)
