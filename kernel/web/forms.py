"""Decides what a form must carry: the token of its session, and a key when it must act once."""

import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
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
    return usable_key(request.form.get("idempotency_key"), request.headers.get("Idempotency-Key"))


def usable_key(of_the_form: str | None, of_the_header: str | None) -> str:
    """Return the one key that form and header agree on; raises ``RequestKeyInvalid``."""
    sent = {of_the_form, of_the_header} - {None}
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


class FormTokens:
    """Knows the token of a form as ``csrf`` does, for a request that Flask does not see."""

    def __init__(self, app: Flask) -> None:
        sessions = SecureCookieSessionInterface()
        self._cookie = sessions.get_cookie_name(app)
        self._sessions = sessions.get_signing_serializer(app)
        self._session_s = int(app.permanent_session_lifetime.total_seconds())
        self._tokens = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token")
        self._token_s: int = app.config["WTF_CSRF_TIME_LIMIT"]

    def good(self, environ: Mapping[str, Any], cookies: Mapping[str, str], token: str) -> bool:
        """Return whether the form surely comes from our own page in the session of the cookie."""
        kept = cookies.get(self._cookie)
        if self._sessions is None or not kept or not token or not _own_page(environ):
            return False
        try:
            session = self._sessions.loads(kept, max_age=self._session_s)
            sent = self._tokens.loads(token, max_age=self._token_s)
        except BadData:
            return False
        return hmac.compare_digest(str(session.get("csrf_token", "")), sent)


def _own_page(environ: Mapping[str, Any]) -> bool:
    """Over TLS the referrer must be ours; plain HTTP, behind a proxy or on a desk, shows none."""
    if environ["wsgi.url_scheme"] != "https":
        return True
    ours = f"https://{environ.get('HTTP_HOST', '')}/"
    return str(environ.get("HTTP_REFERER", "")).startswith(ours)
