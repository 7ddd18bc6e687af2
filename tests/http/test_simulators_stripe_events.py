"""The Stripe simulator tells the merchant what happened, and errs when told to."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import stripe

from tests.http.stripe_rig import SECRET, Rig, line, running


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with running(tmp_path) as rig:
        yield rig


def test_events_are_signed_and_listed_newest_first(rig: Rig) -> None:
    """The real library believes the payment and the session, in whichever order they come.

    Several hands send them: as with the real company the order of arrival is not promised.
    """
    session = rig.session()

    rig.pay(session)

    heard = {}
    for body, header in rig.merchant.wait(2):
        event = stripe.Webhook.construct_event(body, header, SECRET)  # type: ignore[no-untyped-call]
        heard[event.type] = event
    ended = heard["checkout.session.completed"]
    assert ended.data.object["id"] == session.id
    listed = [event.id for event in rig.client.v1.events.list().data]
    assert listed == [ended.id, heard["payment_intent.succeeded"].id]


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


def test_time_ends_a_session_by_itself(rig: Rig) -> None:
    """Nobody does anything: a session whose end has come is expired, and its event is sent."""
    session = rig.session()
    with rig.books.work():
        kept = rig.books.get("checkout.session", session.id)
        rig.books.put("checkout.session", kept | {"expires_at": int(time.time()) - 1})

    rig.merchant.wait(1)

    assert rig.client.v1.checkout.sessions.retrieve(session.id).status == "expired"


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
