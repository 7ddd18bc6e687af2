"""Decides how a request is sent to a server and remembered: when it was in flight, what came back.

A line is kept open as a browser's; one that breaks is opened anew with the next request.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

PATIENCE_S = 40.0
LOST = 0
"""Instead of a status: the line broke, and what became of the request is not known."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Heard:
    """An answer; ``status`` is ``LOST`` where none came, ``text`` says why."""

    server: str
    status: int
    place: str = ""
    replayed: bool = False
    retry_after: str = ""
    text: str = ""

    @property
    def code(self) -> str:
        """Return the code of a problem document, or nothing."""
        try:
            return str(json.loads(self.text).get("code", ""))
        except (ValueError, AttributeError):
            return ""

    @property
    def verdict(self) -> tuple[int, str, str] | None:
        """Return what each answer to one key must say; None where it is to be asked again."""
        if self.status in (LOST, 429) or self.status >= 500:
            return None
        return (self.status, self.place, self.code)


@dataclass
class Sending:
    """One request on its way, in seconds of the monotonic clock."""

    server: str
    begun: float
    ended: float = float("inf")


@dataclass
class Traffic:
    """Every request of a round, for whoever asks what was in flight at a moment."""

    sendings: list[Sending] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    def in_flight(self, at: float, servers: Sequence[str]) -> int:
        """Return how many requests to these servers had no answer at a moment."""
        return sum(
            one.server in servers and one.begun <= at < one.ended for one in list(self.sendings)
        )


class Line:
    """One connection to a server: ``send``, then ``hear``."""

    def __init__(self, server: str, port: int, traffic: Traffic) -> None:
        self.server, self._traffic = server, traffic
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self._sending: Sending | None = None
        self._broke = ""

    def send(self, method: str, path: str, headers: Mapping[str, str], body: str = "") -> None:
        """Send a request; that the line broke is heard later."""
        self._sending = Sending(self.server, time.monotonic())
        self._traffic.sendings.append(self._sending)
        self._broke = ""
        try:
            self._connection.request(method, path, body or None, dict(headers))
        except OSError as error:
            self._broke = repr(error)

    def hear(self) -> Heard:
        """Wait for the answer to what was sent last."""
        heard = self._hear()
        if self._sending is not None:
            self._sending.ended = time.monotonic()
        self._traffic.heard.append(heard)
        return heard

    def _hear(self) -> Heard:
        try:
            if self._broke:
                raise ConnectionError(self._broke)
            answer = self._connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, HTTPException) as error:
            self._connection.close()
            return Heard(self.server, LOST, text=repr(error))
        return Heard(
            self.server,
            answer.status,
            answer.headers.get("Location", ""),
            answer.headers.get("Idempotency-Replayed") == "true",
            answer.headers.get("Retry-After", ""),
            text,
        )

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: str = "") -> Heard:
        """Send a request and wait for its answer."""
        self.send(method, path, headers, body)
        return self.hear()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
