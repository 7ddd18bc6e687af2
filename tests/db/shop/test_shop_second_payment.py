"""Money beside the payment that settled a checkout: kept, owed, given back."""

from dataclasses import replace

import pytest

from kernel import db, deliveries
from settlement.ledger.chart import (
    OWED_TO_SHOPPER,
)
from shop.capture_payment import capture_payment
from shop.checkout.capture_group import commit_captures
from shop.finance.controls import totals
from shop.flow import HANDLERS
from tests.db.shop.money import every_posting_is_nought, ledger, sell
from tests.support import sample_house
from tests.support.sample_house import one, rows


@pytest.fixture
def stocked(sample):
    """The sample with waybill numbers in the pool."""
    sample_house.fill_waybills()
    return sample


def settle_facts(clock) -> None:
    """Let every handler run that can."""
    for _ in range(6):
        while deliveries.run_due(HANDLERS):
            pass
        clock.tick(1)


def test_a_second_payment_of_a_settled_checkout_goes_back(stocked, wallet, clock):
    """Paid twice, by two moneys of the provider: the order stands, the second one is refunded."""
    sale = sell(stocked)
    first = sale.heard(wallet)
    second = replace(first, provider_payment="pi_second", event_id="evt_2")
    capture_payment(first)
    before = ledger(sale.order_id)

    told = [capture_payment(second) for _ in range(2)]
    owed = "SELECT SUM(amount_fen) FROM entry WHERE account_code = :code"
    assert [settled.outcome for settled in told] == ["second", "second"]
    assert one(owed, code=OWED_TO_SHOPPER) == -sale.placed.total_fen
    assert _money_controls_agree()
    settle_facts(clock)
    capture_payment(second)
    settle_facts(clock)

    assert list(wallet.refunds.values()) == [("pi_second", sale.placed.total_fen)]
    assert rows("SELECT state, gross_fen FROM second_payment") == [
        ("refunded", sale.placed.total_fen)
    ]
    assert one(owed, code=OWED_TO_SHOPPER) == 0
    assert ledger(sale.order_id) == before
    assert rows("SELECT state FROM payment") == [("captured",)]
    assert every_posting_is_nought()
    assert _money_controls_agree()


def test_two_moneys_in_one_group_are_told_apart(stocked, wallet):
    """Both are heard in the same moment: the first is honoured, the other goes back."""
    sale = sell(stocked)
    first = sale.heard(wallet)
    second = replace(first, provider_payment="pi_second")

    told = commit_captures([sale.request(first), sale.request(second), sale.request(first)])

    assert [settled.outcome for settled in told] == ["captured", "second", "settled_before"]
    assert one("SELECT provider_payment FROM payment") == first.provider_payment


def _money_controls_agree() -> bool:
    with db.read() as connection:
        told = {total.control.key: total.agrees for total in totals(connection)}
    return told["clearing"] and told["owed"]
