"""Decides what each floor runs on: a copy of the product's database, and objects to work on.

The script itself is made by ``floor.script`` from what the product sent.
"""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from load.floor.pgbench import CLIENTS
from load.floor.script import FIRST_ID, IDS_A_RUN
from load.postgres import Server

Connection = psycopg.Connection[Any]
OBJECTS = 200_000_000_000_000_000
"""Where the ids of prepared objects begin, apart from those the floor makes itself."""


def copy_database(server: Server, source: str, target: str) -> None:
    """Make ``target`` a copy of ``source``, which is in use."""
    with server.connect("postgres") as connection:
        connection.execute(f"CREATE DATABASE {target}")
    tools = {"env": os.environ | server.environment, "check": True}
    dump = subprocess.run(
        [server.programs / "pg_dump", "-Fc", source],
        capture_output=True,
        **tools,  # type: ignore[call-overload]
    )
    subprocess.run(
        [server.programs / "pg_restore", "-d", target],
        input=dump.stdout,
        **tools,  # type: ignore[call-overload]
    )
    with server.connect(target) as connection:
        connection.execute("ANALYZE")


@dataclass(frozen=True)
class Example:
    """A placed order with its open payment, of which a floor gets as many as it needs."""

    checkout_id: int
    order_id: int
    line_id: int
    reservation_id: int
    payment_id: int
    account_book_item_id: int

    @classmethod
    def read(cls, connection: Connection, checkout_id: int) -> "Example":
        """Return the example of one checkout."""
        row = connection.execute(
            "SELECT o.checkout_id, o.id, l.id, r.id, p.id, l.account_book_item_id"
            "  FROM customs_order o JOIN order_line l ON l.order_id = o.id"
            "  JOIN reservation r ON r.line_id = l.id JOIN payment p USING (checkout_id)"
            " WHERE o.checkout_id = %s",
            (checkout_id,),
        ).fetchone()
        if row is None:
            raise RuntimeError("the example has no open payment")
        return cls(*row)

    def variables(self) -> tuple[list[str], dict[str, str]]:
        """Return a script's lines that choose an object, and what stands for the example's ids."""
        parts = (self.checkout_id, self.order_id, self.line_id, self.reservation_id)
        head = ["\\set m :m + 1"]
        known = {str(self.payment_id): ":object0"}  # before the checkout: the two may be one id
        for number, id_ in enumerate(parts):
            head.append(
                f"\\set object{number} {OBJECTS} + (:m * {CLIENTS} + :client_id) * {IDS_A_RUN}"
                f" + {number}"
            )
            known[str(id_)] = f":object{number}"
        return head, known

    def multiply(self, connection: Connection, count: int, *, first: int) -> None:
        """Make ``count`` objects like the example, from number ``first`` on, each with its ids."""
        ids = [f"({OBJECTS} + g * {IDS_A_RUN} + {number})" for number in range(4)]
        checkout, order, line, reservation = ids
        numbers = f"'QZ' || {order}"
        copies: Mapping[str, tuple[str, int, dict[str, str]]] = {
            "checkout": ("id", self.checkout_id, {"id": checkout}),
            "customs_order": (
                "id",
                self.order_id,
                {"id": order, "checkout_id": checkout, "order_no": numbers},
            ),
            "order_line": ("id", self.line_id, {"id": line, "order_id": order}),
            "reservation": (
                "id",
                self.reservation_id,
                {"id": reservation, "order_id": order, "line_id": line},
            ),
            "payment": ("id", self.payment_id, {"id": checkout, "checkout_id": checkout}),
            "payment_share": (
                "payment_id",
                self.payment_id,
                {"payment_id": checkout, "order_id": order, "order_no": numbers},
            ),
        }
        for table, (key, id_, changed) in copies.items():
            other = ", ".join(f"'{column}', {sql}" for column, sql in changed.items())
            connection.execute(
                f"INSERT INTO {table} SELECT r.* FROM {table} s,"
                f" generate_series({first}, {first + count - 1}) g,"
                f" LATERAL jsonb_populate_record(s, jsonb_build_object({other})) r"
                f" WHERE s.{key} = {id_}"
            )
            connection.execute(f"ANALYZE {table}")
        connection.execute(
            "UPDATE availability SET held = held + %s WHERE account_book_item_id = %s",
            (count, self.account_book_item_id),
        )


assert OBJECTS < FIRST_ID
