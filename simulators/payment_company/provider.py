"""Ask the money side what was paid and by whom.

It is the only place the payment company learns gross and payer from; the platform's word does
not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import requests

from simulators.daemon import CHINA, Refused

_MS_FROM = 10**11
"""Epoch numbers from here on are milliseconds, 10**14 and more microseconds."""
_MOST_KNOWN = 10_000
"""Payments that are remembered; past it one asks again."""


@dataclass(frozen=True)
class Paid:
    """One payment: ``gross_fen`` in fen, ``paid_at`` in China time, the payer as entered."""

    gross_fen: int
    paid_at: datetime
    payer_name: str
    payer_id_number: str
    payer_phone: str


class Provider:
    """The money side over HTTP."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {key}"
        self._known: dict[str, Paid] = {}

    def paid(self, payment: str, *, correlation: str) -> Paid:
        """Return what is known of ``payment``; once it is paid, that never changes.

        Raises ``Refused``: 503 provider_unavailable, 409 payment_not_found, not_paid or
        currency_not_cny.
        """
        known = self._known.get(payment)
        if known is not None:
            return known
        try:
            answer = self._session.get(
                f"{self._url}/_company/payments/{payment}",
                headers={"X-Correlation-Id": correlation},
                timeout=5,
            )
            said = answer.json() if answer.status_code == requests.codes.ok else {}
        except (requests.RequestException, ValueError):
            raise Refused(503, "provider_unavailable", "the money side does not answer") from None
        if answer.status_code == requests.codes.not_found:
            raise Refused(409, "payment_not_found", "the money side does not know this payment")
        if answer.status_code != requests.codes.ok:
            raise Refused(503, "provider_unavailable", f"status {answer.status_code}")
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[payment] = _paid(said)
        return self._known[payment]


def _paid(said: dict[str, object]) -> Paid:
    payer, gross = said.get("payer"), said.get("gross_fen")
    if str(said.get("currency", "")).lower() != "cny":
        raise Refused(409, "currency_not_cny", "only payments in CNY can be declared")
    if not isinstance(payer, dict) or not isinstance(gross, int) or not said.get("paid_at"):
        raise Refused(409, "not_paid", "the payment has no payer or was not paid")
    return Paid(
        gross,
        _instant(said["paid_at"]),
        str(payer.get("name") or ""),
        str(payer.get("id_number") or "").upper(),
        str(payer.get("phone") or ""),
    )


def _instant(value: object) -> datetime:
    """Read an ISO text or an epoch number in s, ms or µs as a time in China."""
    if isinstance(value, int):
        ms = value if value >= _MS_FROM else value * 1000
        ms = ms if ms < _MS_FROM * 1000 else ms // 1000
        return datetime.fromtimestamp(ms // 1000, CHINA)
    try:
        return datetime.fromisoformat(str(value)).astimezone(CHINA)
    except ValueError:
        raise Refused(409, "not_paid", "the time of payment cannot be read") from None
