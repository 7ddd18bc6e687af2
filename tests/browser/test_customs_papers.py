"""Odd answers, refused papers and mail set aside in a real Chromium: keys, forms, both widths."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bonded_display.customs.take_in_mail import take_in_mail
from kernel import config as settings
from tests.browser.look import Look
from tests.browser.test_customs_desk import address, focused, sign_in, trade
from tests.http.back_office.house import DXP_ID, Trade
from tests.http.back_office.test_odd_receipts import answer
from tests.http.back_office.test_paper_actions import refused
from tests.http.back_office.test_parked_mail_page import parked

__all__ = ["address", "trade"]
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_odd_answers_are_gone_through_with_the_keyboard(
    trade: Trade, address: str, somebody: Callable[[], Page], look: Look
) -> None:
    """From the desk to the list of them, j and Enter to the life, the message with its marks."""
    order = trade.sent()
    trade.hear(
        answer(order, status=120, more="<strange>甲</strange>").replace("<preNo>B", "<preNo>")
    )
    page = somebody()
    sign_in(page, address, "/back-office/customs/odd")
    look.at(page, "odd")

    page.keyboard.press("j")
    assert focused(page) == order.order_no
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/lists/{order.declaration_list_id}#heard-\d+$"))
    page.locator(":target summary").press("Enter")
    look.at(page, "life-odd")
    page.locator(":target form button").press("Enter")
    expect(page.locator(".odd-line")).to_have_count(2)
    look.at(page, "paper-odd")
    page.locator(".odd-table a").first.press("Enter")
    expect(page.locator(".odd-line:has(:target)")).to_have_count(1)


def test_a_refused_order_is_corrected_with_the_keyboard(
    trade: Trade, address: str, somebody: Callable[[], Page], look: Look
) -> None:
    """The worklist, the reason and the form, the look at what differs, the sending."""
    order = refused(trade)
    page = somebody()
    sign_in(page, address, "/back-office/refused")
    look.at(page, "refused")
    page.locator(f"a[href$='/papers/{order.id}/order']").press("Enter")
    look.at(page, "paper-order")

    page.fill("[name='1.gmodel']", "改正后的规格")
    page.press("[name='1.gmodel']", "Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    look.at(page, "paper-order-look")
    page.locator("main button.primary").press("Enter")
    expect(page.locator(".notice-good")).to_be_visible()
    look.at(page, "order-sent-again")


def test_mail_set_aside_is_taken_in_from_its_page(
    trade: Trade, address: str, somebody: Callable[[], Page], look: Look, tmp_path: Path
) -> None:
    """One for its certificate, one that is damaged: listed in both languages, the button says."""
    (tmp_path / "trust").mkdir()
    parked(trade)
    (trade.folder / "in" / "2.xml").write_bytes(b"<broken")
    take_in_mail()
    settings.use(
        replace(
            settings.current(),
            dxp_dir=str(trade.folder.parent),
            dxp_id=DXP_ID,
            trusted_certificates_dir=str(tmp_path / "trust"),
        )
    )
    page = somebody()
    sign_in(page, address, "/back-office/customs/parked")
    look.at(page, "parked")

    page.locator("main button.primary").press("Enter")
    expect(page.locator(".notice-wait")).to_be_visible()
    page.goto(f"{address}/language/en?back=/back-office/customs/parked")
    look.at(page, "parked-en")
