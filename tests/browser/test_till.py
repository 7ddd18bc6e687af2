"""The till in a real Chromium: scanned by keyboard, paid in cash, printed, and nothing is lost."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kernel.config import Config
from kernel.db import Database
from tests.browser.steps import scan
from tests.support.till_house import SERUM, SHELVES, SOAP, TEA, TillHouse, till_house
from tests.wire.pos_rig import eventually

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def house(database: Database, config: Config, tmp_path: Path) -> Iterator[TillHouse]:
    with till_house(database, config, tmp_path) as house:
        house.start_till()
        yield house


@pytest.fixture
def page(browser: Browser, house: TillHouse) -> Iterator[Page]:
    """The till page of a till whose shift is open; any surprise on the page fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    page = context.new_page()
    surprises: list[str] = []
    page.on("pageerror", lambda error: surprises.append(str(error)))
    page.goto(house.address)
    expect(page.locator(".bar-outlet")).to_contain_text("学府街店", timeout=10_000)
    page.fill("[name=clerk_no]", "1007")
    page.fill("[name=cash]", "500")
    page.press("[name=cash]", "Enter")
    expect(page.locator(".tender")).to_contain_text("本机还没有销售")
    yield page
    context.close()
    assert surprises == []


def line(number: int, qty: int) -> str:
    """Return the selector of a basket line with so many pieces."""
    return f".basket-line:nth-child({number}) .qty:text-is('{qty}')"


def test_scan_pay_print(house: TillHouse, page: Page) -> None:
    """Three scans with the focus nowhere, F7 pays with a note above, the slip comes out."""
    scan(page, TEA[1:], shows=line(1, 1))
    scan(page, SOAP[1:], shows=line(2, 1))
    scan(page, TEA[1:], shows=line(1, 2))
    expect(page.locator("#total")).to_have_text("¥276.90")

    page.keyboard.press("F7")

    expect(page.locator("#change")).to_have_text("¥23.10")
    expect(page.locator("[data-print=confirmed]")).to_be_visible(timeout=10_000)
    expect(page.locator("#unsynced")).to_have_attribute("data-count", "0", timeout=10_000)
    assert house.numbers_on_paper() == ["TY0001-1-000001"]
    assert (house.sold(), house.sum_fen()) == ([1], 27_690)
    assert house.device.state()["drawer_pulses"] == 1


def test_the_scanner_works_while_a_field_has_the_focus(house: TillHouse, page: Page) -> None:
    """The clerk was typing cash: the scan goes into the basket, the field is as it was."""
    scan(page, TEA[1:], shows=line(1, 1))
    page.focus("[name=cash]")
    page.keyboard.type("20", delay=120)

    scan(page, f"https://id.example/01/{SOAP}/21/{SHELVES[SOAP]}", shows=line(2, 1))

    assert house.sold() == []


def test_a_scan_under_an_input_method_is_refused_aloud(page: Page) -> None:
    """Keys come as 229 with their places: told, never guessed; nothing is in the basket."""
    page.evaluate(
        """() => [..."6901234567892"].forEach((digit) => document.body.dispatchEvent(
            new KeyboardEvent("keydown", {code: `Digit${digit}`, keyCode: 229, bubbles: true})))"""
    )
    page.evaluate(
        """() => document.body.dispatchEvent(
            new KeyboardEvent("keydown", {code: "Enter", bubbles: true, cancelable: true}))"""
    )

    expect(page.locator("#said")).to_contain_text("英文输入")
    expect(page.locator("#basket")).to_have_count(0)


def test_typing_by_hand_is_no_scan(page: Page) -> None:
    """Slow keys stay in the field; Enter sends it."""
    page.focus("[name=code]")
    page.keyboard.type(TEA[1:], delay=80)
    expect(page.locator("[name=code]")).to_have_value(TEA[1:])

    page.keyboard.press("Enter")

    expect(page.locator(line(1, 1))).to_be_visible()


def test_a_void_takes_two_presses(house: TillHouse, page: Page) -> None:
    """F4 asks, F4 does it; nothing is sold."""
    scan(page, TEA[1:], shows=line(1, 1))

    page.keyboard.press("F4")
    expect(page.locator(".void[open]")).to_be_visible()
    page.keyboard.press("F4")

    expect(page.locator(".empty-words")).to_be_visible()
    assert house.sold() == []


