"""A provider's event is believed only signed and fresh, stored once, and worked until done."""

import json

import pytest
from sqlalchemy import select
from stripe import WebhookSignature

from kernel import config, crypto, db
from kernel.errors import Unavailable
from settlement.payments import errors, tables
from settlement.payments.inbox import receive, work_left
from settlement.payments.sweep import sweep_payments
from tests.db.settlement.conftest import payment_row

SECRET_PLANTED = "110101199003070011"


def event(kind: str, about: dict[str, object], *, number: str = "evt_1", at_s: int = 1) -> bytes:
    """Return the bytes of an event."""
    body = {"id": number, "object": "event", "type": kind, "created": at_s}
    return json.dumps(body | {"data": {"object": about}}).encode()


def succeeded(stripe, *, number: str = "evt_1", **changed: object) -> bytes:
    """Let the shopper pay and return the payment intent's event."""
    stripe.pay("cs_1", at_s=1)
    return event("payment_intent.succeeded", stripe.intents["pi_1"] | changed, number=number)


def signed(raw: bytes, clock, *, ahead_s: int = 0, secret: str | None = None) -> str:
    """Return the header a provider sends."""
    at_s = clock.now() // 1_000_000 + ahead_s
    key = secret or config.current().stripe_webhook_secret
    return str(WebhookSignature.generate_signature_header(raw.decode(), key, timestamp=at_s))


def stored() -> list[tuple[str, str]]:
    with db.read() as conn:
        table = tables.payment_event
        rows = conn.execute(select(table.c.event_key, table.c.state).order_by(table.c.id))
        return [tuple(row) for row in rows]


def test_an_event_captures_what_the_provider_took(opened, stripe, settler, clock):
    """The payment intent itself says what it received."""
    raw = succeeded(stripe)

    received = receive(raw, signed(raw, clock), port=settler)

    assert (received.state, received.replayed) == ("done", False)
    assert payment_row().state == "captured"
    assert settler.heard[0].gross_fen == 30_000
    assert settler.heard[0].paid_at == 1_000_000


def test_an_event_that_comes_twice_is_worked_once(opened, stripe, settler, clock):
    """Signed anew by the provider, as it does."""
    raw = succeeded(stripe)
    receive(raw, signed(raw, clock), port=settler)
    clock.tick(60)

    again = receive(raw, signed(raw, clock), port=settler)

    assert (again.state, again.replayed) == ("done", True)
    assert len(settler.heard) == 1
    assert stored() == [("evt_1", "done")]


def test_a_completed_page_is_only_a_hint(opened, stripe, settler, clock):
    """The page says 300.00, the payment intent received 299.99: that is what was taken."""
    stripe.pay("cs_1", gross_fen=29_999)
    raw = event("checkout.session.completed", stripe.sessions["cs_1"])

    receive(raw, signed(raw, clock), port=settler)

    assert settler.heard[0].gross_fen == 29_999
    assert payment_row().state == "owed"


def test_the_second_event_of_a_payment_asks_nobody(opened, stripe, settler, clock):
    """Payment intent first, then its page: settled, so the provider is left in peace."""
    raw = succeeded(stripe)
    receive(raw, signed(raw, clock), port=settler)
    asked = len(stripe.asked)
    page = event("checkout.session.completed", stripe.sessions["cs_1"], number="evt_2")

    received = receive(page, signed(page, clock), port=settler)

    assert received.state == "ignored"
    assert len(stripe.asked) == asked


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("charge.succeeded", {"id": "ch_1"}),
        ("payment_intent.succeeded", {"id": "pi_9", "metadata": {}}),
        ("payment_intent.succeeded", {"id": "pi_9", "metadata": {"checkout_id": "12"}}),
        ("checkout.session.completed", {"id": "cs_9", "client_reference_id": "x"}),
        ("checkout.session.completed", {"id": "cs_9", "client_reference_id": None}),
    ],
)
def test_what_is_none_of_ours_is_stored_and_passed_over(opened, settler, clock, kind, about):
    """Another kind, another shop's payment on the same account."""
    raw = event(kind, about)

    assert receive(raw, signed(raw, clock), port=settler).state == "ignored"

    assert settler.heard == []
    assert stored() == [("evt_1", "ignored")]


