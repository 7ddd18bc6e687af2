"""A payment is opened once, captured once, declared once and given back once."""

import dataclasses
import json
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from kernel import config, crypto, db
from kernel.calls import CallInsideTransaction
from settlement.ledger import chart
from settlement.ledger.post import post
from settlement.ledger.postings import Books, tax_billed
from settlement.ledger.report import balances
from settlement.payments import errors, tables
from settlement.payments.open_payment import open_payment
from settlement.payments.providers import (
    declaring,
    provider,
)
from settlement.payments.sweep import sweep_payments
from settlement.refund_order import is_refunded, refund_order
from tests.db.settlement.conftest import ENTITY, checkout, facts, payment_row

ORDER, OTHER = 701, 702


def books() -> dict[str, int]:
    with db.read() as conn:
        return {account: fen for account, fen in balances(conn).items() if fen}


def returned(order: int) -> bool:
    with db.read() as conn:
        return is_refunded(conn, order)


def test_a_checkout_has_one_page(wallet, stripe, clock):
    """The shopper presses pay twice; the second time in another language."""
    first = open_payment(checkout(clock))
    again = open_payment(dataclasses.replace(checkout(clock), title="Order"))

    assert first == again == f"{stripe.url}/pay/cs_1"
    assert len(stripe.sessions) == 1
    session = stripe.asked[0][2]
    assert session["client_reference_id"] == "70"
    assert session["metadata[order_ids]"] == "701,702"
    assert session["line_items[0][price_data][unit_amount]"] == "30000"


def test_a_lost_answer_opens_no_second_page(wallet, stripe, clock):
    """Stripe is down, then its answer is lost after it made the page."""
    stripe.down = True
    with pytest.raises(errors.ProviderDown):
        open_payment(checkout(clock))
    stripe.down = False
    open_payment(checkout(clock))
    with db.write() as conn:
        conn.execute(tables.payment.update().values(provider_session=None, pay_url=None))

    again = open_payment(dataclasses.replace(checkout(clock), title="Order"))

    assert again == f"{stripe.url}/pay/cs_1"
    assert len(stripe.sessions) == 1
    assert payment_row().provider_session == "cs_1"


def test_an_outage_does_not_close_the_checkout_for_good(wallet, stripe, clock):
    """Stripe is down for ten minutes and takes no page that ends in less than thirty."""
    first = checkout(clock)
    stripe.down = True
    with pytest.raises(errors.ProviderDown):
        open_payment(first)
    stripe.down = False
    clock.tick(600)
    now = checkout(clock)

    open_payment(now)

    ends_at = int(stripe.sessions["cs_1"]["expires_at"])
    assert ends_at - clock.now() // 1_000_000 >= 1_800
    assert payment_row().expires_at == now.expires_at > first.expires_at


def test_goods_with_the_longest_name_can_be_paid(wallet, stripe, clock):
    """A declared name has up to 250 characters, the page's title 200."""
    open_payment(dataclasses.replace(checkout(clock), title="霜" * 250))

    assert payment_row().title == "霜" * 200


def test_the_payment_keeps_what_was_asked_and_answered(opened):
    """The payment interface of customs will ask for both."""
    row = payment_row()

    raw = crypto.unseal_json(row.raw_sealed, f"payment.raw:{row.id}")

    verb, asked = raw["request"].split("\n")
    assert verb.endswith("/v1/checkout/sessions")
    assert "unit_amount]=30000" in unquote(asked)
    assert config.current().stripe_api_key not in raw["request"]
    assert json.loads(raw["response"])["id"] == "cs_1"


def test_a_checkout_that_cannot_be_paid_opens_nothing(wallet, clock):
    """Shares a fen astray, time over, provider unknown."""
    payable = checkout(clock)
    with pytest.raises(errors.SharesDiffer):
        open_payment(dataclasses.replace(payable, total_fen=30_001))
    with pytest.raises(errors.CheckoutExpired):
        open_payment(dataclasses.replace(payable, expires_at=clock.now()))
    with pytest.raises(errors.ProviderUnknown):
        open_payment(dataclasses.replace(payable, provider="cash"))

    with db.read() as conn:
        assert conn.execute(select(tables.payment)).all() == []


def test_no_provider_is_called_within_a_transaction(wallet):
    """A slow provider would hold our locks."""
    with db.write(), pytest.raises(CallInsideTransaction):
        provider("stripe").retrieve("cs_1")
    with db.write(), pytest.raises(CallInsideTransaction):
        declaring("boxed_wallet").query("P1")


