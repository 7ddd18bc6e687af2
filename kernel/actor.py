"""Decides who acts and under which correlation; what they may do is decided by each verb.

Both are carried in context variables, so that audit, facts and log lines need not be handed
them.  A thread that serves one request after another must begin each with ``become`` or
``acting`` and ``correlated``: ``kernel.web`` and the worker do.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

Kind = Literal["account", "visit", "device", "staff", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a shopper's account, a visit before sign-in, a device, a staff member, ourselves.

    ``outlet_id`` is the outlet a device or clerk stands in, and narrows what they see.
    """

    kind: Kind
    id: int
    outlet_id: int | None = None

    @property
    def owner(self) -> str:
        """Return the name that idempotency keys and audit lines carry: ``account:123``."""
        return f"{self.kind}:{self.id}"


SYSTEM = Actor("system", 0)
NOBODY = Actor("visit", 0)

_actor: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)
_correlation: ContextVar[str] = ContextVar("correlation", default="")


def current() -> Actor:
    """Return who acts here; a program that said nothing acts as ``SYSTEM``."""
    return _actor.get()


def become(actor: Actor) -> None:
    """Let ``actor`` act for the rest of this context: for request starts, which have no block."""
    _actor.set(actor)


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Let ``actor`` act within the block."""
    token = _actor.set(actor)
    try:
        yield actor
    finally:
        _actor.reset(token)


def new_correlation() -> str:
    """Return a fresh correlation: 16 hex characters that nobody can guess."""
    return secrets.token_hex(8)


def correlation() -> str:
    """Return what joins the records of one cause; the first question in a context makes it."""
    value = _correlation.get()
    if not value:
        value = new_correlation()
        _correlation.set(value)
    return value


def correlate(value: str) -> None:
    """Use ``value`` for the rest of this context: for request starts, which have no block."""
    _correlation.set(value)


@contextmanager
def correlated(value: str) -> Iterator[str]:
    """Use ``value`` within the block, as a handler does with the correlation of its fact."""
    token = _correlation.set(value)
    try:
        yield value
    finally:
        _correlation.reset(token)