def test_what_is_not_the_providers_is_refused_and_not_stored(opened, stripe, settler, clock):
    """Unsigned, forged, altered, stale, from times to come, and no event at all."""
    raw = succeeded(stripe)
    altered = raw.replace(b"30000", b"30001")
    noise = b"\xff\xfe"
    now_s = clock.now() // 1_000_000
    cases = [
        (raw, None, errors.WebhookUnsigned),
        (raw, "", errors.WebhookUnsigned),
        (raw, "nonsense", errors.WebhookForged),
        (raw, signed(raw, clock, secret="whsec_other"), errors.WebhookForged),
        (altered, signed(raw, clock), errors.WebhookForged),
        (raw, "t=1,v1=\xe9", errors.WebhookForged),
        (raw, signed(raw, clock, ahead_s=-301), errors.WebhookStale),
        (raw, f"{signed(raw, clock, ahead_s=-301)},t={now_s}", errors.WebhookStale),
        (raw, signed(raw, clock, ahead_s=301), errors.WebhookFuture),
        (noise, "t=1,v1=00", errors.WebhookUnreadable),
        (b"[]", signed(b"[]", clock), errors.WebhookUnreadable),
        (b"{", signed(b"{", clock), errors.WebhookUnreadable),
    ]

    for body, signature, problem in cases:
        with pytest.raises(problem):
            receive(body, signature, port=settler)

    assert stored() == []
    assert payment_row().state == "open"


@pytest.mark.parametrize("ahead_s", [-300, 300])
def test_the_tolerance_itself_passes(opened, stripe, settler, clock, ahead_s):
    """Five minutes either way."""
    raw = succeeded(stripe)

    assert receive(raw, signed(raw, clock, ahead_s=ahead_s), port=settler).state == "done"


def test_an_event_cut_short_is_worked_when_it_comes_again(opened, stripe, settler, clock):
    """The port cannot settle now: the provider hears so and sends it again."""
    raw = succeeded(stripe)
    settler.fails = Unavailable()
    with pytest.raises(Unavailable):
        receive(raw, signed(raw, clock), port=settler)
    assert stored() == [("evt_1", "heard")]
    settler.fails = None

    again = receive(raw, signed(raw, clock), port=settler)

    assert (again.state, again.replayed) == ("done", True)
    assert payment_row().state == "captured"


def test_an_event_cut_short_is_worked_by_the_sweeper(opened, stripe, settler, clock):
    """The provider never sends it again; what it said is sealed in the inbox."""
    raw = succeeded(stripe)
    settler.fails = Unavailable()
    with pytest.raises(Unavailable):
        receive(raw, signed(raw, clock), port=settler)
    settler.fails = None
    stripe.down = True
    clock.tick(61)

    sweep_payments(settler)

    assert stored() == [("evt_1", "done")]
    assert payment_row().state == "captured"


def test_an_event_nobody_can_settle_holds_up_no_other(opened, stripe, settler, clock):
    """An older event asks about a page that the provider does not know."""
    page = event("checkout.session.completed", {"id": "cs_9", "client_reference_id": "70"})
    with pytest.raises(errors.ProviderRefused):
        receive(page, signed(page, clock), port=settler)
    clock.tick(1)
    raw = succeeded(stripe, number="evt_2")
    settler.fails = Unavailable()
    with pytest.raises(Unavailable):
        receive(raw, signed(raw, clock), port=settler)
    settler.fails = None
    clock.tick(61)

    assert work_left(settler) == 1

    assert stored() == [("evt_1", "heard"), ("evt_2", "done")]
    assert payment_row().state == "captured"


def test_what_the_provider_sent_is_sealed(opened, stripe, settler, clock):
    """An event carries a payer's number; at rest nobody can read it."""
    raw = succeeded(stripe, note=SECRET_PLANTED)

    receive(raw, signed(raw, clock), port=settler)

    with db.read() as conn:
        row = conn.execute(select(tables.payment_event)).one()
    assert SECRET_PLANTED.encode() not in row.raw_sealed
    assert crypto.unseal(row.raw_sealed, f"payment_event.raw:{row.id}") == raw
