"""The four ways through the house of ``make run``, at both widths, each page judged by axe."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from demo.run.goods import GOODS
from demo.run.sheets import domestic_goods
from tests.browser.look import Look
from tests.browser.open_house import OpenHouse
from tests.browser.steps import (
    Warehouse,
    give_address,
    pay,
    scan,
    show_identity,
    sign_in_shopper,
    sign_in_staff,
)

pytestmark = pytest.mark.timeout(400)
MOVES_MS = 40_000
PHONE, DESK = 360, 1280
Come = Callable[[], Page]


def test_a_shopper_buys_what_stands_on_the_shelf(
    opened: OpenHouse, somebody: Come, look: Look, width: int
) -> None:
    """From the shelf's code to the parcel signed for; the order page is never loaded again."""
    page, who = somebody(), opened.people[0]
    phone = f"139{time.time_ns() // 1_000_000 % 10**8:08d}"
    address, goods = opened.read_shelf(0)
    page.goto(address)
    expect(page.locator("h1")).to_contain_text(goods.name)
    look.at(page, "offer", shot=PHONE)
    page.click("details.opens >> nth=0 >> summary")
    look.at(page, "offer-opened")
    page.check("[name=notices]")
    page.click(".actions .primary")
    look.at(page, "sign-in")
    sign_in_shopper(page, opened, phone, at_code=lambda: look.at(page, "code"))
    page.wait_for_selector("[name=id_number]")
    look.at(page, "identity")
    show_identity(page, who)
    page.click(".actions .primary")
    look.at_the_field(page, "checkout-not-filled-in")
    give_address(page, who)
    look.at(page, "checkout", shot=PHONE)
    page.click(".actions .primary")
    page.wait_for_selector(".order")
    expect(page.locator(".step-now")).to_contain_text("待支付")
    look.at(page, "order-placed")
    page.click(".actions .primary")
    page.wait_for_selector("[name=id_number]")
    look.at(page, "pay")
    pay(page, who, phone)
    page.evaluate("() => { window.loadedOnce = true; }")

    expect(page.locator(".step-now")).to_contain_text("海关已放行", timeout=MOVES_MS)
    look.at(page, "order-released")
    waybill_no = page.locator(".facts [data-copy]").last.get_attribute("data-copy")
    Warehouse(opened).send_off(str(waybill_no))
    expect(page.locator(".step-now")).to_contain_text("已出区", timeout=MOVES_MS)
    look.at(page, "order", shot=PHONE)
    expect(page.locator(".step-now")).to_contain_text("已签收", timeout=2 * MOVES_MS)

    assert page.evaluate("() => window.loadedOnce")
    assert page.locator(".facts [data-copy]").count() == 3
    look.at(page, "order-signed-for")
    page.click(".masthead a[href='/orders']")
    expect(page.locator("main")).to_contain_text("已签收")
    look.at(page, "my-order")


@pytest.mark.parametrize("width", [PHONE], indirect=True)
def test_a_shopper_finds_earlier_orders(opened: OpenHouse, somebody: Come, look: Look) -> None:
    """Signed in by phone, once, as a phone gets one code a minute: all orders, one, out again."""
    page, who = somebody(), opened.people[0]
    page.goto(f"{opened.web}/sign-in?next=/orders")
    sign_in_shopper(page, opened, who.phone)
    expect(page.locator(".who")).to_contain_text(who.phone[-4:])
    look.at(page, "my-orders", shot=PHONE)
    page.set_viewport_size({"width": DESK, "height": 800})
    look.at(page, "my-orders-at-a-desk")
    page.locator(".my-orders a").first.click()
    expect(page.locator("main")).to_contain_text(who.address)
    look.at(page, "order-of-old")
    page.click(".way-out button")
    page.goto(f"{opened.web}/orders")

    expect(page.locator("[name=phone]")).to_be_visible()
    look.at(page, "signed-out")


