"""Decides how many orders of one request are handed in at once, and how all are answered.

The event loop hands all of them to their groups and waits for none alone; the application behind
it places one after the other.  Both tell the same verdicts in the order of the request.
"""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Flask, Response, jsonify, request

from kernel import actor
from kernel.actor import Actor
from kernel.errors import Problem
from kernel.web import csrf
from kernel.web.front import Answer, Scope, header, raise_what_was_told
from kernel.web.headers import Headers, note
from kernel.web.language import lang, language_of
from shop.accounts.errors import SignInRequired
from shop.accounts.sessions import signed_in
from shop.offer.ask import Placed
from shop.web.intake.entries import (
    Entry,
    IntakeMalformed,
    entries_of,
    key_of,
    read_entry,
    told_of,
)
from shop.web.intake.keys import outlet_of_bearer
from shop.web.storefront.ports import PlaceInLoop, ports

ROUTE = "/intake/orders"
LONGEST = 512 * 1024
"""Bytes of one request: 200 orders with the longest names and addresses."""


def make_intake() -> Blueprint:
    """Return the blueprint of the intake; a key in a header stands in for a form's token."""
    bp = Blueprint("intake", __name__)
    csrf.exempt(bp)

    @bp.post(ROUTE)
    def take_in_orders() -> Response:
        """Place up to ``MOST`` orders, each with a verdict of its own."""
        raise_what_was_told()
        bearer = request.headers.get("Authorization", "")
        given, entries = _understand(bearer, request.get_data())
        verdicts = [_place_one(entry) for entry in entries]
        return jsonify(_answer(given, verdicts, lang()))

    return bp


def _read(given: object, outlet_id: int | None) -> Entry | Problem:
    try:
        return read_entry(given, outlet_id=outlet_id)
    except Problem as problem:
        return problem


def _understand(bearer: str, body: bytes) -> tuple[list[object], list[Entry | Problem]]:
    """Return the orders as given and as read; raises what the whole of it is refused with."""
    outlet_id = outlet_of_bearer(bearer)
    try:
        given = entries_of(json.loads(body))
    except (ValueError, RecursionError) as error:  # the second: brackets without end
        raise IntakeMalformed() from error
    return given, [_read(one, outlet_id) for one in given]


def _place_one(entry: Entry | Problem) -> Placed | Problem:
    """Place one order as its shopper; what was refused is returned."""
    if isinstance(entry, Problem):
        return entry
    who = signed_in(entry.token)
    if who is None or who.kind != "account":
        return SignInRequired()
    shopper = Actor("account", who.id, entry.sender.outlet_id)
    with actor.acting(shopper), actor.correlated(entry.sender.correlation):
        try:
            return ports().place(shopper, entry.ask, key=entry.key)
        except Problem as problem:
            return problem


def _answer(given: list[object], verdicts: list[Placed | Problem], language: str) -> dict[str, Any]:
    return {
        "verdicts": [
            told_of(verdict, key_of(one), language)
            for one, verdict in zip(given, verdicts, strict=True)
        ]
    }


class IntakeLane:
    """The lane of ``POST /intake/orders``."""

    def __init__(
        self,
        app: Flask,
        place: PlaceInLoop,
        *,
        headers: Headers,
        admit: Callable[[Scope], None],
    ) -> None:
        self._app, self._place, self._headers, self._admit = app, place, headers, admit

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """Answer one intake; raises what the whole of it is refused with."""
        begun = time.perf_counter()
        self._admit(scope)
        loop = asyncio.get_running_loop()
        bearer = header(scope, b"authorization")
        given, entries = await loop.run_in_executor(None, _understand, bearer, body)
        verdicts = await asyncio.gather(*(self._one(entry) for entry in entries))
        with actor.acting(actor.NOBODY), actor.correlated(actor.new_correlation()):
            language = language_of({}, header(scope, b"accept-language"))
            return self._told(scope, _answer(given, verdicts, language), begun)

    async def _one(self, entry: Entry | Problem) -> Placed | Problem:
        if isinstance(entry, Problem):
            return entry
        try:
            placed = await self._place(
                entry.sender, entry.ask, key=entry.key, waiting_ticket=entry.waiting_ticket
            )
        except Problem as problem:
            return problem
        if placed is None:  # the offer is read first, which may wait
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, self._place_apart, entry)
        return placed

    def _place_apart(self, entry: Entry) -> Placed | Problem:
        with self._app.app_context():
            return _place_one(entry)

    def _told(self, scope: Scope, told: dict[str, Any], begun: float) -> Answer:
        answer = cast(Response, self._app.json.response(told))
        self._headers.add_to(answer)
        callers = header(scope, b"x-correlation-id")
        note("POST", ROUTE, answer.status_code, begun=begun, callers_correlation=callers)
        return Answer.of(answer)
