"""Decide how a provider's delivery enters over HTTP; the answer is JSON, never a page.

Problems become responses in ``kernel.web``; what is done with an event is ``inbox``'s.
"""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from settlement.payments.inbox import receive
from settlement.payments.ports import CapturePort


def make_payments_bp(port: CapturePort) -> Blueprint:
    """Return the blueprint of the providers' webhooks; it is to be exempt from CSRF.

    The signature over the raw bytes stands in for a token.
    """
    bp = Blueprint("payments", __name__)

    @bp.post("/webhooks/stripe")
    def stripe_webhook() -> ResponseReturnValue:
        """Store and work one delivery; a repeated one answers the same."""
        raw = request.get_data(cache=False)
        received = receive(raw, request.headers.get("Stripe-Signature"), port=port)
        return jsonify(event=received.event_id, state=received.state, replayed=received.replayed)

    return bp