def test_a_retail_import_is_scanned_by_the_shopper(page: Page, house: TillHouse) -> None:
    """The code on the screen is the shelf's address; Esc leads back; no money was taken."""
    scan(page, SERUM[1:], shows=".symbol")

    address = f"https://id.example/01/{SERUM}/21/{SHELVES[SERUM]}"
    expect(page.locator(".symbol")).to_have_attribute("data-url", address)
    page.keyboard.press("Escape")
    expect(page.locator(".symbol")).to_have_count(0)
    assert house.sold() == []


def test_the_server_goes_and_comes_back(house: TillHouse, page: Page) -> None:
    """Sold before, during and after: the page says so, all arrive once, all are on paper once."""
    for number, away in enumerate((False, True, True, False), 1):
        if away and number == 2:
            eventually(lambda: house.sold() == [1], seconds=15)
            expect(page.locator("#unsynced")).to_have_attribute("data-count", "0")
            house.server.stop()
            expect(page.locator("#line[data-line=down]")).to_be_visible(timeout=10_000)
        if number == 4:
            house.server.start()
            expect(page.locator("#line[data-line=up]")).to_be_visible(timeout=10_000)
        scan(page, TEA[1:], shows=line(1, 1))
        page.keyboard.press("F5")
        expect(page.locator(f"#last[data-sale=TY0001-1-{number:06d}]")).to_be_visible()
        if number == 3:
            expect(page.locator("#unsynced")).to_contain_text("2")

    eventually(lambda: len(house.sold()) == 4, seconds=15)
    eventually(lambda: len(house.numbers_on_paper()) == 4, seconds=15)
    assert sorted(house.sold()) == [1, 2, 3, 4]
    assert house.numbers_on_paper() == [f"TY0001-1-{n:06d}" for n in (1, 2, 3, 4)]
    assert house.sum_fen() == 4 * 12_850


def test_the_power_goes_between_journal_and_print(house: TillHouse, page: Page) -> None:
    """No paper, server away, kill -9: after the restart one slip, one sale, and no late drawer."""
    house.device.set_faults({"paper_out": True})
    house.server.stop()
    scan(page, TEA[1:], shows=line(1, 1))
    page.keyboard.press("F5")
    expect(page.locator("[data-print=queued]")).to_be_visible()
    house.kill_till()
    house.server.start()
    house.device.set_faults({"paper_out": False, "refill": True})

    page.goto(house.start_till())

    expect(page.locator("[data-print=confirmed]")).to_be_visible(timeout=15_000)
    eventually(lambda: house.sold() == [1], seconds=15)
    assert house.numbers_on_paper() == ["TY0001-1-000001"]
    assert house.device.state()["drawer_pulses"] == 0


def test_the_power_goes_while_it_prints(house: TillHouse, page: Page) -> None:
    """The paper ended midway and the till was killed: unsure; the clerk looks, and says so."""
    house.device.set_faults({"paper_lines": 4})
    scan(page, TEA[1:], shows=line(1, 1))
    page.keyboard.press("F5")
    expect(page.locator("#last")).to_be_visible()
    time.sleep(1)
    house.kill_till()
    house.device.set_faults({"refill": True})
    page.goto(house.start_till())
    expect(page.locator("[data-print=unsure]")).to_be_visible(timeout=15_000)

    page.keyboard.press("F7")

    expect(page.locator("[data-print=confirmed]")).to_be_visible(timeout=15_000)
    assert house.numbers_on_paper() == ["TY0001-1-000001"]


def test_a_reprint_from_the_page_says_so(house: TillHouse, page: Page) -> None:
    """F8 on the last sale: a second slip with its mark, the drawer stays shut."""
    scan(page, TEA[1:], shows=line(1, 1))
    page.keyboard.press("F5")
    expect(page.locator("[data-print=confirmed]")).to_be_visible(timeout=10_000)

    page.keyboard.press("F8")

    eventually(lambda: len(house.device.slips) == 2, seconds=10)
    assert house.device.slips[1].lines[0].strip() == "*** 补打 1 ***"
    assert house.device.state()["drawer_pulses"] == 1
