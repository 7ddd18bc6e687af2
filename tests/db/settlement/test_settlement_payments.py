"""A payment is opened once, captured once, declared once and given back once."""

import dataclasses

import pytest
from sqlalchemy import select

from kernel import crypto, db, outbox
from kernel.calls import CallInsideTransaction
from kernel.errors import Unavailable
from settlement.ledger import chart
from settlement.ledger.post import post
from settlement.ledger.postings import Books, tax_billed
from settlement.ledger.report import balances
from settlement.payments import errors, tables
from settlement.payments.check_payer import check_payer
from settlement.payments.declarer import cause_declaration, learn_declaration
from settlement.payments.open_payment import open_payment
from settlement.payments.providers import (
    declaring,
    findings_for_retail_import,
    provider,
    provider_can_declare,
)
from settlement.payments.sweep import sweep_payments
from settlement.refund_order import refund_order
from tests.db.settlement.conftest import ENTITY, checkout, payment_row

ORDER, OTHER = 701, 702


def facts() -> list[str]:
    with db.read() as conn:
        table = outbox.fact_table
        return list(conn.execute(select(table.c.name).order_by(table.c.id)).scalars())


def books() -> dict[str, int]:
    with db.read() as conn:
        return {account: fen for account, fen in balances(conn).items() if fen}


@pytest.fixture
def paid(opened, stripe, settler, clock):
    """Both orders paid and captured."""
    stripe.pay("cs_1", at_s=clock.now() // 1_000_000)
    clock.tick(30)
    sweep_payments(settler)
    return opened


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


def test_the_payment_keeps_what_was_asked_and_answered(opened):
    """The payment interface of customs will ask for both."""
    row = payment_row()

    raw = crypto.unseal_json(row.raw_sealed, f"payment.raw:{row.id}")

    assert raw["request"]["amount_fen"] == 30_000
    assert raw["response"]["id"] == "cs_1"


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
    stripe.down = False
    with db.read() as conn:
        asked = conn.execute(select(tables.refund)).one()
    provider("boxed_wallet").refund("pi_1", asked.amount_fen, key=f"refund-{asked.id}")

    refund_order(ORDER, "stock_gone", legal_entity_id=ENTITY)

    assert len(stripe.refunds) == 1
    assert books()[chart.PROVIDER_CLEARING] == 20_000


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


def test_a_declaration_is_caused_once(paid, company):
    """Share, order number, platform and the provider's number go out, and nothing else."""
    first = cause_declaration(ORDER, ebp_code="1400000000", ebp_name="前栈")
    again = cause_declaration(ORDER, ebp_code="1400000000", ebp_name="前栈")

    assert first == again
    assert (first.state, first.pay_transaction_id) == ("received", f"PT-P{ORDER}")
    assert company.taken == {
        f"P{ORDER}": {
            "request_no": f"P{ORDER}",
            "order_no": "QZ701",
            "ebp_code": "1400000000",
            "ebp_name": "前栈",
            "amount_fen": 10_000,
            "provider_payment": "pi_1",
        }
    }
    assert len(company.asked) == 1


def test_customs_answer_is_learnt_by_asking(paid, company):
    """Sent, then accepted; a final answer is not asked for again."""
    cause_declaration(ORDER, ebp_code="1400000000", ebp_name="前栈")
    company.customs = {"state": "sent"}
    assert learn_declaration(ORDER).state == "received"
    company.customs = {
        "state": "accepted",
        "return_status": "120",
        "return_time": "20261124100003123",
    }

    learnt = learn_declaration(ORDER)
    asked = len(company.asked)

    assert (learnt.state, learnt.return_status) == ("accepted", "120")
    assert learnt.return_time_text == "20261124100003123"
    assert learn_declaration(ORDER) == learnt
    assert len(company.asked) == asked


def test_a_company_that_is_down_is_asked_again(paid, company):
    """The request number was kept before the first call."""
    company.down = True
    with pytest.raises(Unavailable):
        cause_declaration(ORDER, ebp_code="1400000000", ebp_name="前栈")
    company.down = False

    assert cause_declaration(ORDER, ebp_code="1400000000", ebp_name="前栈").state == "received"
    assert list(company.taken) == [f"P{ORDER}"]


def test_a_refused_declaration_says_why(paid, company):
    """The company refuses a share above the gross; nothing counts as received."""
    company.refuses = "share_exceeds_gross"

    with pytest.raises(errors.DeclarationRefused) as refused:
        cause_declaration(ORDER, ebp_code="1400000000", ebp_name="前栈")

    assert refused.value.facts["reason"] == "share_exceeds_gross"
    with db.read() as conn:
        state = conn.execute(select(tables.payment_declaration.c.state)).scalar_one()
    assert state == "causing"


def test_what_is_not_paid_is_not_declared(opened):
    """No capture, no declaration; none caused, none learnt."""
    with pytest.raises(errors.PaymentNotOpen):
        cause_declaration(ORDER, ebp_code="1400000000", ebp_name="前栈")
    with pytest.raises(errors.PaymentMissing):
        learn_declaration(ORDER)


@pytest.mark.parametrize(
    ("answer", "told"),
    [("same", []), ("unchecked", []), ("different", ["payment.payer_differs"])],
)
def test_a_payer_who_is_not_the_buyer_is_told_once(paid, company, answer, told):
    """The company compares; we keep its answer, never the name or number."""
    company.payer = answer

    for _ in range(2):
        assert check_payer(ORDER, name="王测试", id_number="110101199003070011") == answer

    assert payment_row().payer_check == answer
    assert facts() == told


def test_a_provider_that_cannot_declare_closes_retail_import(wallet, clock, stripe, settler):
    """Plain Stripe takes money but declares nothing; the check at start names it."""
    assert provider_can_declare("boxed_wallet") is True
    assert provider_can_declare("stripe") is False
    findings = findings_for_retail_import(["stripe", "boxed_wallet"])
    assert [finding.key for finding in findings] == ["provider stripe"]

    open_payment(checkout(clock, provider="stripe"))
    stripe.pay("cs_1")
    clock.tick(30)
    sweep_payments(settler)
    with pytest.raises(errors.ProviderCannotDeclare):
        cause_declaration(ORDER, ebp_code="1400000000", ebp_name="前栈")
