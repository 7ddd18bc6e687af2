"""Shelf codes opened and closed by a button, and the labels that lead to them."""

import re

import pypdfium2
import zxingcpp
from flask import Flask

from tests.http.back_office.house import (
    Operator,
    Trade,
    audits,
)
from tests.support.sample_house import one


def test_a_closed_shelf_code_sells_no_longer(trade: Trade, operator: Operator, app: Flask) -> None:
    """Closed by a button, opened by another: the shelf's own page says so, the deeds are kept."""
    shelf = trade.sample.shelf
    page, closing = "/back-office/placements/", "/back-office/placements/close?"

    done = operator.press(page, closing, shelf_code=shelf)

    assert done.status_code == 303
    assert one("SELECT state FROM placement WHERE shelf_code = :s", s=shelf) == "closed"
    shopper = app.test_client()
    assert shopper.get(trade.sample.label, headers={"Accept": "text/html"}).status_code == 409
    operator.see(f"/back-office/labels/{shelf}.pdf", 409)
    operator.press(page, "/back-office/placements/open?", shelf_code=shelf)
    assert shopper.get(trade.sample.label, headers={"Accept": "text/html"}).status_code == 200
    assert len(audits("display.shelf_code_closed")) == len(audits("display.shelf_code_open")) == 1


def test_labels_are_scanned_off_one_sheet(trade: Trade, operator: Operator) -> None:
    """Three codes on one A4 sheet, each leading to its shelf; none chosen is refused."""
    shelves = sorted(trade.sample.shelves.values())[:3]

    sheet = operator.see("/back-office/labels?" + "&".join(f"code={code}" for code in shelves))

    paper = pypdfium2.PdfDocument(sheet.data)
    picture = paper[0].render(scale=200 / 72).to_pil().convert("L")
    read = sorted(code.text.rsplit("/", 1)[-1] for code in zxingcpp.read_barcodes(picture))
    assert len(paper) == 1
    assert read == shelves
    assert "没有印出标签" in operator.see("/back-office/labels", 422).text


def test_all_labels_of_a_page_are_printed_by_one_button(trade: Trade, operator: Operator) -> None:
    """Those that sell, each once: a closed shelf has no label."""
    page = "/back-office/placements/"
    operator.press(page, f"{page}close?", shelf_code=trade.sample.shelf)

    form = operator.see(page).text.split('id="all-labels"')[1].split("</form>")[0]

    codes = re.findall(r'name="code" value="([^"]+)"', form)
    assert sorted(codes) == sorted({*trade.sample.shelves.values()} - {trade.sample.shelf})
    assert f"打印本页 {len(codes)} 个" in form
    sheets = operator.see("/back-office/labels?" + "&".join(f"code={code}" for code in codes))
    assert sheets.content_type == "application/pdf"
