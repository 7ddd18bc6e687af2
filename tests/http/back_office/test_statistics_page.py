"""Statistics from the lists: by day, outlet, chapter and origin, drawn, as table and as sheet."""

import csv
import html
import io
import re

from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from kernel import clock as house_clock
from kernel import db
from kernel.clock import DAY
from kernel.register.tables import outlet
from shop.tables import customs_order
from tests.http.back_office.house import Operator, Trade, staff_desk
from tests.support.sample_house import one, rows

PAGE = "/back-office/statistics"


def lines(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_lists_are_counted_on_the_day_of_their_payment(trade: Trade, app: Flask, clock) -> None:
    """Two released on one day, one on the next, one only sent: days with noughts between."""
    trade.released()
    trade.released()
    clock.tick(2 * 86_400)
    trade.released()
    trade.sent()
    days = [f"{house_clock.china_date(house_clock.now() - n * DAY)}" for n in (2, 1, 0)]

    operator = staff_desk(app)
    counted = lines(operator.see(f"{PAGE}.csv?first={days[0]}&last={days[2]}").data)

    assert [(line["key"], line["lists"]) for line in counted] == [
        *zip(days, ["2", "0", "1"], strict=True)
    ]
    goods = one("SELECT SUM(goods_fen) FROM declaration_list WHERE state = 'RELEASED'")
    assert sum(int(line["goods_yuan"].replace(".", "")) for line in counted) == goods
    everything = lines(operator.see(f"{PAGE}.csv?which=declared&first={days[2]}").data)
    assert [line["lists"] for line in everything] == ["2"]


def test_outlet_chapter_and_origin_agree_with_the_lines(trade: Trade, operator: Operator) -> None:
    """Each sheet sums to the lists' goods; chapters are two digits, pieces are the lines'."""
    for sku in sorted(trade.sample.shelves)[:3]:
        trade.released(sku=sku)
    goods, pieces = rows("SELECT SUM(total_fen), SUM(qty) FROM list_line")[0]
    chapters = {row[0] for row in rows("SELECT DISTINCT SUBSTR(hs_code, 1, 2) FROM list_line")}

    for by in ("outlet", "chapter", "origin"):
        counted = lines(operator.see(f"{PAGE}.csv?by={by}").data)
        assert sum(int(line["goods_yuan"].replace(".", "")) for line in counted) == goods
        if by != "outlet":
            assert sum(int(line["pieces"]) for line in counted) == pieces
    assert {line["key"] for line in lines(operator.see(f"{PAGE}.csv?by=chapter").data)} == chapters
    book = load_workbook(io.BytesIO(operator.see(f"{PAGE}.xlsx?by=origin").data))
    heads, *values = book.active.values
    assert heads[0] == "key"
    assert values[0][4].count(".") == 1


def test_the_drawing_says_what_the_table_says(trade: Trade, operator: Operator) -> None:
    """A bar a group with its words, the whole named for those who do not see it."""
    order = trade.released()
    with db.write() as conn:
        at = select(outlet.c.id).limit(1).scalar_subquery()
        conn.execute(
            customs_order.update().where(customs_order.c.id == order.id).values(outlet_id=at)
        )

    page = operator.see(f"{PAGE}?by=outlet").text

    drawn = re.findall(r"<rect [^>]*><title>([^<]+)</title>", page)
    name = one("SELECT name FROM outlet o JOIN customs_order c ON c.outlet_id = o.id")
    assert [html.unescape(words) for words in drawn] == [f"{name}: 1"]
    assert 'role="img" aria-label="清单数，按门店；共 1 组，最多一组 1 份' in page


def test_days_that_do_not_fit_are_refused_with_words(trade: Trade, operator: Operator) -> None:
    """Backwards, a word, a thousand years: 422 and what to do; no list: an empty sentence."""
    del trade
    for days in ("first=2026-02-02&last=2026-01-01", "first=x", "first=1026-01-01"):
        assert "日期不对" in operator.see(f"{PAGE}?{days}", 422).text
    assert 'class="empty card"' in operator.see(PAGE).text
