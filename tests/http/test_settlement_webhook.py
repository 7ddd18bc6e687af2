"""A provider's delivery over HTTP: no form token, its own signature, JSON answers."""

import json

import pytest
from flask import Flask
from sqlalchemy import select
from stripe import WebhookSignature

from kernel import config, db, web
from settlement.payments import tables
from settlement.payments.ports import HeardPayment
from settlement.web.payments import make_payments_bp

EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "charge.succeeded",
    "created": 1,
    "data": {"object": {"id": "ch_1"}},
}
RAW = json.dumps(EVENT).encode()


class Nobody:
    """A port that must not be asked."""

    def capture(self, heard: HeardPayment) -> None:
        raise AssertionError(heard)


@pytest.fixture
def client(database):
    """The webhook behind the house's own web rules, CSRF included."""
    app = Flask("webhooks")
    web.register(app, config.current())
    bp = make_payments_bp(Nobody())
    web.csrf.exempt(bp)
    app.register_blueprint(bp)
    return app.test_client()


def header(clock, *, ahead_s: int = 0, secret: str | None = None) -> dict[str, str]:
    signature = WebhookSignature.generate_signature_header(
        RAW.decode(),
        secret or config.current().stripe_webhook_secret,
        timestamp=clock.now() // 1_000_000 + ahead_s,
    )
    return {"Stripe-Signature": signature, "Content-Type": "application/json"}


def events() -> int:
    with db.read() as conn:
        return len(conn.execute(select(tables.payment_event.c.id)).all())


def test_a_signed_delivery_is_taken_once(client, clock):
    """No session, no token; the second delivery says that it is one."""
    first = client.post("/webhooks/stripe", data=RAW, headers=header(clock))
    again = client.post("/webhooks/stripe", data=RAW, headers=header(clock))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == {"event": "evt_1", "state": "ignored", "replayed": False}
    assert again.json == {"event": "evt_1", "state": "ignored", "replayed": True}
    assert events() == 1


@pytest.mark.parametrize(
    ("code", "ahead_s", "secret"),
    [
        ("webhook_unsigned", None, None),
        ("webhook_forged", 0, "whsec_other"),
        ("webhook_stale", -301, None),
        ("webhook_future", 301, None),
    ],
)
def test_each_bad_delivery_has_its_own_answer(client, clock, code, ahead_s, secret):
    """A problem document with the code; the books as they were."""
    headers = {} if ahead_s is None else header(clock, ahead_s=ahead_s, secret=secret)

    answer = client.post("/webhooks/stripe", data=RAW, headers=headers)

    assert 400 <= answer.status_code < 500
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == code
    assert events() == 0
