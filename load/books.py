"""Decides whether the books are right after a round: every figure counted twice, from both ends.

The counts are read in one statement each, straight from the tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

_COUNTS = {
    "orders": "SELECT count(*) FROM customs_order",
    "checkouts": "SELECT count(*) FROM checkout",
    "lines": "SELECT count(*) FROM order_line",
    "keys answered": "SELECT count(*) FROM idempotency WHERE status = 'done'",
    "limit uses": "SELECT count(*) FROM limit_use",
    "facts of placing": "SELECT count(*) FROM fact WHERE name = 'order.placed'",
    "reservations": "SELECT count(*) FROM reservation",
    "orders paid": "SELECT count(*) FROM customs_order WHERE state = 'paid'",
    "payments captured": "SELECT count(*) FROM payment WHERE state = 'captured'",
    "postings sealed": "SELECT count(*) FROM posting WHERE sealed_at IS NOT NULL",
    "lists drafted": "SELECT count(*) FROM declaration_list",
    "waybills taken": "SELECT count(*) FROM waybill_number WHERE state = 'taken'",
    "allocations": "SELECT count(*) FROM reservation WHERE state = 'allocated'",
    "facts of paying": "SELECT count(*) FROM fact WHERE name = 'order.paid'",
    "events done": "SELECT count(*) FROM payment_event WHERE state = 'done'",
}
PLACING = (
    "checkouts",
    "orders",
    "lines",
    "keys answered",
    "limit uses",
    "facts of placing",
    "reservations",
)
CAPTURING = (
    "payments captured",
    "orders paid",
    "postings sealed",
    "lists drafted",
    "waybills taken",
    "allocations",
    "facts of paying",
    "events done",
)
_WRONG = {
    "pieces held are not the pieces reserved": """
        SELECT count(*) FROM availability a LEFT JOIN (
          SELECT warehouse_id, account_book_item_id, SUM(qty) AS pieces FROM reservation
           WHERE state IN ('reserved', 'allocated') GROUP BY 1, 2
        ) r USING (warehouse_id, account_book_item_id)
         WHERE a.held <> COALESCE(r.pieces, 0)""",
    "pieces reserved are not the pieces of the lines": """
        SELECT count(*) FROM availability a LEFT JOIN (
          SELECT l.account_book_item_id, SUM(l.qty) AS pieces
            FROM order_line l JOIN customs_order o ON o.id = l.order_id
           WHERE o.state IN ('placed', 'paid') GROUP BY 1
        ) l USING (account_book_item_id)
         WHERE a.held <> COALESCE(l.pieces, 0)""",
    "more held than there is": "SELECT count(*) FROM availability WHERE held > on_hand OR held < 0",
    "a year is not the sum of its uses": """
        SELECT count(*) FROM limit_year y LEFT JOIN (
          SELECT person_lookup, year, SUM(value_fen) AS fen FROM limit_use
           WHERE state = 'used' GROUP BY 1, 2
        ) u USING (person_lookup, year)
         WHERE y.used_fen <> COALESCE(u.fen, 0)""",
    "a checkout is not the sum of its orders": """
        SELECT count(*) FROM checkout c LEFT JOIN (
          SELECT checkout_id AS id, SUM(paid_share_fen) AS fen FROM customs_order GROUP BY 1
        ) o USING (id)
         WHERE c.total_fen <> COALESCE(o.fen, 0)""",
    "a posting is not balanced": """
        SELECT count(*) FROM (
          SELECT posting_id FROM entry GROUP BY posting_id HAVING SUM(amount_fen) <> 0) u""",
    "a payment is not what its order was": """
        SELECT count(*) FROM payment p JOIN checkout c ON c.id = p.checkout_id
         WHERE p.state = 'captured' AND p.gross_fen <> c.total_fen""",
}


class BooksWrong(Exception):
    """The books after a round are not what the answers said; the message names each figure."""


@dataclass(frozen=True)
class Books:
    """Counts by name at one moment."""

    counts: dict[str, int]

    def grown(self, later: "Books") -> dict[str, int]:
        """Return by how much each count has grown."""
        return {name: later.counts[name] - count for name, count in self.counts.items()}


def read(connection: Connection) -> Books:
    """Return the counts now; raises ``BooksWrong`` when the books contradict themselves."""
    wrong = [f"{rule}: {rows}" for rule, sql in _WRONG.items() if (rows := _one(connection, sql))]
    if wrong:
        raise BooksWrong("; ".join(wrong))
    return Books({name: _one(connection, sql) for name, sql in _COUNTS.items()})


def check_grown(grown: dict[str, int], names: Sequence[str], *, by: int) -> None:
    """Raise ``BooksWrong`` unless each of ``names`` has grown by as much as was answered."""
    wrong = [f"{name} +{grown[name]}" for name in names if grown[name] != by]
    if wrong:
        raise BooksWrong(f"{by} were acknowledged, but: {', '.join(wrong)}")


def rows_written(connection: Connection, since: int) -> dict[str, int]:
    """Return how many rows of each table were written by transactions from ``since`` on."""
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    return {
        str(table): rows
        for (table,) in sorted(tables)
        if table != "node_lease"
        and (rows := _one(connection, f"SELECT count(*) FROM {table} WHERE {_BY} >= {since}"))
    }


_BY = "xmin::text::bigint"


def next_transaction(connection: Connection) -> int:
    """Return a number that every later transaction reaches."""
    return _one(connection, "SELECT pg_current_xact_id()::text::bigint")


def _one(connection: Connection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def orders(connection: Connection) -> int:
    """Return how many orders there are."""
    return _one(connection, _COUNTS["orders"])


def placed(connection: Connection) -> int:
    """Return how many checkouts are placed and not paid."""
    return _one(connection, "SELECT count(*) FROM checkout WHERE state = 'placed'")
