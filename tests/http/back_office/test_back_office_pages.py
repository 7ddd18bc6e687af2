"""The operator's room: numbers that need a person, and everything an order left behind."""

import re

from flask import Flask

from kernel import db
from kernel.clock import DAY, china_date
from kernel.register import enterprise
from tests.http.back_office.house import (
    Operator,
    Trade,
    counted,
    staff_desk,
)
from tests.support.sample_house import one

MOST_QUERIES = 12


def figures(page: str) -> list[str]:
    """Return the four numbers of the morning page as they stand there."""
    return [re.sub(r"<[^>]+>", "", text) for text in re.findall(r"<b>(.*?)</b>", page)][:4]


def test_the_morning_counts_what_needs_a_person(trade: Trade, operator: Operator, clock) -> None:
    """One refused list, a bill that differs, a filing that ends: each number, each worklist."""
    released = trade.released()
    trade.billed(released)
    refused = trade.sent()
    trade.answered(refused, -621028)
    trade.placed()
    clock.tick(3 * 3600)
    with db.write() as conn:
        conn.execute(
            enterprise.update()
            .where(enterprise.c.customs_code == "1401962002")
            .values(filed_to_on=china_date(clock.now() + 9 * DAY))
        )

    page = operator.see("/back-office/").text

    assert figures(page) == ["1", "3 小时前", "1", "1"]
    assert "共 2 单已付款" in page
    assert "下单 <b>3</b>" in page
    assert "放行 <b>1</b>" in page
    assert refused.order_no in operator.see("/back-office/refused").text
    waiting = operator.see("/back-office/waiting").text
    assert waiting.index(released.order_no) < waiting.index(refused.order_no)
    assert "1401962002" in operator.see("/back-office/terms").text
    assert trade.numbers[released.id] in operator.see("/back-office/differences").text


def test_a_refusal_for_good_needs_nobody(trade: Trade, operator: Operator) -> None:
    """The year's limit: the system undoes the order; no number asks for a person."""
    order = trade.sent()

    trade.answered(order, -621018)
    trade.settle()

    assert trade.order(order.id).state == "refused"
    assert figures(operator.see("/back-office/").text)[:2] == ["0", "—"]
    assert order.order_no not in operator.see("/back-office/refused").text


def test_levels_that_differ_from_their_lots_are_shown(trade: Trade, operator: Operator) -> None:
    """Somebody changed a level by hand: the difference is named with its goods."""
    with db.write() as conn:
        conn.exec_driver_sql(
            "UPDATE availability SET on_hand = on_hand + 2 WHERE account_book_item_id ="
            " (SELECT MIN(account_book_item_id) FROM availability)"
        )

    page = operator.see("/back-office/differences").text

    assert "批次合计 = 在库" in page
    assert ">-2<" in page
    assert figures(operator.see("/back-office/").text)[3] == "2"


def test_an_order_is_found_by_each_of_its_numbers(trade: Trade, operator: Operator) -> None:
    """Order, waybill, list number, copNo: typed in groups or small letters, straight to it."""
    order = trade.released()
    trade.placed()
    there = f"/back-office/orders/{order.id}"
    invt_no = trade.numbers[order.id]
    numbers = (order.order_no, order.waybill_no, invt_no, str(order.declaration_list_id))

    for number in numbers:
        typed = " ".join((number or "")[at : at + 4] for at in range(0, len(number or ""), 4))
        led = operator.see(f"/back-office/orders?q={typed.lower()}", 303)
        assert led.headers["Location"] == there
    assert "没有编号是" in operator.see("/back-office/orders?q=QZ1").text
    listed = operator.see("/back-office/orders?state=released").text
    assert order.order_no in listed
    assert listed.count("<tr>") == 2


