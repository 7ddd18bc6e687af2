"""Decides what proves that a shopper stood before a shelf: a signed token of outlet and time.

Leaves the cookie it travels in to shop.web and what a visit is worth to its readers.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from kernel.clock import MINUTE, Instant
from shop.offer.errors import VisitForged, VisitOver

VISIT_FOR = 120 * MINUTE
_AHEAD = MINUTE
_LABEL = b"qianzhan shelf visit 1"


@dataclass(frozen=True)
class Visit:
    """One scan: ``nonce`` is an id of its own, so two scans of one shelf are two visits."""

    outlet_id: int
    shelf_code: str
    at: Instant
    nonce: int


def write_visit(visit: Visit, secret: str) -> str:
    """Return the signed text of a visit, fit for a cookie."""
    body = f"{visit.outlet_id}.{visit.at}.{visit.nonce}.{visit.shelf_code}".encode()
    return f"{_text(body)}.{_text(_mark(body, secret))}"


def read_visit(token: str, secret: str, *, at: Instant) -> Visit:
    """Return the visit of a token that we signed at most two hours before an instant.

    Raises ``VisitForged`` for a token that is not ours and ``VisitOver`` for one out of time.
    """
    try:
        body, mark = (_bytes(part) for part in token.split("."))
    except (ValueError, binascii.Error) as wrong:
        raise VisitForged from wrong
    if not hmac.compare_digest(mark, _mark(body, secret)):
        raise VisitForged
    outlet_id, taken_at, nonce, shelf_code = body.decode().split(".", 3)
    visit = Visit(int(outlet_id), shelf_code, int(taken_at), int(nonce))
    if not at - VISIT_FOR <= visit.at <= at + _AHEAD:
        raise VisitOver
    return visit


def _mark(body: bytes, secret: str) -> bytes:
    key = hmac.digest(secret.encode(), _LABEL, hashlib.sha256)
    return hmac.digest(key, body, hashlib.sha256)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
