"""Decide how messages travel through a gateway that is asked over HTTP.

``PUT <url>/out/<name>`` takes ours, ``GET <url>/in`` names theirs, one a line; ``GET`` and
``DELETE <url>/in/<name>`` fetch one and forget it.  The name of a sending holds its guid, so
that the same one put twice is one: retries, with their growing pauses, are the delivery's.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import requests

from bonded_display.customs.errors import GatewayRefused, MailboxUnavailable, MailMalformed
from bonded_display.customs.messages.xml import LARGEST_BYTES
from bonded_display.customs.transport import parking
from bonded_display.customs.transport.files import as_problem, private_folder
from kernel import actor, metrics
from kernel.calls import CONNECT_S, CallInsideTransaction
from kernel.db import in_transaction

READ_S = 10.0
POLL_S = 1.0
"""How often the gateway is asked for mail at most; the worker asks ten times a second."""
LONGEST_PAUSE_S = 60
LONGEST_BODY_S = 60.0
_LIST_BYTES = 1_000_000
_NOT_THIS_ONE = frozenset({400, 409, 413, 415, 422})
"""What a gateway says of one message that it will not take tomorrow either."""
_GONE = frozenset({404, 410})
_CHUNK = 65_536


class HttpMailbox:
    """The mailbox of one transmitter at a gateway.

    ``bad`` is a folder of ours for mail that cannot be read; ``token`` is sent as a bearer's.
    After a failure the gateway is left alone for a pause that doubles from 1 to 60 seconds:
    whoever asks meanwhile is refused at once.
    """

    def __init__(self, url: str, bad: Path, *, token: str = "", read_s: float = READ_S) -> None:
        self._url = url.rstrip("/")
        self._host = urlsplit(url).netloc
        self._read_s = read_s
        self._session = requests.Session()
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"
        self._bad = bad
        self._failures = 0
        self._rest_until = time.monotonic()
        self._poll_at = time.monotonic()
        with as_problem("open"):
            private_folder(bad)

    def send(self, name: str, raw: bytes) -> None:
        """Hand a message to the gateway; the same name again is the same message to it.

        Raises ``GatewayRefused`` when this one message is not taken, ``MailboxUnavailable``
        for everything else but a clear yes.
        """
        self._finish(self._ask("send", "PUT", f"out/{quote(name, safe='')}", raw))

    def waiting(self) -> list[str]:
        """Return the names of the mail that came; none between two polls.

        Of a list that is too long to be held the first megabyte: the rest comes once that is taken.
        """
        if time.monotonic() < self._poll_at:
            return []
        self._poll_at = time.monotonic() + POLL_S
        with self._ask("list", "GET", "in") as answer:
            text = self._first("list", answer, _LIST_BYTES).decode("utf-8", "replace")
        return sorted({name for name in text.splitlines() if name.strip(" .")})

    def alone(self, name: str) -> AbstractContextManager[bool]:
        """Keep nobody off: a mail that two workers take is a repeat of one of them."""
        return nullcontext(enter_result=True)

    def read(self, name: str) -> bytes:
        """Return the bytes of one; ``MailMalformed`` when it is too large to be read at all.

        A mail is cut off where it grows too large, whatever length the gateway told before.
        """
        with self._ask("read", "GET", f"in/{quote(name, safe='')}") as answer:
            told = answer.headers.get("Content-Length", "")
            if told.isascii() and told.isdigit() and int(told) > LARGEST_BYTES:
                raise MailMalformed(reason="too_large", detail=told)
            return b"".join(self._chunks("read", answer, LARGEST_BYTES))

    def taken(self, name: str) -> None:
        """Let the gateway forget a mail whose bytes are stored."""
        self._finish(self._ask("take", "DELETE", f"in/{quote(name, safe='')}"))

    def park(self, name: str, reason: str) -> None:
        """Keep a mail that cannot be read in ``bad``, then let the gateway forget it."""
        with self._ask("park", "GET", f"in/{quote(name, safe='')}") as answer:
            parking.park(self._bad, name, reason, self._pieces(answer))
        self.taken(name)

    def _ask(
        self, doing: str, method: str, path: str, raw: bytes | None = None
    ) -> requests.Response:
        if in_transaction():
            raise CallInsideTransaction(f"{method} {self._url}/{path}")
        if time.monotonic() < self._rest_until:
            raise MailboxUnavailable(doing=doing, cause="resting")
        headers = {"X-Correlation-Id": actor.correlation()}
        if raw is not None:
            headers |= {"Content-Type": "application/xml", "Idempotency-Key": path.split("/")[-1]}
        begun = time.perf_counter()
        try:
            answer = self._session.request(
                method,
                f"{self._url}/{path}",
                data=raw,
                headers=headers,
                timeout=(CONNECT_S, self._read_s),
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            raise self._down(doing, type(error).__name__) from error
        finally:
            metrics.call_seconds.labels(self._host).observe(time.perf_counter() - begun)
        return self._judged(doing, answer)

    def _judged(self, doing: str, answer: requests.Response) -> requests.Response:
        status = answer.status_code
        if 200 <= status < 300:
            metrics.calls_made.labels(self._host, "ok").inc()
            self._failures = 0
            return answer
        answer.close()
        if doing == "send" and status in _NOT_THIS_ONE:
            metrics.calls_made.labels(self._host, "refused").inc()
            raise GatewayRefused(status=status)
        if doing == "take" and status in _GONE:
            return answer
        if doing in ("read", "park"):  # of one mail; that the gateway is away, its list says
            raise MailboxUnavailable(doing=doing, cause=f"status {status}")
        raise self._down(doing, f"status {status}")

    @staticmethod
    def _finish(answer: requests.Response) -> None:
        """Read a short answer to its end, so that the connection serves the next call."""
        with answer, suppress(requests.RequestException):
            next(answer.iter_content(_CHUNK), b"")

    def _down(self, doing: str, cause: str) -> MailboxUnavailable:
        metrics.calls_made.labels(self._host, "unavailable").inc()
        self._failures += 1
        pause = min(1 << min(self._failures - 1, 6), LONGEST_PAUSE_S)
        self._rest_until = time.monotonic() + pause
        return MailboxUnavailable(doing=doing, cause=cause)

    def _first(self, doing: str, answer: requests.Response, most: int) -> bytes:
        """Return the body, or its whole lines within the first ``most`` bytes."""
        found = bytearray()
        for chunk in self._body(doing, answer):
            found += chunk
            if len(found) > most:
                return bytes(found[: found.rfind(b"\n") + 1])
        return bytes(found)

    def _chunks(self, doing: str, answer: requests.Response, most: int) -> Iterator[bytes]:
        """Yield the body, at most ``most`` bytes of it; ``MailMalformed`` where it is longer."""
        length = 0
        for chunk in self._body(doing, answer):
            length += len(chunk)
            if length > most:
                raise MailMalformed(reason="too_large", detail=f"over {most}")
            yield chunk

    def _pieces(self, answer: requests.Response) -> Iterator[bytes]:
        piece = bytearray()
        for chunk in self._body("park", answer):
            piece += chunk
            if len(piece) >= parking.PIECE_BYTES:
                yield bytes(piece)
                piece.clear()
        if piece:
            yield bytes(piece)

    def _body(self, doing: str, answer: requests.Response) -> Iterator[bytes]:
        end = time.monotonic() + LONGEST_BODY_S
        try:
            for chunk in answer.iter_content(_CHUNK):
                if time.monotonic() > end:
                    raise self._down(doing, "slow")
                yield chunk
        except requests.RequestException as error:
            raise self._down(doing, type(error).__name__) from error
