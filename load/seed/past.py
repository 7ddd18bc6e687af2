"""Decides what a past order left: its rows in every book, written for many orders at a time.

A twentieth was never paid and expired; the others went the whole way and were signed for.  A
tenth has two lines.  Left out is what retention would have taken or summed up: facts, messages,
repeated keys; movements and account-book documents stand by article and year (``close_books``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from kernel import clock, crypto, ids
from load.seed.tables import CLOSING, MAKE_ROOM, STATEMENTS

Connection = psycopg.Connection[Any]
NODE = 127
"""The node number in the ids of seeded rows; their milliseconds lie days back."""
EXPIRED_EVERY, TWO_LINES_EVERY = 20, 10


@dataclass(frozen=True)
class Person:
    """Somebody who bought: whatever is sealed anew for each order."""

    account_id: int
    lookup: str
    buyer: dict[str, str]
    consignee: dict[str, str]


@dataclass(frozen=True)
class Past:
    """All past orders: how many, from when to when, by whom; instants in microseconds."""

    orders: int
    first_at: int
    last_at: int
    people: Sequence[Person]

    def at(self, number: int) -> int:
        """Return the instant at which the ``number``-th order was placed: each its millisecond."""
        step_ms = (self.last_at - self.first_at) // clock.MILLISECOND // self.orders
        if step_ms < 1:
            raise ValueError("more orders than milliseconds")
        return self.first_at + number * step_ms * clock.MILLISECOND

    def base(self, number: int) -> int:
        """Return the lowest id of the ``number``-th order's rows."""
        return (self.at(number) - ids.EPOCH) // clock.MILLISECOND << 22 | NODE << 12


def prepare(connection: Connection) -> None:
    """Make a session ready: the table of the orders in hand, no triggers, no wait for the disk.

    Without triggers nothing is checked row by row, so whoever seeds compares the books afterwards.
    """
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET work_mem = '256MB'")
    connection.execute(MAKE_ROOM)


def write(connection: Connection, past: Past, numbers: range, facts: dict[str, Any]) -> None:
    """Write the orders of some numbers in one transaction; ``facts`` are the house's."""
    with connection.transaction():
        connection.execute("TRUNCATE told, hand")
        with connection.cursor().copy("COPY told FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "int8", "int8", "int8", "text", "bytea", "bytea"])
            for row in _rows(past, numbers):
                copy.write_row(row)
        connection.execute("ANALYZE told")
        for statement in STATEMENTS:
            connection.execute(statement, facts)


def _rows(past: Past, numbers: range) -> Iterator[tuple[Any, ...]]:
    people = past.people
    for number in numbers:
        base, one = past.base(number), people[number % len(people)]
        order_id = base + 1
        yield (
            *(number, base, past.at(number), one.account_id, one.lookup),
            crypto.seal_json(one.buyer, f"customs_order.buyer:{order_id}"),
            crypto.seal_json(one.consignee, f"customs_order.consignee:{order_id}"),
        )


def close_books(connection: Connection, facts: dict[str, Any]) -> None:
    """Write what is summed up over all past orders: years, movements, account book."""
    with connection.transaction():
        for statement in CLOSING:
            connection.execute(statement, facts)
