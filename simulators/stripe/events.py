"""Decides what an event looks like and how it is signed.

When it is sent, and how often, is left to ``deliver``.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from .books import Body, Books, mint, now_s

API_VERSION = "2026-10-28.endive"


def public(body: Body) -> Body:
    """Return an object without the simulator's own fields (those with a leading underscore)."""
    return {name: value for name, value in body.items() if not name.startswith("_")}


def record(books: Books, name: str, body: Body) -> None:
    """Write an event about ``body`` and put it into the delivery queue."""
    event: Body = {
        "id": mint("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": now_s(),
        "type": name,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "data": {"object": public(body)},
    }
    books.put("event", event)
    payload = json.dumps(event, ensure_ascii=False)
    books.rows("INSERT INTO delivery VALUES (?, ?, 0, 0, 'pending')", event["id"], payload)


def signature(payload: bytes, secret: str, at: int) -> str:
    """Return the ``Stripe-Signature`` header for these very bytes."""
    signed = f"{at}.".encode() + payload
    return f"t={at},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
