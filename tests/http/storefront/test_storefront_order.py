"""Where a shopper's order is, over HTTP."""

import pytest

from kernel import clock
from shop.errors import CheckoutNotPayable
from shop.web.storefront.order_view import STEPS, Ended, Step
from tests.http.storefront_house import House, Person, a_checkout

# The verbs run on both databases in tests/db/accounts; pages need one.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.parametrize("at", range(len(STEPS)))
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_each_step_of_an_order_has_its_words(
    person: Person, house: House, at: int, language: str
) -> None:
    """One step is current and has a sentence; those before it are done, those after quiet."""
    house.view = a_checkout(
        *STEPS[: at + 1], list_no="051320261124000123", waybill_no="SF1234567890"
    )
    person.headers["Accept-Language"] = language

    page = person.get("/orders/9001").text

    assert page.count('aria-current="step"') == 1
    assert page.count("step-done") == at
    assert page.count("step-ahead") == len(STEPS) - 1 - at
    assert 'data-copy="051320261124000123"' in page
    assert ('action="/orders/9001/pay"' in page) == (at == 0)


@pytest.mark.parametrize("ended", list(Ended))
def test_an_order_that_ended_says_what_becomes_of_the_money(
    person: Person, house: House, ended: Ended
) -> None:
    """No step ahead is promised any more."""
    house.view = a_checkout(Step.PLACED, ended=ended)

    page = person.get("/orders/9001").text

    assert "step-ahead" not in page
    assert page.count('aria-current="step"') == 1
    assert "款" in page or "费用" in page


def test_a_payment_that_cannot_open_is_told_on_the_order(person: Person, house: House) -> None:
    """Paid meanwhile in another tab."""
    page = person.get("/orders/9001")
    house.pays = CheckoutNotPayable(state="paid")

    answer = person.send(page, "/orders/9001/pay")

    assert answer.status_code == 409
    assert "这个订单现在不能支付" in answer.text


def test_a_return_is_asked_for_by_phone_as_long_as_it_can_be(person: Person, house: House) -> None:
    """No way on the page leads to a return, so the merchant's phone does, with the last day."""
    pages = []
    for days in (30, 31):
        released_at = clock.now() - days * 86_400 * 1_000_000
        reached = dict.fromkeys(STEPS, released_at)
        house.view = a_checkout(*STEPS, complaint="4006001234", reached=reached)
        pages.append(person.get("/orders/9001").text)

    last_day, day_after = pages
    assert "请在11月24日前致电商家" in last_day
    assert "已满 30 天（截至 2026-11-23）" in day_after
    assert all(page.count('href="tel:4006001234"') == 1 for page in pages)


@pytest.mark.parametrize("at", range(len(STEPS) - 1))
def test_nothing_is_said_of_returns_before_the_parcel_is_there(
    person: Person, house: House, at: int
) -> None:
    """There is nothing to return yet."""
    house.view = a_checkout(*STEPS[: at + 1])

    assert "退货" not in person.get("/orders/9001").text
