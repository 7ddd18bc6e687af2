"""Decides which placings the event loop answers: those that nothing at all is amiss with.

Whatever it does not know for certain goes to the application (``kernel.web.front``); whether an
order is placed is the group's verdict, the same on both ways.
"""

import time
from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.http import parse_cookie
from werkzeug.utils import redirect

from kernel import metrics
from kernel.actor import Actor, acting, correlated, correlation
from kernel.errors import Problem
from kernel.web.forms import FormTokens, from_own_page, usable_key
from kernel.web.front import Answer, Scope, header, peer_of
from kernel.web.headers import Headers, note
from kernel.web.language import language_of
from kernel.web.proxies import Proxies
from shop.accounts.errors import SignInRequired
from shop.checkout.waiting import MustWait
from shop.offer.ask import PlaceAsk, Placed, Sender
from shop.web.login import sender_of
from shop.web.storefront.checkout_form import parse_checkout
from shop.web.storefront.ports import PlaceInLoop
from shop.web.storefront.waiting_page import WAITING_TICKET, WaitingPage

ROUTE = "/checkout"
_FORM = "application/x-www-form-urlencoded"
_Understood = tuple[Sender, PlaceAsk, str, dict[str, str]]


class PlacingLane:
    """The lane of ``POST /checkout``."""

    def __init__(
        self, app: Flask, place: PlaceInLoop, *, headers: Headers, proxies: Proxies
    ) -> None:
        self._place, self._proxies = place, proxies
        self._model = _Model(headers)
        self._waiting = WaitingPage(app, headers)
        self._tokens = FormTokens(app)
        self._pages = app.url_map.bind("")

    async def __call__(self, scope: Scope, body: bytes) -> Answer | None:
        """Answer a placing that stands; raises why it does not, once the group has judged it."""
        begun = time.perf_counter()
        understood = self._understand(scope, body)
        if understood is None:
            return None
        sender, ask, key, form = understood
        try:
            placed = await self._place(
                sender, ask, key=key, waiting_ticket=form.get(WAITING_TICKET, "")
            )
        except MustWait as must:
            if "text/html" not in header(scope, b"accept"):
                raise
            with correlated(sender.correlation):
                return self._wait(must, form, scope, begun)
        except SignInRequired:
            return None  # the application leads on
        if placed is None:
            return None
        shopper = Actor("account", placed.account_id, sender.outlet_id)
        with acting(shopper), correlated(sender.correlation):
            return self._answer(placed, scope, begun)

    def _understand(self, scope: Scope, body: bytes) -> _Understood | None:
        """Return what a shopper asks, or None where the application must look closer."""
        if header(scope, b"content-type") != _FORM or not self._from_own_page(scope):
            return None
        cookies = parse_cookie(header(scope, b"cookie"))
        try:
            form = dict(reversed(parse_qsl(body.decode(), keep_blank_values=True, errors="strict")))
            in_header = header(scope, b"idempotency-key") or None
            key = usable_key(form.get("idempotency_key"), in_header)
            if not self._tokens.good(cookies, form.get("csrf_token", "")):
                return None
            sender = sender_of(cookies)
            return (sender, parse_checkout(form), key, form) if sender is not None else None
        except (Problem, ValueError):
            return None

    def _from_own_page(self, scope: Scope) -> bool:
        told = header(scope, b"x-forwarded-proto")
        return from_own_page(
            scheme=self._proxies.scheme(peer_of(scope), told, scope["scheme"]),
            host=header(scope, b"host"),
            referrer=header(scope, b"referer"),
        )

    def _wait(self, must: MustWait, form: dict[str, str], scope: Scope, begun: float) -> Answer:
        """Answer at once, from the loop, whom there is no room for: no page is cheaper."""
        lang = language_of(
            parse_cookie(header(scope, b"cookie")), header(scope, b"accept-language")
        )
        metrics.problems.labels(must.code).inc()
        callers = header(scope, b"x-correlation-id")
        answer = self._waiting.answer(must, form, lang=lang)
        note("POST", ROUTE, answer.status, begun=begun, callers_correlation=callers)
        return answer

    def _answer(self, placed: Placed, scope: Scope, begun: float) -> Answer:
        page = self._pages.build("storefront.order_page", {"checkout_id": placed.checkout_id})
        answer = self._model.with_page(page, replayed=placed.replayed)
        callers = header(scope, b"x-correlation-id")
        note("POST", ROUTE, answer.status, begun=begun, callers_correlation=callers)
        return answer


class _Model:
    """The answer to a placing, made once as the application makes it and then filled in."""

    _BLANK = "/to-be-filled-in"

    def __init__(self, headers: Headers) -> None:
        answer = redirect(self._BLANK, 303)
        with correlated(self._BLANK):
            headers.add_to(answer)
        made = Answer.of(answer)
        self._status, self._body = made.status, made.body
        blanks = (b"location", b"content-length", b"x-correlation-id")
        self._headers = [(name, value) for name, value in made.headers if name not in blanks]

    def with_page(self, page: str, *, replayed: bool) -> Answer:
        """Return the answer that leads to ``page``, a path of plain letters."""
        body = self._body.replace(self._BLANK.encode(), page.encode())
        headers = [
            *self._headers,
            (b"location", page.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"x-correlation-id", correlation().encode()),
        ]
        if replayed:
            headers.append((b"idempotency-replayed", b"true"))
        return Answer(self._status, headers, body)
