"""Decides which placings are answered without Flask: those that nothing at all is amiss with.

The lane only says yes.  Whatever it does not know for certain goes to the application, which
answers as if there were no lane; a verdict that was reached goes along, to be shown.
"""

import io
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, request
from werkzeug.http import parse_cookie
from werkzeug.utils import redirect

from kernel import actor
from kernel.actor import Actor
from kernel.errors import Problem
from kernel.web.forms import FormTokens, usable_key
from kernel.web.headers import Headers, note
from shop.offer.ask import PlaceAsk, Placed
from shop.web.login import actor_of, correlation_of, known_visitor
from shop.web.storefront.checkout_form import parse_checkout
from shop.web.storefront.ports import Place

ROUTE = "/checkout"
_FORM = "application/x-www-form-urlencoded"
_LONGEST = 16 * 1024
_VERDICT = "qianzhan.verdict"

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class _Asked:
    who: Actor
    correlation: str
    ask: PlaceAsk
    key: str


def verdict() -> Exception | None:
    """Return what the lane was told about this very request, to be shown and not asked again."""
    told: Exception | None = request.environ.get(_VERDICT)
    return told


class FastLane:
    """A WSGI application around another: ``POST /checkout`` by itself where it can."""

    def __init__(self, app: Flask, place: Place, headers: Headers) -> None:
        self.beyond: Wsgi = app.wsgi_app
        self._place = place
        self._tokens = FormTokens(app)
        self._headers = headers
        self._pages = app.url_map.bind("")

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer by the lane, or let the application answer."""
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] != ROUTE:
            return self.beyond(environ, start_response)
        begun = time.perf_counter()
        asked = self._understand(environ)
        if asked is None:
            return self.beyond(environ, start_response)
        before = actor.current()
        actor.become(asked.who)
        actor.correlate(asked.correlation)
        try:
            placed = self._place(asked.who, asked.ask, key=asked.key)
            return self._answer(placed, environ, begun, start_response)
        except Exception as told:  # noqa: BLE001  # the application shows it, whatever it is
            environ[_VERDICT] = told
        finally:
            actor.become(before)
            actor.correlate("")
        return self.beyond(environ, start_response)

    def _understand(self, environ: Environ) -> _Asked | None:
        """Return what a shopper asks, or None where the application must look closer."""
        length = environ.get("CONTENT_LENGTH", "")
        if environ.get("CONTENT_TYPE") != _FORM or not length.isdigit() or int(length) > _LONGEST:
            return None
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(body)
        cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
        try:
            form = dict(reversed(parse_qsl(body.decode(), keep_blank_values=True, errors="strict")))
            key = usable_key(form.get("idempotency_key"), environ.get("HTTP_IDEMPOTENCY_KEY"))
            if not self._tokens.good(environ, cookies, form.get("csrf_token", "")):
                return None
            visitor = known_visitor(cookies)
            if visitor.shopper is None:
                return None
            correlation = correlation_of(visitor) or actor.new_correlation()
            return _Asked(actor_of(visitor), correlation, parse_checkout(form), key)
        except (Problem, ValueError):
            return None

    def _answer(
        self, placed: Placed, environ: Environ, begun: float, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        page = self._pages.build("storefront.order_page", {"checkout_id": placed.checkout_id})
        answer = redirect(page, 303)
        if placed.replayed:
            answer.headers["Idempotency-Replayed"] = "true"
        self._headers.add_to(answer)
        callers = environ.get("HTTP_X_CORRELATION_ID", "")
        note("POST", ROUTE, answer.status_code, begun=begun, callers_correlation=callers)
        return answer(environ, start_response)
