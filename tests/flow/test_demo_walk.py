"""`make demo` as CI runs it: three sales that the checker accepts, breaks that are named."""

import json

import pytest

from demo.breaks import BREAKS
from tests.flow.demo_runs import LONGEST_S, check, demo, ledger, sums

pytestmark = pytest.mark.timeout(LONGEST_S + 60)


def walked(run):
    """Fail with all that was said unless the sale went the whole way."""
    assert run.code == 0, run.said
    return [step["step"] for step in json.loads((run.out / "timeline.json").read_text())]


def test_a_sale_of_cosmetics_is_accepted_and_each_forgery_of_it_refused(tmp_path, official):
    """Above the cosmetics line; the checker shares nothing with the product."""
    run = demo(tmp_path, "--seed", "2")

    walked(run)
    code, said = check("tests.check_demo", run.out, official)
    assert code == 0, said
    code, said = check("tests.check_demo.mutations", run.out, official)
    assert code == 0, said


def test_a_single_item_over_5000_is_accepted(tmp_path, official):
    """Taxed in full."""
    run = demo(tmp_path, "--seed", "4")

    walked(run)
    code, said = check("tests.check_demo", run.out, official)
    assert code == 0, said


def test_a_sale_goes_on_by_itself_when_the_payment_company_is_there_again(tmp_path, official):
    """VAT only; stopped before the payment, started after a while without a list."""
    run = demo(tmp_path, "--seed", "1", "--pause", "payment_company")

    steps = walked(run)
    assert steps.index("pay") < steps.index("pause") < steps.index("411") < steps.index("621")
    code, said = check("tests.check_demo", run.out, official)
    assert code == 0, said


@pytest.mark.parametrize("name", ["refused", "amount"])
def test_a_break_is_named_and_the_money_is_back(tmp_path, name):
    """Customs refuses the list; the provider took another amount than asked.

    The walk ends at its step; page, ledger and provider agree that nothing is kept.
    """
    run = demo(tmp_path, "--seed", "1", "--break", name)

    assert run.code == 1, run.said
    assert f"FAILED at {BREAKS[name].step}: " in run.said
    steps = [step["step"] for step in json.loads((run.out / "timeline.json").read_text())]
    assert steps[-1] == "refunded"  # which waits for the order page to say 已退款
    assert BREAKS[name].step not in steps

    entries = ledger(run)
    assert set(sums(entries, "posting_id").values()) == {0}
    assert set(sums(entries, "account_code").values()) == {0}
    movements = json.loads((run.out / "balance.json").read_text())
    assert sorted(one["type"] for one in movements) == ["charge", "refund"]
    charged = max(one["amount"] for one in movements)
    assert sum(one["amount"] for one in movements) == 0
    taken = [int(entry["amount_fen"]) for entry in entries if int(entry["amount_fen"]) > 0]
    assert max(taken) == charged
