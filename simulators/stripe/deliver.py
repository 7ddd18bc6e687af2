"""Decides when an event is sent to the merchant, again and again until it is taken.

A back-off doubles between tries; the queue stands in the books, so a restart goes on with it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import requests

from simulators import clock

from .books import Books
from .events import signature
from .sessions import expire_due

TRIES = 20
CEILING_MS = 60_000
MOODS = ("normal", "drop", "duplicate", "forge_key", "stale", "future")


@dataclass
class Behaviour:
    """What the simulator does wrong on purpose; set by name through ``/_control``.

    ``stale`` and ``future`` sign with a time an hour off; ``forge_key`` with another secret.
    """

    webhooks: str = "normal"
    webhook_url: str = ""
    webhook_delay_ms: int = 0
    amount_delta_fen: int = 0
    fail_after_commit: int = 0


class Deliverer(threading.Thread):
    """The thread that empties the delivery queue and ends sessions whose time is over."""

    def __init__(
        self, books: Books, behaviour: Behaviour, *, secret: str, base_ms: int = 500
    ) -> None:
        super().__init__(name="stripe-deliverer", daemon=True)
        self._books, self._behaviour, self._secret = books, behaviour, secret
        self._base_ms = base_ms
        self._stop_asked = threading.Event()

    def stop(self) -> None:
        """End the thread after the delivery under way."""
        self._stop_asked.set()
        self.join(timeout=10)

    def run(self) -> None:
        """Look for due deliveries until stopped."""
        while not self._stop_asked.wait(0.05):
            expire_due(self._books)
            for event_id, payload, tries in self._due():
                self._deliver(event_id, payload, tries)

    def _due(self) -> list[tuple[str, str, int]]:
        now_ms = clock.now_ms() - self._behaviour.webhook_delay_ms
        found = self._books.rows(
            "SELECT d.event_id, d.payload, d.tries FROM delivery d "
            "JOIN object o ON o.id = d.event_id "
            "WHERE d.state = 'pending' AND d.due_ms <= ? "
            "AND json_extract(o.body, '$.created') * 1000 <= ? ORDER BY o.seq",
            now_ms, now_ms,
        )  # fmt: skip
        return [(row[0], row[1], row[2]) for row in found]

    def _deliver(self, event_id: str, payload: str, tries: int) -> None:
        mood = self._behaviour.webhooks
        if not self._behaviour.webhook_url:
            return
        if mood == "drop":
            self._settle(event_id, "dropped", tries)
            return
        taken = [self._send(payload.encode()) for _ in range(2 if mood == "duplicate" else 1)]
        lost = "given_up" if tries + 1 >= TRIES else "pending"
        self._settle(event_id, "done" if any(taken) else lost, tries + 1)

    def _send(self, payload: bytes) -> bool:
        mood = self._behaviour.webhooks
        secret = "whsec_of_somebody_else" if mood == "forge_key" else self._secret
        at = clock.now_s() + {"stale": -3600, "future": 3600}.get(mood, 0)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(payload, secret, at),
        }
        try:
            answer = requests.post(
                self._behaviour.webhook_url, data=payload, headers=headers, timeout=10
            )
        except requests.RequestException:
            return False
        return answer.ok

    def _settle(self, event_id: str, state: str, tries: int) -> None:
        wait_ms = min(CEILING_MS, self._base_ms * 2 ** max(0, tries - 1))
        self._books.rows(
            "UPDATE delivery SET state = ?, tries = ?, due_ms = ? WHERE event_id = ?",
            state, tries, clock.now_ms() + wait_ms, event_id,
        )  # fmt: skip


def resend_dropped(books: Books) -> None:
    """Put every dropped event back into the queue."""
    books.rows("UPDATE delivery SET state = 'pending', due_ms = 0 WHERE state = 'dropped'")
