"""Keep running sums beside the movements, so that a balance is read and never added up anew."""

from __future__ import annotations

import sqlite3
from decimal import Decimal

SCHEMA = """
CREATE TABLE IF NOT EXISTS running_sum (
    name  TEXT PRIMARY KEY,               -- whose sum: guarantee, or book, item and kind
    value TEXT NOT NULL                   -- decimal
);
"""


def read(conn: sqlite3.Connection, name: str) -> Decimal:
    """Return the sum under ``name``, nought when nothing moved."""
    row = conn.execute("SELECT value FROM running_sum WHERE name = ?", (name,)).fetchone()
    return Decimal(row["value"]) if row else Decimal(0)


def add(conn: sqlite3.Connection, name: str, amount: Decimal) -> None:
    """Move the sum under ``name`` by ``amount``, in the caller's transaction."""
    conn.execute(
        "INSERT INTO running_sum VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, str(read(conn, name) + amount)),
    )
