"""Decide which requests the event loop answers by itself, and that all others go to threads.

A lane only says yes: what it does not know for certain the application answers, as if there were
no lane.  What a lane was told, it raises; the application shows it and asks nobody again.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from flask import Flask, request
from werkzeug import Response

THREADS = 32
"""Requests that the application works on at once, in one process."""
LONGEST = 16 * 1024
"""Bytes of the longest body that a lane reads, unless it is said to read more."""
_TOLD = "qianzhan.told"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: status, headers as they travel, body."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @classmethod
    def of(cls, response: Response) -> "Answer":
        """Return what ``response`` is on the way."""
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in response.get_wsgi_headers({})
        ]
        return cls(response.status_code, headers, response.get_data())


Way = tuple[str, str]
"""Method and path."""
Lane = Callable[[Scope, bytes], Awaitable[Answer | None]]
"""Takes a request and its body; ``None`` leaves it to the application.  It must never wait."""


class Front:
    """The ASGI application of a process: lanes by method and path, the application behind them.

    ``longest`` is the bytes of a lane that reads longer bodies than others.
    """

    def __init__(
        self,
        app: Flask,
        lanes: Mapping[Way, Lane],
        *,
        longest: Mapping[Way, int] | None = None,
    ) -> None:
        self.app = app
        self._lanes, self._longest = dict(lanes), dict(longest or {})
        self._beyond: Any = WSGIMiddleware(cast(Any, app.wsgi_app), workers=THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        lane = self._lane(scope)
        if lane is None:
            await self._beyond(scope, _as_coroutine(receive), send)
            return
        body = await _read(receive)
        if body is None:
            return
        try:
            answer = await lane(scope, body)
        except Exception as told:  # noqa: BLE001  # the application shows it, whatever it is
            scope[_TOLD] = told
            answer = None
        if answer is None:
            await self._beyond(scope, _read_already(body, receive), send)
            return
        start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        await send(start)
        await send({"type": "http.response.body", "body": answer.body})

    def _lane(self, scope: Scope) -> Lane | None:
        if scope["type"] != "http":
            return None
        way = (scope["method"], scope["path"])
        lane = self._lanes.get(way)
        if lane is None:
            return None
        length, longest = header(scope, b"content-length"), self._longest.get(way, LONGEST)
        return lane if length.isdigit() and int(length) <= longest else None


def header(scope: Scope, name: bytes) -> str:
    """Return a header of a request, its lines joined, or nothing; ``name`` in small letters."""
    return ",".join(
        cast(bytes, value).decode("latin-1") for known, value in scope["headers"] if known == name
    )


def peer_of(scope: Scope) -> str:
    """Return the address that a request came from: the caller's, or a proxy's before it."""
    address, _ = scope.get("client") or ("", 0)
    return str(address)


def raise_what_was_told() -> None:
    """Raise what a lane was told about this very request, to be shown and not asked again."""
    told = request.environ.get("asgi.scope", {}).get(_TOLD)
    if told is not None:
        raise told


async def _read(receive: Receive) -> bytes | None:
    """Return the body, or None when the caller went away."""
    parts = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _read_already(body: bytes, receive: Receive) -> Callable[[], Coroutine[Any, Any, Any]]:
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return left.pop() if left else await receive()

    return again


def _as_coroutine(receive: Receive) -> Callable[[], Coroutine[Any, Any, Any]]:
    """Return ``receive`` as the coroutine that threads may wait for; granian's is a future."""

    async def received() -> Any:
        return await receive()

    return received
