"""Money that cannot stand goes back by itself: real pages, real webhooks, the real way of refunds."""

import requests

from demo.browser import Browser, Page, expect
from kernel import i18n
from shop.duties import sweep_money
from shop.expire_checkout import sweep_expired
from tests.support import sample_house
from tests.support.sample_house import Shopper, id_number, one, rows, shopper

HOME = {
    "consignee_name": "陈小明",
    "phone": "13700137000",
    "district": "浙江省杭州市西湖区",
    "address": "文三路90号3幢502室",
    "notices": "2026-11",
}


def order(house, who: Shopper, qty: int) -> tuple[Browser, Page]:
    """Scan, open the checkout, confirm; return the browser and the order's page."""
    browser = house.browser(who.token)
    expect(browser.open(house.url + house.sample.label))
    form = browser.open(f"{house.url}/checkout?code={house.sample.shelf}&qty={qty}")
    page = browser.send(form, "/checkout", **HOME)
    return browser, expect(page, i18n.text("step_placed", "zh-CN"))


def pay(browser: Browser, page: Page, who: Shopper, number: str) -> Page:
    """Go to the provider's page and pay there as the person with this ID number."""
    paying = browser.send(page, "/pay")
    phone = who.phone.removeprefix("+86")
    return expect(browser.send(paying, "/pay", name=who.name, id_number=number, phone=phone))


def refunded_at_the_provider(house, payment: str) -> int:
    answer = requests.get(
        f"{house.other_side.urls['stripe']}/_company/payments/{payment}",
        headers={"Authorization": "Bearer company-key-of-the-flow"},
        timeout=5,
    )
    return int(answer.json()["refunded_fen"])


def in_the_ledger() -> list[tuple[str, int]]:
    return rows(
        "SELECT account_code, SUM(amount_fen) FROM entry GROUP BY account_code"
        " HAVING SUM(amount_fen) <> 0"
    )


def test_a_payer_who_is_not_the_buyer(house):
    """A friend pays: the company says that they differ; order refused, money refunded."""
    who = shopper(1)
    browser, page = order(house, who, 2)
    total = one("SELECT total_fen FROM checkout")

    pay(browser, page, who, id_number(777))
    house.until(lambda: rows("SELECT id FROM payment WHERE state = 'refunded'"))

    payment, gross, check = rows("SELECT provider_payment, gross_fen, payer_check FROM payment")[0]
    assert (gross, check) == (total, "different")
    assert refunded_at_the_provider(house, payment) == total
    assert one("SELECT state FROM customs_order") == "refused"
    assert rows("SELECT reason, state, amount_fen FROM refund") == [
        ("payer_differs", "done", total)
    ]
    assert in_the_ledger() == []
    assert one("SELECT count(*) FROM posting") == 2
    assert rows("SELECT id FROM customs_message") == []
    assert sample_house.free_pieces(house.sample.goods.sku) == 6
    assert one("SELECT used_fen FROM limit_year") == 0
    for language in i18n.LANGS:
        shown = house.browser(who.token, language).open(page.url)
        assert i18n.text("ended_payer_differs", language) in shown.text


def test_the_buyer_pays_and_it_is_declared(house):
    """The same way with the buyer's own number: the payer is accepted, nothing goes back."""
    who = shopper(1)
    browser, page = order(house, who, 1)

    pay(browser, page, who, who.id_number)
    house.until(lambda: rows("SELECT id FROM fact WHERE name = 'payer.accepted'"))

    assert one("SELECT state FROM customs_order") == "paid"
    assert one("SELECT payer_check FROM payment") == "same"
    assert rows("SELECT id FROM refund") == []


def test_a_reservation_that_ended_before_the_money_came(house):
    """No webhook comes, our clock is past the page's end, another took the pieces: it goes back."""
    who = shopper(1)
    house.other_side.control("stripe", webhooks="drop")
    browser, page = order(house, who, 6)
    pay(browser, page, who, who.id_number)
    assert one("SELECT state FROM customs_order") == "placed"

    house.go_ahead(40 * 60)
    sweep_expired()
    order(house, shopper(2), 6)
    sweep_money()
    house.until(lambda: rows("SELECT id FROM payment WHERE state = 'refunded'"))

    payment, gross = rows("SELECT provider_payment, gross_fen FROM payment")[0]
    assert refunded_at_the_provider(house, payment) == gross
    assert sorted(rows("SELECT state FROM customs_order")) == [("owed",), ("placed",)]
    assert in_the_ledger() == []
    assert sample_house.free_pieces(house.sample.goods.sku) == 0
    assert sample_house.held_is_reserved()
    assert one("SELECT MIN(used_fen) FROM limit_year") == 0
    for language in i18n.LANGS:
        shown = house.browser(who.token, language).open(page.url)
        assert i18n.text("ended_refunded", language) in shown.text


def test_money_of_a_wrong_figure(house):
    """The provider took one fen less than asked: nothing is sold for it, all of it goes back."""
    who = shopper(1)
    browser, page = order(house, who, 1)
    house.other_side.control("stripe", amount_delta_fen=-1)

    try:
        pay(browser, page, who, who.id_number)
    finally:
        house.other_side.control("stripe", amount_delta_fen=0)
    house.until(lambda: rows("SELECT id FROM payment WHERE state = 'refunded'"))

    payment, gross = rows("SELECT provider_payment, gross_fen FROM payment")[0]
    assert gross == one("SELECT total_fen FROM checkout") - 1
    assert refunded_at_the_provider(house, payment) == gross
    assert one("SELECT state FROM customs_order") == "owed"
    assert in_the_ledger() == []
    assert sample_house.free_pieces(house.sample.goods.sku) == 6
