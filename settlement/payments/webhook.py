"""Decide whether a delivery is really the provider's, and what it says; nothing is stored here.

What follows from it is decided in ``inbox``.
"""

import json
from dataclasses import dataclass
from typing import Any

import stripe

from kernel.clock import SECOND, Instant
from settlement.payments.errors import (
    WebhookForged,
    WebhookFuture,
    WebhookStale,
    WebhookUnreadable,
    WebhookUnsigned,
)

TOLERANCE_S = 300

MONEY_RECEIVED = "payment_intent.succeeded"
PAGE_COMPLETED = frozenset(
    {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
)


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """A genuine event: its number, its kind, when it happened and the object it is about."""

    event_id: str
    kind: str
    at: Instant
    about: dict[str, Any]

    @property
    def checkout_id(self) -> int | None:
        """Return the checkout it names, or None when it is none of ours."""
        if self.kind == MONEY_RECEIVED:
            return _number((self.about.get("metadata") or {}).get("checkout_id"))
        return _number(self.about.get("client_reference_id"))


def verify(raw: bytes, signature: str | None, *, secret: str, now: Instant) -> ProviderEvent:
    """Return the event of a delivery that was signed with ``secret`` within the tolerance.

    Raises ``WebhookUnsigned``, ``WebhookForged``, ``WebhookStale``, ``WebhookFuture``,
    ``WebhookUnreadable``.  The library neither refuses times to come nor knows our clock, so
    the age is judged here, after the signature.
    """
    if not signature:
        raise WebhookUnsigned()
    if not signature.isascii():  # the library compares ASCII only, and stumbles over the rest
        raise WebhookForged()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WebhookUnreadable() from error
    try:
        stripe.WebhookSignature.verify_header(text, signature, secret, tolerance=None)
    except stripe.SignatureVerificationError as error:
        raise WebhookForged() from error
    _judge_age(signature, now)
    return read_event(text)


def read_event(text: str) -> ProviderEvent:
    """Return the event in signed text; raises ``WebhookUnreadable``."""
    try:
        body = json.loads(text)
        return ProviderEvent(
            event_id=str(body["id"]),
            kind=str(body["type"]),
            at=int(body["created"]) * SECOND,
            about=dict(body["data"]["object"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise WebhookUnreadable() from error


def _judge_age(signature: str, now: Instant) -> None:
    signed_s = _signed_at(signature)
    now_s = now // SECOND
    if now_s - signed_s > TOLERANCE_S:
        raise WebhookStale(age_s=now_s - signed_s)
    if signed_s - now_s > TOLERANCE_S:
        raise WebhookFuture(ahead_s=signed_s - now_s)


def _signed_at(signature: str) -> int:
    """Return the header's first ``t``: the one that the library read and the signature covers."""
    parts = (part.split("=", 1) for part in signature.split(",") if "=" in part)
    try:
        return int(next(value for name, value in parts if name == "t"))
    except (StopIteration, ValueError) as error:
        raise WebhookForged() from error


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None
