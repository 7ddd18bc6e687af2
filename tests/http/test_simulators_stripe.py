"""The Stripe simulator's API answers the real client as Stripe does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe

from tests.http.stripe_rig import Rig, line, running


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with running(tmp_path) as rig:
        yield rig


def test_a_session_is_opened_paid_and_read_back_with_its_money(rig: Rig) -> None:
    """268.00 is paid on the page; the fee is 2.9 % and 2.00, and the books balance."""
    session = rig.session()
    assert (session.status, session.amount_total, session.payment_intent) == ("open", 26800, None)

    answer = rig.pay(session)

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/orders/1?session={session.id}")
    expand = ["payment_intent.latest_charge.balance_transaction"]
    read = rig.client.v1.checkout.sessions.retrieve(session.id, {"expand": expand})
    intent = read.payment_intent
    balance = intent.latest_charge.balance_transaction
    assert (read.status, read.payment_status, intent.status) == ("complete", "paid", "succeeded")
    assert intent.amount_received == 26800
    assert (balance.amount, balance.fee, balance.net) == (26800, 977, 25823)
    assert intent.metadata["checkout"] == "1"
    assert read.metadata["orders"] == "77,78"
    assert json.loads(rig.export.read_text()) == [
        {
            "payment_intent": intent.id,
            "charge": intent.latest_charge.id,
            "balance_transaction": {
                "id": balance.id,
                "gross_fen": 26800,
                "fee_fen": 977,
                "net_fen": 25823,
                "currency": "cny",
            },
            "client_reference_id": "checkout-1",
        }
    ]


def test_the_same_key_gives_the_first_answer_and_another_body_is_refused(rig: Rig) -> None:
    """A repeated create returns the same session; the same key for another price is an error."""
    first = rig.session(key="order-77")

    again = rig.session(key="order-77", expires_at=first.expires_at)

    assert again.id == first.id
    with pytest.raises(stripe.IdempotencyError):
        rig.session(key="order-77", line_items=[line("别的", 1, 1)])
    assert len(rig.client.v1.checkout.sessions.list().data) == 1


def test_an_answer_lost_after_the_write_is_given_again(rig: Rig) -> None:
    """The first answer is a 500 after the commit; the retry under the same key finds it."""
    rig.control(fail_after_commit=1)
    expires_at = int(time.time()) + 1800
    with pytest.raises(stripe.APIError):
        rig.session(key="lost", expires_at=expires_at)

    found = rig.session(key="lost", expires_at=expires_at)

    assert [s.id for s in rig.client.v1.checkout.sessions.list().data] == [found.id]


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"mode": "subscription"}, "mode"),
        ({"line_items": [line("a", 100, 0)]}, "quantity"),
        ({"line_items": [line("a", 0, 1)]}, "line_items"),
        ({"expires_at": int(time.time()) + 60}, "expires_at"),
        ({"expires_at": int(time.time()) + 90_000}, "expires_at"),
        ({"surprise": "1"}, "surprise"),
    ],
)
def test_a_wrong_session_names_the_parameter(
    rig: Rig, changes: dict[str, object], param: str
) -> None:
    """Each fault is refused with its parameter, and no session is opened."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        rig.session(**changes)

    assert refused.value.param == param
    assert rig.client.v1.checkout.sessions.list().data == []


def test_a_wrong_key_opens_nothing(rig: Rig) -> None:
    """A client with another secret key is told so."""
    transport = stripe.RequestsClient(timeout=5)
    other = stripe.StripeClient(
        "sk_test_other", base_addresses={"api": rig.url}, http_client=transport
    )

    with pytest.raises(stripe.AuthenticationError):
        other.v1.events.list()
    transport.close()


def test_a_falsified_amount_is_the_gross_everywhere(rig: Rig) -> None:
    """Told to err by a fen, the other side charges a fen more than the session says."""
    rig.control(amount_delta_fen=1)
    session = rig.session()

    rig.pay(session)

    read = rig.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (read.amount_total, read.payment_intent.amount_received) == (26800, 26801)


def test_refunds_stop_at_what_was_charged(rig: Rig) -> None:
    """100.00 and then the rest go back; one more fen and one too much are refused."""
    session = rig.session()
    rig.pay(session)
    intent = str(rig.client.v1.checkout.sessions.retrieve(session.id).payment_intent)
    refunds = rig.client.v1.refunds

    refunds.create({"payment_intent": intent, "amount": 10000})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        refunds.create({"payment_intent": intent, "amount": 16801})
    rest = refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
        refunds.create({"payment_intent": intent})

    balance = rig.client.v1.balance_transactions.retrieve(str(rest.balance_transaction))
    charge = rig.client.v1.charges.retrieve(str(rest.charge))
    assert (rest.amount, balance.amount, balance.fee) == (16800, -16800, 0)
    assert (charge.amount_refunded, charge.refunded) == (26800, True)