def test_the_sweeper_captures_what_no_event_told(paid, settler):
    """The webhook never came; asked again a minute later nothing is asked for."""
    row = payment_row()
    assert (row.state, row.gross_fen, row.provider_payment) == ("captured", 30_000, "pi_1")
    assert books() == {
        chart.PROVIDER_CLEARING: 30_000,
        chart.ADVANCES: -29_800,
        chart.IMPORT_TAX_COLLECTED: -200,
    }
    assert sweep_payments(settler) == 0
    assert len(settler.heard) == 1


def test_a_payment_is_asked_about_in_turn(opened, stripe, settler, clock):
    """Unpaid: asked after twenty seconds, not again at once."""
    assert sweep_payments(settler) == 0
    clock.tick(20)
    assert sweep_payments(settler) == 1
    assert sweep_payments(settler) == 0


def test_an_unpaid_page_expires_with_its_time(opened, stripe, settler, clock):
    """Half an hour and the grace are over; a second sweep finds nothing."""
    clock.tick(1_800 + 121)

    sweep_payments(settler)
    sweep_payments(settler)

    assert payment_row().state == "expired"
    assert facts() == ["payment.expired"]
    with pytest.raises(errors.PaymentNotOpen):
        open_payment(opened)


def test_a_provider_that_is_down_expires_nothing(opened, stripe, settler, clock):
    """Nobody knows whether the shopper paid in the last minute."""
    stripe.down = True
    clock.tick(1_800 + 121)

    sweep_payments(settler)

    assert payment_row().state == "open"
    assert facts() == []


def test_money_of_another_figure_goes_back_whole(opened, stripe, settler, clock):
    """The provider took 299.99: owed, given back order by order, the books at nought."""
    stripe.pay("cs_1", gross_fen=29_999)
    clock.tick(30)
    sweep_payments(settler)
    assert books() == {chart.PROVIDER_CLEARING: 29_999, chart.OWED_TO_SHOPPER: -29_999}

    back = [refund_order(order, "other_amount", legal_entity_id=ENTITY) for order in (ORDER, OTHER)]

    assert back == [10_000, 19_999]
    assert sum(int(refund["amount"]) for refund in stripe.refunds) == 29_999
    assert books() == {}
    assert payment_row().state == "refunded"
    assert facts() == ["payment.refunded", "payment.refunded"]


def test_a_refund_goes_back_once(paid, stripe):
    """The handler comes twice; the other order of the payment stays paid."""
    for _ in range(2):
        assert refund_order(ORDER, "stock_gone", legal_entity_id=ENTITY) == 10_000

    assert len(stripe.refunds) == 1
    assert books() == {
        chart.PROVIDER_CLEARING: 20_000,
        chart.ADVANCES: -19_900,
        chart.IMPORT_TAX_COLLECTED: -100,
    }
    assert payment_row().state == "captured"
    assert facts() == ["payment.refunded"]


def test_a_refund_cut_short_resumes_with_its_key(paid, stripe):
    """Stripe is down, then its answer is lost: the money goes back once."""
    stripe.down = True
    with pytest.raises(errors.ProviderDown):
        refund_order(ORDER, "stock_gone", legal_entity_id=ENTITY)
    assert books()[chart.PROVIDER_CLEARING] == 30_000
    assert not returned(ORDER)
    stripe.down = False
    with db.read() as conn:
        asked = conn.execute(select(tables.refund)).one()
    provider("boxed_wallet").refund("pi_1", asked.amount_fen, key=f"refund-{asked.id}")

    refund_order(ORDER, "stock_gone", legal_entity_id=ENTITY)

    assert len(stripe.refunds) == 1
    assert books()[chart.PROVIDER_CLEARING] == 20_000
    assert returned(ORDER)
    assert not returned(OTHER)


def test_what_was_not_taken_is_not_given_back(opened):
    """An order that was never paid, and one that nobody knows."""
    with pytest.raises(errors.NothingToRefund):
        refund_order(ORDER, "stock_gone", legal_entity_id=ENTITY)
    with pytest.raises(errors.PaymentMissing):
        refund_order(999, "stock_gone", legal_entity_id=ENTITY)


def test_billed_tax_needs_a_goods_return_first(paid, stripe, clock):
    """Customs billed the order's list: its money does not simply go back."""
    posting = tax_billed(
        Books(ENTITY, clock.now()), order_id=ORDER, tax_no="T1", quoted_fen=100, billed_fen=100
    )
    with db.write() as conn:
        post(conn, posting)

    with pytest.raises(errors.RefundNeedsReturn):
        refund_order(ORDER, "changed_mind", legal_entity_id=ENTITY)

    assert stripe.refunds == []
