"""The operator's sheets in a real Chromium: sent, followed while it stands, refused, done."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kernel import config as settings
from shop.app import make_app
from shop.imports import run
from shop.imports.templates import write_export
from tests.browser.look import Look
from tests.http.back_office.house import PASSWORD, put_staff
from tests.support import sample_house
from tests.support.till_house import Server

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def address(database, config, tmp_path: Path, monkeypatch) -> Iterator[str]:
    """The server's own application over the sample's goods."""
    del database
    with sample_house.flowing():
        sample_house.load(tmp_path / "sheets", on_hand=40)
        put_staff("li.wei", PASSWORD, role="operator")
        server = Server(make_app(config))
        server.start()
        url = f"http://localhost:{server.port}"
        monkeypatch.setattr("kernel.config._config", None)
        settings.use(replace(config, public_url=url))
        yield url
        server.stop()
    run._open.clear()
    sample_house.forget()


def stock(tmp_path: Path, *, bad: int) -> Path:
    """Return a sheet of three thousand lines, some of an unknown warehouse."""
    out = io.BytesIO()
    write_export("stock", out, xlsx=False)
    (stands, *_) = csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig")))
    file = tmp_path / ("太原保税仓-十一月入区清单-第三批-含补录.csv" if bad else "stock.csv")
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, stands)
        writer.writeheader()
        for number in range(3_000):
            warehouse = "NOWHERE" if number < bad else stands["warehouse"]
            writer.writerow(stands | {"document": "QD9", "line": number, "warehouse": warehouse})
    return file


def test_a_sheet_is_sent_followed_refused_and_sent_again(
    address: str, somebody: Callable[[], Page], look: Look, clock, monkeypatch, tmp_path: Path
) -> None:
    """The worker is silent, goes on, finds forty bad rows; the mended sheet is written."""
    monkeypatch.setattr(run, "SLICE_S", 0)
    page = somebody()
    page.goto(f"{address}/staff/sign-in?next=/back-office/sheets/")
    page.fill("[name=login]", "li.wei")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    look.at(page, "sheets-empty")

    send(page, stock(tmp_path, bad=40))
    run.go_on()
    clock.tick(12)
    expect(page.locator(".notice-wait")).to_contain_text("12 秒")
    look.at(page, "sheets-stands")
    run.go_on()
    clock.tick(1)
    expect(page.locator("progress")).to_have_attribute("value", "2000")
    look.at(page, "sheets-moves")
    for _ in range(3):
        run.go_on()
    expect(page.locator("progress")).to_have_count(0)
    expect(page.locator(".table tbody tr")).to_have_count(40)
    look.at(page, "sheets-refused")
    with page.expect_download() as told:
        page.click("a[href$='result.csv']")
    assert len(told.value.path().read_bytes().splitlines()) == 41

    page.goto(f"{address}/back-office/sheets/")
    send(page, stock(tmp_path, bad=0))
    for _ in range(9):
        run.go_on()
    expect(page.locator("progress")).to_have_count(0)
    look.at(page, "sheets-done")
    page.goto(f"{address}/back-office/sheets/")
    look.at(page, "sheets-list")
    expect(page.locator("tbody a", has_text="csv").filter(has_text="stock")).to_have_count(1)


def send(page: Page, file: Path) -> None:
    page.select_option("[name=kind]", "stock")
    page.set_input_files("[name=file]", file)
    page.click("form.card button.primary")
    expect(page.locator("#job")).to_be_visible()
