"""Decides when an event is sent to the merchant, again and again until it is taken.

A back-off doubles between tries; the queue stands in the books, so a restart goes on with it.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter

from simulators import clock

from .books import Books
from .events import signature
from .sessions import expire_due

TRIES = 20
HANDS, MOST_AT_ONCE = 4, 40
"""How many events are under way at the same moment, and how many are noted together."""
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


@dataclass(frozen=True)
class Due:
    """One event to be sent."""

    event_id: str
    payload: str
    tries: int


@dataclass(frozen=True)
class Pace:
    """The first wait of a retry, and how often one looks for due events; in ms."""

    base_ms: int = 500
    every_ms: int = 50


class Deliverer(threading.Thread):
    """The thread that empties the delivery queue and ends sessions whose time is over."""

    def __init__(
        self, books: Books, behaviour: Behaviour, *, secret: str, pace: Pace | None = None
    ) -> None:
        super().__init__(name="stripe-deliverer", daemon=True)
        self._books, self._behaviour, self._secret = books, behaviour, secret
        self._pace = pace or Pace()
        self._stop_asked = threading.Event()
        self._line = requests.Session()
        self._line.trust_env = False
        self._line.mount("http://", HTTPAdapter(pool_maxsize=HANDS))

    def stop(self) -> None:
        """End the thread after the delivery under way."""
        self._stop_asked.set()
        self.join(timeout=10)

    def run(self) -> None:
        """Look for due deliveries until stopped."""
        with ThreadPoolExecutor(HANDS, thread_name_prefix="stripe-hand") as hands:
            while not self._stop_asked.wait(self._pace.every_ms / 1000):
                expire_due(self._books)
                due = self._due() if self._behaviour.webhook_url else []
                tried = list(hands.map(self._deliver, due))
                if tried:
                    self._settle(tried)

    def _due(self) -> list[Due]:
        now_ms = clock.now_ms() - self._behaviour.webhook_delay_ms
        found = self._books.rows(
            "SELECT d.event_id, d.payload, d.tries FROM delivery d "
            "JOIN object o ON o.id = d.event_id "
            "WHERE d.state = 'pending' AND d.due_ms <= ? "
            "AND json_extract(o.body, '$.created') * 1000 <= ? ORDER BY o.seq LIMIT ?",
            now_ms, now_ms, MOST_AT_ONCE,
        )  # fmt: skip
        return [Due(*row) for row in found]

    def _deliver(self, due: Due) -> tuple[Due, str, int]:
        """Send one event; return it with its state afterwards and its tries."""
        mood = self._behaviour.webhooks
        if mood == "drop":
            return due, "dropped", due.tries
        payload = due.payload.encode()
        taken = [self._send(payload) for _ in range(2 if mood == "duplicate" else 1)]
        lost = "given_up" if due.tries + 1 >= TRIES else "pending"
        return due, "done" if any(taken) else lost, due.tries + 1

    def _send(self, payload: bytes) -> bool:
        mood = self._behaviour.webhooks
        secret = "whsec_of_somebody_else" if mood == "forge_key" else self._secret
        at = clock.now_s() + {"stale": -3600, "future": 3600}.get(mood, 0)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(payload, secret, at),
        }
        try:
            answer = self._line.post(
                self._behaviour.webhook_url, data=payload, headers=headers, timeout=10
            )
        except requests.RequestException:
            return False
        return answer.ok

    def _settle(self, tried: list[tuple[Due, str, int]]) -> None:
        """Note what became of some events; killed before it, they are sent once more."""
        now_ms = clock.now_ms()
        with self._books.work():
            for due, state, tries in tried:
                wait_ms = min(CEILING_MS, self._pace.base_ms * 2 ** max(0, tries - 1))
                self._books.rows(
                    "UPDATE delivery SET state = ?, tries = ?, due_ms = ? WHERE event_id = ?",
                    state, tries, now_ms + wait_ms, due.event_id,
                )  # fmt: skip


def resend_dropped(books: Books) -> None:
    """Put every dropped event back into the queue."""
    books.rows("UPDATE delivery SET state = 'pending', due_ms = 0 WHERE state = 'dropped'")
