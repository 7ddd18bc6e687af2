"""The wallet against the other side's own program: open, pay as a person, hear, give back."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kernel import clock as kernel_clock
from kernel import config, db
from settlement.ledger import chart
from settlement.ledger.report import balances
from settlement.payments import providers
from settlement.payments.inbox import receive
from settlement.payments.open_payment import open_payment
from settlement.payments.sweep import sweep_payments
from settlement.refund_order import refund_order
from tests.db.settlement.conftest import ENTITY, Settler, checkout, payment_row
from tests.http.stripe_rig import SECRET, Rig, running


class Page:
    """Just enough of a session for the rig to pay on its page."""

    def __init__(self, url: str) -> None:
        self.url = url


@pytest.fixture
def rig(database, clock, tmp_path: Path) -> Iterator[Rig]:
    """The simulator with our wallet set to it; it knows only the real time."""
    clock.set(kernel_clock.system())
    with running(tmp_path) as rig:
        settings = replace(
            config.current(),
            stripe_url=rig.url,
            stripe_api_key="sk_test_x",
            stripe_webhook_secret=SECRET,
        )
        config.use(settings)
        providers.use(providers.make_providers(settings))
        yield rig
        providers.use({})


def books() -> dict[str, int]:
    with db.read() as conn:
        return {account: fen for account, fen in balances(conn).items() if fen}


def test_a_payment_is_heard_captured_and_matches_the_providers_books(rig, clock):
    """300.00 paid on the page; both events come; the clearing leg is the provider's gross."""
    settler = Settler()
    url = open_payment(checkout(clock))
    assert rig.pay(Page(url)).status_code == 303

    states = [receive(raw, sig, port=settler).state for raw, sig in rig.merchant.wait(2)]

    row = payment_row()
    assert states[0] == "done"
    assert len(settler.heard) == states.count("done")
    assert row.state == "captured"
    provided = json.loads(rig.export.read_text())
    assert provided[0]["payment_intent"] == row.provider_payment
    assert provided[0]["balance_transaction"]["gross_fen"] == 30_000
    assert provided[0]["client_reference_id"] == "70"
    assert books()[chart.PROVIDER_CLEARING] == 30_000


def test_the_sweeper_finds_a_payment_whose_events_were_dropped(rig, clock):
    """No webhook comes; what is captured is what the provider's books say."""
    settler = Settler()
    rig.control(webhooks="drop")
    rig.pay(Page(open_payment(checkout(clock))))
    clock.tick(30)

    sweep_payments(settler)

    assert payment_row().state == "captured"
    now_s = time.time()
    assert now_s - 60 < payment_row().captured_at / 1_000_000 <= now_s


def test_a_wrong_amount_is_given_back_whole(rig, clock):
    """The provider takes one fen less than was asked for."""
    settler = Settler()
    rig.control(amount_delta_fen=-1)
    rig.pay(Page(open_payment(checkout(clock))))
    for raw, signature in rig.merchant.wait(2):
        receive(raw, signature, port=settler)
    assert books() == {chart.PROVIDER_CLEARING: 29_999, chart.OWED_TO_SHOPPER: -29_999}

    for order_id in (701, 702):
        refund_order(order_id, "other_amount", legal_entity_id=ENTITY)

    assert payment_row().state == "refunded"
    assert books() == {}
    charge = rig.client.v1.charges.retrieve(json.loads(rig.export.read_text())[0]["charge"])
    assert (charge.amount_refunded, charge.refunded) == (29_999, True)
