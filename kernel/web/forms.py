"""Decides what a form must carry: the token of its session, and a key when it must act once."""

import hmac
import re
import secrets
from collections.abc import Mapping
from typing import cast

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.signer import SigningAlgorithm
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


class _Hmac(SigningAlgorithm):
    """The usual signature by one call of the library in C."""

    def __init__(self, digest: str) -> None:
        self._digest = digest

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """Return the signature of ``value`` under ``key``."""
        return hmac.digest(key, value, self._digest)


class _Signer(TimestampSigner):
    """Derives a key once a process, not once a token: it costs as much as all the rest."""

    _derived: dict[tuple[object, ...], bytes] = {}  # noqa: RUF012  # shared on purpose

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """Return the key that ``secret_key`` gives under this salt."""
        secret = secret_key or self.secret_keys[-1]
        kept = (secret, self.salt, self.key_derivation, self.digest_method)
        if kept not in self._derived:
            self._derived[kept] = super().derive_key(secret_key)
        return self._derived[kept]


def _hastened(serializer: URLSafeTimedSerializer) -> URLSafeTimedSerializer:
    """Return a serializer that takes and gives the same tokens in less time."""
    digest = serializer.make_signer(serializer.salt).digest_method().name
    serializer.signer = _Signer
    serializer.signer_kwargs = {**serializer.signer_kwargs, "algorithm": _Hmac(digest)}
    return serializer


class FormTokens:
    """Knows the token of a form as ``csrf`` does, for a request that Flask does not see."""

    def __init__(self, app: Flask) -> None:
        sessions = SecureCookieSessionInterface()
        self._cookie = sessions.get_cookie_name(app)
        signing = cast(URLSafeTimedSerializer, sessions.get_signing_serializer(app))
        self._sessions = _hastened(signing)
        self._session_s = int(app.permanent_session_lifetime.total_seconds())
        tokens = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token")
        self._tokens = _hastened(tokens)
        self._token_s: int = app.config["WTF_CSRF_TIME_LIMIT"]

    def good(self, cookies: Mapping[str, str], token: str) -> bool:
        """Return whether the form surely belongs to the session of the cookie."""
        kept = cookies.get(self._cookie)
        if not kept or not token:
            return False
        try:
            session = self._sessions.loads(kept, max_age=self._session_s)
            sent = self._tokens.loads(token, max_age=self._token_s)
        except BadData:
            return False
        return hmac.compare_digest(str(session.get("csrf_token", "")), sent)


def from_own_page(*, scheme: str, host: str, referrer: str) -> bool:
    """Return whether a form comes from a page of ours, as far as the browser says.

    Over TLS the referrer must be ours; plain HTTP, on a desk, shows none.
    """
    return scheme != "https" or referrer.startswith(f"https://{host}/")
