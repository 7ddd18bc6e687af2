"""By keys alone: a pick from the first scan to the closed parcel, and a sale at the till.

Each thing that Tab reaches is seen and marked; Enter sends, Esc shuts what was opened.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from bonded_display.web import make_blueprint
from kernel import config as settings
from kernel import web
from kernel.config import Config
from kernel.db import Database
from tests.browser.steps import scan
from tests.db.warehouse.house import CREAM, House
from tests.db.warehouse.other_side import OtherSide
from tests.http.warehouse.desk import PAGES, guard
from tests.support.till_house import TEA, Server, till_house
from tests.wire.pos_rig import eventually

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MOST_TABS, SLOW_MS = 60, 120
_HERE = """() => {
  const one = document.activeElement, at = one.getBoundingClientRect(), look = getComputedStyle(one);
  return {name: one.name || one.dataset.key || one.textContent.trim().slice(0, 20), tag: one.tagName, kind: one.className,
    seen: at.width > 0 && at.height > 0 && one.checkVisibility(),
    marked: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
    top: at.top + scrollY, left: at.left};
}"""


def tab_through(page: Page) -> list[dict[str, Any]]:
    """Press Tab from the head of the page until it leaves; return what had the focus."""
    page.locator(".skip, a[href]").first.focus()
    stops: list[dict[str, Any]] = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        here = page.evaluate(_HERE)
        if here["tag"] == "BODY" or here in stops or "skip" in here["kind"]:
            return stops
        stops.append(here)
    raise AssertionError(f"Tab never leaves the page: {stops[-5:]}")


def judge(stops: list[dict[str, Any]]) -> None:
    """Nothing unseen has the focus, nothing that has it is unmarked, and it never jumps back up."""
    assert [one for one in stops if not one["seen"] or not one["marked"]] == []
    in_body = [one for one in stops if one["top"] > 60]
    assert in_body == sorted(in_body, key=lambda one: round(one["top"] / 24))


@pytest.fixture
def warehouse(database: Database, config: Config, monkeypatch) -> Iterator[tuple[House, str]]:
    """The operator's pages over a bonded warehouse, behind the guard of the page tests."""
    side = OtherSide()
    monkeypatch.setattr("kernel.config._config", None)
    settings.use(replace(config, courier_url=side.url, zone_url=side.url))
    app = Flask("warehouse", static_folder=None)
    web.register(app, settings.current())
    app.register_blueprint(make_blueprint(guard))
    server = Server(app)
    server.start()
    yield House(database, side), f"http://127.0.0.1:{server.port}{PAGES}"
    server.stop()
    side.close()


def come(browser: Browser, width: int) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        locale="zh-CN",
        extra_http_headers={"X-Test-Role": "operator"},
    )
    context.set_default_timeout(15_000)
    return context.new_page()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_parcel_is_picked_and_closed_by_keys_alone(
    browser: Browser, warehouse: tuple[House, str], width: int
) -> None:
    """The field has the focus each time; Enter counts a piece, and closes the parcel."""
    house, address = warehouse
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 2))
    page = come(browser, width)
    page.goto(f"{address}/pick/{parcel.task_id}")
    judge(stops := tab_through(page))
    assert [one["name"] for one in stops].count("code") == 1
    page.reload()

    for left in ("已拣 1 / 2", "已拣 2 / 2"):
        expect(page.locator("[name=code]")).to_be_focused()
        page.keyboard.type("L1")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text(left)
    expect(page.locator("[name=gross_kg]")).to_be_focused()
    judge(tab_through(page))
    page.locator("[name=gross_kg]").focus()
    page.keyboard.type("0.61")
    page.keyboard.press("Enter")

    expect(page.locator(".facts")).to_contain_text("0.61")
    assert house.task(parcel)[0] == "packed"
    page.context.close()


def test_a_wrong_piece_leaves_the_field_ready(
    browser: Browser, warehouse: tuple[House, str]
) -> None:
    """Refused beside the field, which is empty and has the focus for the next scan."""
    house, address = warehouse
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 1))
    page = come(browser, 1280)
    page.goto(f"{address}/pick/{parcel.task_id}")

    page.keyboard.type("L9")
    page.keyboard.press("Enter")

    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("[name=code]")).to_be_focused()
    expect(page.locator("[name=code]")).to_have_value("")
    page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_till_is_worked_by_keys_alone(
    browser: Browser, database: Database, config: Config, tmp_path: Path, width: int
) -> None:
    """Every key that Tab reaches is marked; Esc takes back the question whether to give all up."""
    with till_house(database, config, tmp_path) as house:
        address = house.start_till()
        page = come(browser, width)
        page.goto(address)
        expect(page.locator(".bar-outlet")).to_contain_text("学府街店", timeout=15_000)
        page.locator("[name=clerk_no]").focus()
        page.keyboard.type("1007", delay=SLOW_MS)
        page.keyboard.press("Tab")
        page.keyboard.type("500", delay=SLOW_MS)
        page.keyboard.press("Enter")
        expect(page.locator(".tender")).to_contain_text("本机还没有销售")
        scan(page, TEA[1:], shows=".basket-line")
        stops = tab_through(page)
        assert [one for one in stops if not one["seen"] or not one["marked"]] == []
        assert len(stops) > 8

        page.keyboard.press("F4")
        expect(page.locator(".void[open]")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".void[open]")).to_have_count(0)
        expect(page.locator(".basket-line")).to_have_count(1)
        page.keyboard.press("F5")

        expect(page.locator("#last")).to_be_visible()
        page.context.close()
        eventually(lambda: house.sum_fen() == 12_850, seconds=15)