def test_an_order_is_shown_whole_and_its_people_masked(trade: Trade, operator: Operator) -> None:
    """Money, papers, parcel, links that open; of the buyer only what one knows them by."""
    order = trade.released()
    buyer, there = order.open_buyer(), order.open_consignee()

    page = operator.see(f"/back-office/orders/{order.id}").text

    for words in (
        order.waybill_no or "",
        f"/back-office/lists/{order.declaration_list_id}",
        f"/back-office/warehouse/pick/{one('SELECT id FROM pick_task')}",
        "陈**",
    ):
        assert words in page
    assert not any(
        secret in page for secret in (buyer.id_number, buyer.name, there.address, there.phone)
    )
    assert "/finance/" not in page  # whose pages would refuse an operator
    admin = staff_desk(operator.client.application, "admin")
    assert f"/finance/sales/{order.id}" in admin.see(f"/back-office/orders/{order.id}").text
    operator.see("/back-office/orders/7", 404)


def test_stock_is_found_by_name_gtin_and_sku(trade: Trade, operator: Operator) -> None:
    """What is free is on hand less reserved; the item's page names document and reservation."""
    order = trade.paid()
    goods = trade.sample.goods
    item_id = order.lines[0].item_id

    for typed in (goods.name[:3], goods.gtin13, goods.sku.lower()):
        found = operator.see(f"/back-office/stock/?q={typed}").text
        assert f'href="/back-office/stock/{item_id}"' in found
        assert "<strong>79</strong>" in found
    assert "没有找到" in operator.see("/back-office/stock/?q=%25").text
    page = operator.see(f"/back-office/stock/{item_id}").text
    assert f'href="/back-office/orders/{order.id}"' in page
    assert str(one("SELECT MIN(document) FROM book_deduction")) in page


def test_only_operators_come_in(app: Flask) -> None:
    """Finance is told which role it takes; who is not signed in is led to the sign-in."""
    finance = staff_desk(app, "finance")

    for path in ("/back-office/", "/back-office/stock/", "/back-office/placements/"):
        finance.see(path, 403)
        led = app.test_client().get(path, headers={"Accept": "text/html"})
        assert led.headers["Location"].startswith("/staff/sign-in")


def test_every_page_asks_little_and_speaks_both_languages(
    trade: Trade, app: Flask, database, clock
) -> None:
    """At most twelve statements each, and the language asked for."""
    order = trade.released()
    trade.billed(order)
    trade.answered(trade.sent(), -621028)
    trade.released(sku="")
    task, house = one("SELECT MIN(id) FROM pick_task"), one("SELECT id FROM warehouse")
    paths = [
        *("/", "/refused", "/waiting", "/terms", "/differences", "/orders", "/stock/"),
        *(f"/orders/{order.id}", f"/lists/{order.declaration_list_id}", "/placements/"),
        *(f"/stock/{order.lines[0].item_id}", f"/warehouse/{house}", f"/warehouse/pick/{task}"),
    ]
    for lang in ("zh-CN", "en"):
        desk = staff_desk(app, lang=lang)
        for path in paths:
            with counted(database) as said:
                page = desk.see(f"/back-office{path}").text
            assert len(said) <= MOST_QUERIES, (path, said)
            assert f'<html lang="{lang}">' in page
            assert "/back-office/placements/" in page


def test_pages_go_on_where_they_ended(trade: Trade, operator: Operator, monkeypatch) -> None:
    """Pages of two: each order stands on one page only."""
    for module in ("orders", "morning"):
        monkeypatch.setattr(f"shop.web.back_office.{module}.PAGE", 2)
    orders = [trade.paid() for _ in range(3)]

    for start in ("/back-office/orders?state=paid", "/back-office/waiting"):
        first = operator.see(start).text
        more = re.findall(r'class="button" href="([^"]+)"', first)[0].replace("&amp;", "&")
        second = operator.see(more).text
        assert [(o.order_no in first) + (o.order_no in second) for o in orders] == [1, 1, 1]
        assert 'class="button" href' not in second