def test_an_operator_leads_a_parcel_out(opened: OpenHouse, somebody: Come, look: Look) -> None:
    """Morning, orders, a list's life and its bytes; a parcel by scan; stock, shelves, labels."""
    page = somebody()
    sign_in_staff(page, opened, "operator")
    look.at(page, "morning", shot=DESK)
    page.goto(f"{opened.web}/back-office/orders?state=left_zone")
    look.at(page, "orders", shot=DESK)
    look.on_paper(page, "orders")
    page.click("tbody tr:first-child td:first-child a")
    look.at(page, "one-order")
    page.locator("a[href*='/lists/']").first.click()
    look.at(page, "list", shot=DESK)
    look.on_paper(page, "list")
    page.click(".life button >> nth=0")
    expect(page.locator(".xml")).to_contain_text("Message")
    look.at(page, "message")

    page.goto(f"{opened.web}/back-office/warehouse/")
    look.at(page, "warehouse")
    page.click("a[href*='/pick/'] >> nth=0")
    Warehouse.pick(page, at_each=lambda at: look.at(page, at, shot=DESK * (at == "pick")))
    waybill_no = page.locator("[data-copy]").first.get_attribute("data-copy")
    page.goto(f"{opened.web}/back-office/warehouse/")
    Warehouse(opened).lead_out(page, str(waybill_no), at_each=lambda at: look.at(page, at))

    page.goto(f"{opened.web}/back-office/warehouse/")
    page.click("a[href$='/past']")
    look.at(page, "past-batches")
    look.on_paper(page, "past-batches")
    page.fill("[name=q]", str(waybill_no))
    page.press("[name=q]", "Enter")
    expect(page.locator("main")).to_contain_text("已过卡")

    page.goto(f"{opened.web}/back-office/stock/")
    look.at(page, "stock")
    page.click("tbody a >> nth=0")
    look.at(page, "item")
    page.goto(f"{opened.web}/back-office/placements/")
    look.at(page, "placements")
    shelves = page.locator("[name=code]:enabled")
    shelves.nth(0).check()
    shelves.nth(1).check()
    labels = page.request.get(
        f"{opened.web}/back-office/labels?code={shelves.nth(0).input_value()}"
    )
    assert labels.body().startswith(b"%PDF")
    assert page.locator(".state-bad").count() == 0


def test_a_clerk_sells_and_helps(opened: OpenHouse, somebody: Come, look: Look) -> None:
    """Scanned, paid in cash, printed, printed again; an import's code; online orders' slips."""
    page = somebody()
    page.goto(opened.home.till_page)
    expect(page.locator(".bar-outlet")).to_contain_text("TY0001")
    if page.locator("[name=clerk_no]").count():
        page.fill("[name=clerk_no]", "1007")
        page.fill(".tender [name=cash]", "500")
        page.press(".tender [name=cash]", "Enter")
        expect(page.locator("[name=clerk_no]")).to_have_count(0)
    first, second = domestic_goods()[:2]
    scan(page, first.gtin13, shows=".basket-line")
    scan(page, second.gtin13, shows=".basket-line:nth-child(2)")
    look.at(page, "till", shot=DESK)
    page.keyboard.press("F5")
    expect(page.locator("[data-print=confirmed]")).to_be_visible()
    look.at(page, "till-sold")
    sale_no = str(page.locator("#last").get_attribute("data-sale"))
    page.keyboard.press("F8")
    scan(page, GOODS[2].gtin13, shows=".symbol")
    expect(page.locator(".symbol")).to_have_attribute(
        "data-url", f"{opened.web}/01/0{GOODS[2].gtin13}/21/S010003"
    )
    look.at(page, "till-helps")
    page.keyboard.press("Escape")
    expect(page.locator(".symbol")).to_have_count(0)

    page.goto(f"{opened.home.url('till')}/slips")
    expect(page.locator("table")).to_contain_text(sale_no)
    expect(page.locator("table")).to_contain_text("补打")
    expect(page.locator("table")).to_contain_text("线上订单")
    look.at(page, "slips")
    page.goto(f"{opened.home.url('till')}/shift")
    look.at(page, "shift")
    desk = somebody()
    sign_in_staff(desk, opened, "clerk")
    expect(desk.locator("main")).to_contain_text(sale_no)
    look.at(desk, "till-desk", shot=DESK)


def test_finance_finds_a_fen(opened: OpenHouse, somebody: Come, look: Look) -> None:
    """All totals agree; the ledger, an account, a posting; and one sale's postings by its number."""
    page = somebody()
    sign_in_staff(page, opened, "finance")
    look.at(page, "control-totals", shot=DESK)
    page.click(".control >> nth=0")
    look.at(page, "control")
    page.goto(f"{opened.web}/finance/ledger")
    look.at(page, "ledger")
    page.click("tbody a >> nth=0")
    look.at(page, "account")
    page.goto(f"{opened.web}/finance/ledger/1001.01")
    page.click("a[href*='/till-sales/'] >> nth=0")
    look.at(page, "till-sale")
    look.on_paper(page, "till-sale")
    page.goto(f"{opened.web}/finance/payments?state=captured")
    look.at(page, "payments")
    page.click("tbody a >> nth=0")
    look.at(page, "payment")
    page.click("tbody a >> nth=0")
    expect(page.locator("h1")).to_be_visible()
    look.at(page, "sale", shot=DESK)
    page.click(".group-head a >> nth=0")
    look.at(page, "posting")
    debit, credit = page.locator("tfoot .number").all_inner_texts()

    assert debit == credit != ""
