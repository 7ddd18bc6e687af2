"""The Stripe simulator answers the real client as Stripe does, and errs when told to."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import stripe

from tests.http.stripe_rig import PAYER, SECRET, Rig, line, running


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


def test_events_are_signed_and_told_in_order(rig: Rig) -> None:
    """The merchant hears the payment and then the session, and the real library believes both."""
    session = rig.session()

    rig.pay(session)

    heard = [
        stripe.Webhook.construct_event(body, header, SECRET)  # type: ignore[no-untyped-call]
        for body, header in rig.merchant.wait(2)
    ]
    assert [e.type for e in heard] == ["payment_intent.succeeded", "checkout.session.completed"]
    assert heard[1].data.object["id"] == session.id
    assert [e.id for e in rig.client.v1.events.list().data] == [heard[1].id, heard[0].id]


def test_an_event_that_was_not_taken_comes_again(rig: Rig) -> None:
    """The merchant answers 500 twice; the very same bytes come until they are taken."""
    rig.merchant.answers = [500, 500]

    rig.pay(rig.session())

    heard = [json.loads(body)["id"] for body, _ in rig.merchant.wait(4)]
    assert len(set(heard)) == 2
    assert max(heard.count(event) for event in heard) >= 2


@pytest.mark.parametrize(("mood", "times"), [("duplicate", 4), ("forge_key", 4), ("stale", 2)])
def test_webhooks_misbehave_when_told(rig: Rig, mood: str, times: int) -> None:
    """Twice the same, signed by somebody else, or signed an hour ago."""
    rig.control(webhooks=mood)
    rig.merchant.answers = [200] * 2 if mood != "forge_key" else [400] * 2

    rig.pay(rig.session())

    body, header = rig.merchant.wait(times)[0]
    if mood == "duplicate":
        assert len({json.loads(heard)["id"] for heard, _ in rig.merchant.heard}) == 2
    else:
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body, header, SECRET)  # type: ignore[no-untyped-call]


def test_dropped_events_are_lost_until_sent_again(rig: Rig) -> None:
    """Nothing arrives, the payment can still be read; sent again, both events come."""
    rig.control(webhooks="drop")
    session = rig.session()
    rig.pay(session)
    time.sleep(0.2)
    assert rig.merchant.heard == []
    assert rig.client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"

    rig.control(webhooks="normal", resend_dropped=True)

    assert len(rig.merchant.wait(2)) == 2


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


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("id_number", "110101199003070071"),
        ("id_number", "11010119900230007X"),
        ("name", ""),
        ("phone", "12345"),
    ],
)
def test_a_payer_who_cannot_be_is_refused_beside_the_field(
    rig: Rig, field: str, typed: str
) -> None:
    """A wrong check digit, no name, no mobile: the page says where, and nothing is charged."""
    session = rig.session()

    answer = rig.pay(session, **{field: typed})

    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert PAYER["name"] in answer.text or field == "name"
    assert rig.client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_form_of_another_site_is_refused(rig: Rig) -> None:
    """Without the page's own token nothing is charged."""
    session = rig.session()

    answer = rig.pay(session, csrf_token="guessed")

    assert answer.status_code == 403
    assert rig.client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_the_button_pressed_twice_charges_once(rig: Rig) -> None:
    """Four presses at the same moment: one payment, each browser is led back to the order."""
    session, codes = rig.session(), []

    def press() -> None:
        codes.append(rig.pay(session).status_code)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes.count(303) >= 1
    assert set(codes) <= {303, 403}  # a page opened after the payment has no form to press
    assert len(rig.client.v1.payment_intents.list().data) == 1


def test_a_session_past_its_time_cannot_be_paid(rig: Rig) -> None:
    """The merchant ends it: the page says that nothing was charged, and an event says so too."""
    session = rig.session()
    rig.client.v1.checkout.sessions.expire(session.id)

    answer = rig.pay(session, csrf_token="x")

    page = requests.get(session.url, timeout=5)
    assert "没有扣款" in page.text
    assert answer.status_code in (403, 409)
    assert json.loads(rig.merchant.wait(1)[0][0])["type"] == "checkout.session.expired"
    with pytest.raises(stripe.InvalidRequestError):
        rig.client.v1.checkout.sessions.expire(session.id)


def test_time_ends_a_session_by_itself(rig: Rig) -> None:
    """Nobody does anything: a session whose end has come is expired, and its event is sent."""
    session = rig.session()
    with rig.books.work():
        kept = rig.books.get("checkout.session", session.id)
        rig.books.put("checkout.session", kept | {"expires_at": int(time.time()) - 1})

    rig.merchant.wait(1)

    assert rig.client.v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_only_the_payment_company_learns_the_payer(rig: Rig, tmp_path: Path) -> None:
    """With its own key the company reads gross and payer; the books hold the payer sealed."""
    session = rig.session()
    rig.pay(session)
    intent = rig.client.v1.checkout.sessions.retrieve(session.id).payment_intent
    url = f"{rig.url}/_company/payments/{intent}"

    seen = requests.get(url, headers={"Authorization": "Bearer company_x"}, timeout=5)
    denied = requests.get(url, headers={"Authorization": "Bearer sk_test_x"}, timeout=5)
    unknown = requests.get(f"{url}0", headers={"Authorization": "Bearer company_x"}, timeout=5)

    assert (denied.status_code, unknown.status_code) == (401, 404)
    assert seen.json()["gross_fen"] == 26800
    assert seen.json()["currency"] == "cny"
    assert seen.json()["payer"] == PAYER
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert session.id.encode() in written
    for secret in PAYER.values():
        assert secret.encode() not in written


def test_the_books_outlive_the_program(tmp_path: Path) -> None:
    """An event not yet taken is sent by the next run of the simulator."""
    with running(tmp_path) as rig:
        rig.control(webhook_delay_ms=60_000)
        rig.pay(rig.session())
        assert rig.merchant.heard == []

    with running(tmp_path) as rig:
        assert len(rig.merchant.wait(2)) == 2
    with sqlite3.connect(tmp_path / "stripe.db") as book:
        states = book.execute("SELECT DISTINCT state FROM delivery").fetchall()
    book.close()
    assert states == [("done",)]


@pytest.mark.parametrize("values", [{"webhooks": "sometimes"}, {"colour": 1}, {"webhooks": 3}, []])
def test_an_unknown_control_changes_nothing(rig: Rig, values: object) -> None:
    """A typo in a control is named, not swallowed."""
    answer = requests.post(f"{rig.url}/_control", json=values, timeout=5)

    assert answer.status_code == 422
    assert rig.behaviour.webhooks == "normal"


def test_the_program_says_where_it_listens_and_ends_when_told(tmp_path: Path) -> None:
    """Started as the demo starts it: a session can be opened, SIGTERM ends it cleanly."""
    command = [sys.executable, "-m", "simulators.stripe", "--db", str(tmp_path / "stripe.db")]
    command += ["--api-key", "sk_test_p", "--secret-file", str(tmp_path / "key")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        url = program.stdout.readline().split()[1]
        transport = stripe.RequestsClient(timeout=5)
        client = stripe.StripeClient(
            "sk_test_p", base_addresses={"api": url}, http_client=transport
        )
        session = client.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "line_items": [line("面霜", 100, 1)],
                "success_url": "https://id.example/orders/1",
            }
        )
        transport.close()
        page = requests.get(str(session.url), timeout=5)
        program.terminate()
        assert program.wait(timeout=10) == 0

    assert str(session.url).startswith(f"{url}/pay/")
    assert "¥1.00" in page.text
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
