"""Decide how a provider's delivery enters over HTTP; the answer is JSON, never a page.

Problems become responses in ``kernel.web``; what is done with an event is ``inbox``'s.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from flask import Blueprint, Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from kernel import actor
from kernel.web.front import Answer, Scope, header, raise_what_was_told
from kernel.web.headers import Headers, note
from settlement.payments.inbox import Received, receive
from settlement.payments.ports import CapturePort

ROUTE = "/webhooks/stripe"
THREADS = 32
"""Deliveries that a process works on at once: each waits for its commits."""


def make_payments_bp(port: CapturePort) -> Blueprint:
    """Return the blueprint of the providers' webhooks; it is to be exempt from CSRF.

    The signature over the raw bytes stands in for a token.
    """
    bp = Blueprint("payments", __name__)

    @bp.post(ROUTE)
    def stripe_webhook() -> ResponseReturnValue:
        """Store and work one delivery; a repeated one answers the same."""
        raise_what_was_told()
        raw = request.get_data(cache=False)
        received = receive(raw, request.headers.get("Stripe-Signature"), port=port)
        return jsonify(_told(received))

    return bp


class WebhookLane:
    """The lane of the same deliveries: worked in threads, answered without Flask.

    ``admit`` raises where the caller of an address sends more than the route allows.
    """

    def __init__(
        self, app: Flask, port: CapturePort, *, headers: Headers, admit: Callable[[Scope], None]
    ) -> None:
        self._app, self._port, self._headers, self._admit = app, port, headers, admit
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """Answer one delivery; raises what it is refused with."""
        begun = time.perf_counter()
        self._admit(scope)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._receive, scope, body, begun)

    def _receive(self, scope: Scope, body: bytes, begun: float) -> Answer:
        with actor.acting(actor.NOBODY), actor.correlated(actor.new_correlation()):
            signature = header(scope, b"stripe-signature") or None
            received = receive(body, signature, port=self._port)
            answer = cast(Response, self._app.json.response(_told(received)))
            self._headers.add_to(answer)
            callers = header(scope, b"x-correlation-id")
            note("POST", ROUTE, answer.status_code, begun=begun, callers_correlation=callers)
            return Answer.of(answer)


def _told(received: Received) -> dict[str, object]:
    return {
        "event": received.event_id,
        "state": received.state,
        "replayed": received.replayed,
    }
