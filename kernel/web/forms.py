"""Decides what a form must carry: the token of its session, and a key when it must act once."""

import re
import secrets

from flask import request
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup

from kernel.errors import Denied, Malformed

_REQUEST_KEY = re.compile(r"[A-Za-z0-9_-]{16,80}")

csrf = CSRFProtect()
"""Guards every form; ``csrf.exempt(blueprint)`` for callers that carry a key of their own."""


class FormExpired(Denied):
    """A form came without the token of this session; nothing was done."""

    code = "form_expired"


class RequestKeyInvalid(Malformed):
    """A request that must not happen twice came without a usable key."""

    code = "request_key_invalid"


def request_key() -> str:
    """Return the key that keeps this request from happening twice.

    It is the form field ``idempotency_key`` or the header ``Idempotency-Key``: 16 to 80 letters,
    digits, hyphens or underscores.  Raises ``RequestKeyInvalid`` (Malformed) without one, and
    when both are sent and differ.
    """
    sent = {request.form.get("idempotency_key"), request.headers.get("Idempotency-Key")} - {None}
    key = sent.pop() if len(sent) == 1 else None
    if key is None or _REQUEST_KEY.fullmatch(key) is None:
        raise RequestKeyInvalid
    return key


def new_request_key() -> str:
    """Return a fresh key for a form that must not happen twice."""
    return secrets.token_urlsafe(24)


def form_tokens(*, once: bool = True) -> Markup:
    """The hidden fields every form carries: the session's token and, if ``once``, a fresh key."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    key = field.format("idempotency_key", new_request_key()) if once else Markup()
    return field.format("csrf_token", generate_csrf()) + key
