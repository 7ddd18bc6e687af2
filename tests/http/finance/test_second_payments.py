"""Money that came twice, as finance finds it: owed with a button, given back once."""

import re
from dataclasses import replace

import pytest

from settlement.payments.errors import ProviderRefused
from shop.capture_payment import capture_payment
from tests.http.finance.conftest import counted
from tests.support.sample_house import one, rows

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

PATH = "/finance/second-payments"


@pytest.fixture
def owed_id(made, wallet) -> int:
    """The paid sale is paid once more; its handler has not run yet."""
    heard = made.paid.heard(wallet)
    capture_payment(replace(heard, provider_payment="pi_second", event_id="evt_second"))
    return one("SELECT id FROM second_payment")


def test_what_is_owed_is_listed_with_what_it_is_and_what_to_do(owed_id, enter):
    """Within twelve queries, in both languages; the number of the order leads to its payment."""
    for language, words in (("zh-CN", "不属于任何订单"), ("en", "it belongs to no order")):
        person = enter("finance", language)
        with counted() as told:
            page = person.get(PATH).text
        assert len(told) <= 12
        assert words in page
        assert "pi_second" in page
        assert f'action="{PATH}/{owed_id}/give-back"' in page
        assert "finance." not in re.sub(r"<[^>]+>", " ", page.partition("<main")[2])


def test_it_goes_back_once(owed_id, enter, wallet):
    """Pressed on two pages: one refund at the provider, one in the books, told afterwards."""
    person = enter("finance")
    page = person.get(PATH)

    for _ in range(2):
        assert person.send(page, f"{PATH}/{owed_id}/give-back").status_code == 303

    assert [back for back in wallet.refunds.values() if back[0] == "pi_second"] == [
        ("pi_second", one("SELECT gross_fen FROM second_payment"))
    ]
    kinds = rows(
        "SELECT kind FROM posting WHERE document = :document ORDER BY id",
        document=f"second_payment:{owed_id}",
    )
    assert kinds == [("owed",), ("refunded",)]
    shown = person.get(f"{PATH}?state=refunded").text
    assert "已原路退回" in shown
    assert one("SELECT provider_refund FROM second_payment") in shown
    assert "没有待退的钱" in person.get(PATH).text


def test_a_provider_that_refuses_is_told_at_the_row(owed_id, enter, wallet, monkeypatch):
    """Nothing went back: what is owed stays owed and stays listed."""
    person = enter("finance")
    page = person.get(PATH)

    def refuse(*_: object, **__: object) -> str:
        raise ProviderRefused(provider="boxed_wallet", reason="charge_disputed")

    monkeypatch.setattr(wallet, "refund", refuse)
    answer = person.send(page, f"{PATH}/{owed_id}/give-back")

    assert answer.status_code == 409
    assert 'role="alert"' in answer.text.partition("<table")[2]
    assert rows("SELECT state FROM second_payment") == [("owed",)]


def test_only_finance_gives_back(owed_id, enter):
    """An operator has no way there, whatever form is sent."""
    operator = enter("operator")
    page = enter("finance").get(PATH)

    assert operator.get(PATH).status_code == 403
    assert operator.send(page, f"{PATH}/{owed_id}/give-back").status_code == 403
    assert rows("SELECT state FROM second_payment") == [("owed",)]
