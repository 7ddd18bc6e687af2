"""The customs desk in a real Chromium: keys, forms with a second look, pages of both widths."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kernel import config as settings
from settlement.payments import providers
from shop.app import make_app
from shop.capture_payment import captures
from shop.place_order import placings
from tests.browser.look import Look
from tests.http.back_office.house import PASSWORD, Trade, customs_folder, put_staff
from tests.support import sample_house
from tests.support.till_house import Server
from tests.support.wallet import Wallet

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def trade(database, tmp_path: Path) -> Iterator[Trade]:
    """Lists at every step: released twice, accepted, refused and sent again, refused, silent."""
    del database
    wallet = Wallet()
    providers.use({wallet.name: wallet})
    with sample_house.flowing(), customs_folder(tmp_path / "dxp") as folder:
        sample = sample_house.load(tmp_path / "sheets", on_hand=40)
        sample_house.fill_waybills()
        yield Trade(sample, wallet, folder)
    placings.close()
    captures.close()
    providers.use({})
    sample_house.forget()


@pytest.fixture
def address(trade: Trade, config, monkeypatch) -> Iterator[str]:
    """The server's own application over that trade, an operator known to it."""
    del trade
    put_staff("li.wei", PASSWORD, role="operator")
    server = Server(make_app(config))
    server.start()
    url = f"http://localhost:{server.port}"
    monkeypatch.setattr("kernel.config._config", None)
    settings.use(replace(config, public_url=url))
    yield url
    server.stop()


def sign_in(page: Page, address: str, onward: str) -> None:
    page.goto(f"{address}/staff/sign-in?next={onward}")
    page.fill("[name=login]", "li.wei")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def focused(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.textContent"))


def test_the_desk_is_worked_with_the_keyboard(
    trade: Trade, address: str, somebody: Callable[[], Page], look: Look, clock
) -> None:
    """J and k go along the rows, Enter opens, "/" searches, Escape leaves the field."""
    trade.released()
    orders = [trade.sent(), trade.sent(), trade.sent()]
    trade.answered(orders[0], 120)
    clock.tick(45 * 60)
    page = somebody()
    sign_in(page, address, "/back-office/customs/")
    look.at(page, "customs-desk")

    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == orders[1].order_no
    page.keyboard.press("k")
    assert focused(page) == orders[0].order_no
    page.keyboard.press("/")
    page.keyboard.type("jjk")
    expect(page.locator("#find")).to_have_value("jjk")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    assert focused(page) == orders[2].order_no
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/lists/{orders[2].declaration_list_id}$"))
    page.goto(f"{address}/back-office/customs/?view=silent")
    look.at(page, "customs-silent")
    page.goto(f"{address}/back-office/customs/?q=NOBODY")
    look.at(page, "customs-not-found")


def test_a_list_is_amended_and_withdrawn_after_a_second_look(
    trade: Trade, address: str, somebody: Callable[[], Page], look: Look, clock
) -> None:
    """Refused, sent again, refused: its life fits the window; amended; then withdrawn."""
    order = trade.sent()
    for _ in range(2):
        clock.tick(60)
        trade.answered(order, -621028)
        clock.tick(60)
        trade.sent_again(order)
    clock.tick(60)
    trade.answered(order, -621028)
    page = somebody()
    life = f"/back-office/lists/{order.declaration_list_id}"
    sign_in(page, address, life)
    look.at(page, "life")
    edge = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('.said-card')]"
        ".map((card) => card.getBoundingClientRect().right))"
    )
    assert edge <= look.width

    page.click(f"a[href$='/{order.declaration_list_id}/amend']")
    look.at(page, "amend")
    page.fill("[name='0.gross_e5']", "9.5")
    page.click("main button.primary")
    expect(page.locator("tbody tr")).to_have_count(1)
    look.at(page, "amend-look")
    page.click("main button.primary")
    expect(page.locator(".notice-good")).to_be_visible()
    page.click("a[href*='/resend/']")
    look.at(page, "resend")
    page.click("main button.primary")
    expect(page.locator(".notice-good")).to_be_visible()
    page.click("a[href$='/withdraw']")
    page.fill("[name=reason]", "购买人取消订单")
    look.at(page, "withdraw")
    page.click("main button.primary")
    look.at(page, "withdraw-look")
    page.click("main button.danger")
    expect(page.locator(".notice-good")).to_be_visible()
    look.at(page, "life-withdrawn")


def test_readiness_and_statistics_are_read_at_both_widths(
    trade: Trade, address: str, somebody: Callable[[], Page], look: Look
) -> None:
    """A house with things amiss, and the drawing of three lists, in both languages."""
    for sku in sorted(trade.sample.shelves)[:3]:
        trade.released(sku=sku)
    page = somebody()
    sign_in(page, address, "/back-office/readiness")
    look.at(page, "readiness")
    for by in ("day", "outlet", "chapter", "origin"):
        page.goto(f"{address}/back-office/statistics?by={by}")
        look.at(page, f"statistics-{by}")
    page.goto(f"{address}/language/en?back=/back-office/readiness")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    look.at(page, "readiness-en")
    page.goto(f"{address}/back-office/customs/")
    look.at(page, "customs-desk-en")
