"""A payment's declaration is caused once, and learnt by asking; the payer is compared."""

import pytest
from sqlalchemy import select

from kernel import db
from kernel.calls import Answered
from kernel.errors import Unavailable
from settlement.payments import errors, tables
from settlement.payments.check_payer import check_payer
from settlement.payments.declarer import (
    cause_declaration,
    learn_declaration,
    redeclare_payment,
)
from settlement.payments.open_payment import open_payment
from settlement.payments.providers import (
    findings_for_retail_import,
    provider_can_declare,
)
from settlement.payments.sweep import sweep_payments
from tests.db.settlement.conftest import checkout, facts, payment_row

ORDER = 701


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


def test_nothing_is_asked_while_the_request_is_on_its_way(paid, company):
    """Another worker is about to cause it: the company would not know the number yet."""
    company.down = True
    with pytest.raises(Unavailable):
        cause_declaration(ORDER, ebp_code="1400000000", ebp_name="前栈")
    company.down = False
    asked = len(company.asked)

    known = learn_declaration(ORDER)

    assert (known.state, known.pay_transaction_id) == ("causing", "")
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


REJECTED = {
    "state": "rejected",
    "return_status": "-10102",
    "return_time": "20261124100003123",
}


def test_a_rejected_declaration_is_sent_anew_once(paid, company):
    """Rejected, declared anew, on its way: asked again nothing goes; then customs' new answer."""
    cause_declaration(ORDER, ebp_code="1400000000", ebp_name="前栈")
    assert redeclare_payment(ORDER).state == "received"
    company.customs = REJECTED
    assert learn_declaration(ORDER).state == "rejected"

    assert redeclare_payment(ORDER).state == "received"
    assert redeclare_payment(ORDER).state == "received"

    company.customs = {**REJECTED, "state": "accepted", "return_status": "120"}
    learnt = learn_declaration(ORDER)
    assert (learnt.state, learnt.return_status) == ("accepted", "120")
    assert redeclare_payment(ORDER) == learnt


def test_a_redeclaration_whose_answer_was_lost_is_learnt_by_the_next(paid, company):
    """The company sent it and we never heard: asked again it says so, and how it stands is kept."""
    cause_declaration(ORDER, ebp_code="1400000000", ebp_name="前栈")
    company.customs = REJECTED
    learn_declaration(ORDER)
    company.loses_answer = True
    with pytest.raises(Unavailable):
        redeclare_payment(ORDER)
    assert learn_declaration(ORDER).state == "rejected"

    assert redeclare_payment(ORDER).state == "received"


def test_a_company_that_will_not_declare_anew_says_why(paid, company):
    """It stays rejected, at the company and here."""
    cause_declaration(ORDER, ebp_code="1400000000", ebp_name="前栈")
    company.customs = REJECTED
    learn_declaration(ORDER)
    company.refuses = "closed"

    with pytest.raises(Answered):
        redeclare_payment(ORDER)

    assert learn_declaration(ORDER).state == "rejected"
