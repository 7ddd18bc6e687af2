"""Decides which money a bench lets be captured: open payments, and the provider's signed events.

The rows are put down for all placed checkouts at once, as opening each page would leave them;
what is measured is what the product makes of the events.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

_OPEN = """
INSERT INTO payment (id, checkout_id, provider, provider_session, pay_url, title, return_url,
                     amount_fen, state, payer_check, opened_at, expires_at, asked_at, seq,
                     home_shard)
SELECT c.id, c.id, c.provider, 'cs_test_' || c.id, 'https://pay.example/' || c.id, 'bench',
       'https://id.example/orders/' || c.id, c.total_fen, 'open', 'unchecked', c.placed_at,
       c.expires_at, c.placed_at, 1, c.home_shard
  FROM checkout c
 WHERE c.state = 'placed' AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.checkout_id = c.id)
 ORDER BY c.id LIMIT %s
"""
_SHARES = """
INSERT INTO payment_share (payment_id, order_id, order_no, share_fen)
SELECT p.id, o.id, o.order_no, o.paid_share_fen
  FROM payment p JOIN customs_order o ON o.checkout_id = p.checkout_id
 WHERE NOT EXISTS (SELECT 1 FROM payment_share s WHERE s.order_id = o.id)
"""
_NUMBERS = """
INSERT INTO waybill_number (courier_enterprise_id, waybill_no, state, fetched_at)
SELECT (SELECT enterprise_id FROM enterprise_role WHERE role = 'courier'),
       'QZB' || lpad((n + (SELECT count(*) FROM waybill_number))::text, 10, '0'), 'free', n
  FROM generate_series(1, %s) n
"""


@dataclass(frozen=True)
class Paid:
    """Money the provider took for one checkout, in fen."""

    checkout_id: int
    gross_fen: int


def open_payments(connection: Connection, count: int) -> list[Paid]:
    """Open payments for at most ``count`` placed checkouts and fill the pool of waybill numbers."""
    connection.execute(_OPEN, (count,))
    connection.execute(_SHARES)
    fill_pool(connection, count)
    for table in ("payment", "payment_share", "waybill_number", "reservation", "customs_order"):
        connection.execute(f"ANALYZE {table}")  # as autovacuum would have
    rows = connection.execute(
        "SELECT p.checkout_id, p.amount_fen FROM payment p JOIN checkout c ON c.id = p.checkout_id"
        " WHERE p.state = 'open' AND c.state = 'placed' ORDER BY p.id LIMIT %s",
        (count,),
    )
    return [Paid(*row) for row in rows]


def fill_pool(connection: Connection, count: int) -> None:
    """Put ``count`` more waybill numbers into the courier's pool."""
    connection.execute(_NUMBERS, (count,))


def event(paid: Paid, *, at_s: int) -> str:
    """Return the provider's event that the money of one checkout has come."""
    return json.dumps(
        {
            "id": f"evt_{paid.checkout_id}",
            "object": "event",
            "type": "payment_intent.succeeded",
            "created": at_s,
            "data": {
                "object": {
                    "id": f"pi_{paid.checkout_id}",
                    "object": "payment_intent",
                    "status": "succeeded",
                    "amount": paid.gross_fen,
                    "amount_received": paid.gross_fen,
                    "currency": "cny",
                    "metadata": {"checkout_id": str(paid.checkout_id)},
                }
            },
        },
        separators=(",", ":"),
    )


def signature(body: str, secret: str, *, at_s: int) -> str:
    """Return the header with which the provider signs a body (scheme v1)."""
    digest = hmac.new(secret.encode(), f"{at_s}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"


def write_events(file: Path, paid: Sequence[Paid], secret: str) -> None:
    """Write each payment's signed event, a line each: signature, tab, body."""
    at_s = int(time.time())
    with file.open("w", encoding="utf-8") as out:
        for one in paid:
            body = event(one, at_s=at_s)
            out.write(f"{signature(body, secret, at_s=at_s)}\t{body}\n")
