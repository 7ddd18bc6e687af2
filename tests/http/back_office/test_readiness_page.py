"""Readiness: what stands still is named with what it stops, and a shelf says the same."""

import html
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from kernel import clock as house_clock
from kernel import config, db
from kernel.clock import DAY, MINUTE
from kernel.register.entries import FilingExpired
from kernel.register.tables import enterprise_role
from shop.checkout.offer_facts import forget_believed
from shop.operations.alive import forget_alive
from shop.operations.heartbeat import beat
from tests.http.back_office.house import Operator, Trade, counted
from tests.support.sample_house import one, rows

PAGE = "/back-office/readiness"


def checks(page: str) -> dict[str, tuple[str, str]]:
    """Return level and text of each check by its name."""
    found = re.findall(
        r'<li class="card check check-(\w+)" id="([\w-]+)">(.*?)\n  </li>', page, re.S
    )
    return {
        name: (level, html.unescape(re.sub(r"<[^>]+>", "", said))) for level, name, said in found
    }


def run(statement: str, **filled: object) -> None:
    with db.write() as conn:
        assert conn.execute(text(statement), filled).rowcount > 0


def red(operator: Operator) -> set[str]:
    return {name for name, (level, _) in checks(operator.see(PAGE).text).items() if level == "bad"}


@pytest.fixture
def listening(app: Flask) -> Iterator[socket.socket]:
    """Somebody who takes connections where payment company, courier and zone are asked."""
    del app
    with socket.create_server(("127.0.0.1", 0)) as taker:
        url = f"http://127.0.0.1:{taker.getsockname()[1]}"
        config.use(
            replace(config.current(), payment_company_url=url, courier_url=url, zone_url=url)
        )
        forget_alive()
        yield taker
    forget_alive()


@pytest.fixture
def ready(trade: Trade, listening: socket.socket) -> Trade:
    """A house that has a worker, a key, mail both ways, and companies that take connections."""
    del listening
    trade.released()
    beat()
    with db.write() as conn:
        holder = conn.execute(
            text("SELECT enterprise_id FROM enterprise_role WHERE role = 'transmitter'")
        ).scalar_one()
        conn.execute(text("DELETE FROM signing_key"))
        conn.execute(
            text(
                "INSERT INTO signing_key (id, enterprise_id, key_no, algorithm, certificate,"
                " not_before_at, not_after_at) VALUES (1, :holder, 'KEY-1', 'sm2', :none, :b, :a)"
            ),
            {
                "holder": holder,
                "none": b"x",
                "b": house_clock.now() - DAY,
                "a": house_clock.now() + 300 * DAY,
            },
        )
    return trade


def test_a_house_in_order_says_so_with_its_versions(ready: Trade, operator: Operator) -> None:
    """Nothing red: filings, key, guarantee with what is left, versions, numbers, mail, worker."""
    del ready
    page = operator.see(PAGE).text

    found = checks(page)
    assert {name for name, (level, _) in found.items() if level == "bad"} == set()
    assert len(found) == 17
    assert "KEY-1" in found["key"][1]
    assert re.search(r"剩余：\s*¥[\d,]+\.\d\d", found["guarantee"][1])
    operator.lang = "en"
    assert "Tax guarantee" in operator.see(PAGE).text


def test_goods_off_the_list_close_their_offers_by_name(
    ready: Trade, operator: Operator, app: Flask
) -> None:
    """One code leaves the list: its offers are named, and the shelf takes no order either."""
    hs_code = one(
        "SELECT MIN(b.hs_code) FROM account_book_item b JOIN item i ON i.id = b.item_id"
        " WHERE i.sku = :sku",
        sku=ready.sample.goods.sku,
    )
    run("UPDATE tariff SET on_positive_list = :no WHERE hs_code = :code", no=False, code=hs_code)
    hit = {
        row[0]
        for row in rows(
            "SELECT DISTINCT o.title FROM offer o JOIN account_book_item b ON b.item_id = o.item_id"
            " WHERE b.hs_code = :code AND o.route = 'retail_import'",
            code=hs_code,
        )
    }

    page = operator.see(PAGE).text

    named = set(re.findall(r'<a href="/back-office/stock/\d+">([^<]+)</a>', page))
    assert {html.unescape(title) for title in named} == hit
    assert checks(page)["positive_list"][0] == "bad"
    assert f"停售 {len(hit)} 个" in page
    assert ready.sample.shown().closed is not None


def test_a_code_without_rates_closes_its_offers(ready: Trade, operator: Operator) -> None:
    """Its rates ended yesterday: red, with the code; the others stay open."""
    hs_code = one("SELECT MIN(hs_code) FROM tariff")
    run(
        "UPDATE tariff SET valid_from_on = :a, valid_to_on = :b WHERE hs_code = :code",
        **{"a": date(2020, 1, 1), "b": date(2020, 2, 1), "code": hs_code},
    )

    level, said = checks(operator.see(PAGE).text)["tariff"]

    assert level == "bad"
    assert hs_code in said
    assert red(operator) == {"tariff"}


@pytest.mark.parametrize("role", ["platform", "declarant", "courier", "transmitter"])
def test_a_filing_that_is_over_closes_every_offer(
    role: str, ready: Trade, operator: Operator
) -> None:
    """Ending in nine days warns; over, it closes all, and placing refuses indeed."""
    with db.write() as conn:
        conn.execute(
            enterprise_role.update()
            .where(enterprise_role.c.role == role)
            .values(filed_to_on=house_clock.china_date(house_clock.now() + 9 * DAY))
        )
    assert checks(operator.see(PAGE).text)[f"filing-{role}"][0] == "wait"
    with db.write() as conn:
        conn.execute(
            enterprise_role.update()
            .where(enterprise_role.c.role == role)
            .values(filed_from_on=date(2020, 1, 1), filed_to_on=date(2020, 2, 1))
        )

    level, said = checks(operator.see(PAGE).text)[f"filing-{role}"]

    assert level == "bad"
    count = one("SELECT COUNT(*) FROM offer WHERE open AND route = 'retail_import'")
    assert f"全部 {count} 个跨境商品停售" in said
    forget_believed()
    with pytest.raises(FilingExpired):
        ready.placed()


def test_what_only_delays_lists_closes_no_offer(ready: Trade, operator: Operator, clock) -> None:
    """Key over, guarantee gone, pool dry, worker dead, mail stuck: red, and no shelf is closed."""
    ready.sent()
    run("UPDATE signing_key SET not_after_at = :at", at=house_clock.now() - 1)
    run("UPDATE guarantee SET held_fen = limit_fen")
    run(
        "UPDATE waybill_number SET state = 'void', order_id = NULL WHERE state = 'free'"
    ) if False else None
    with db.write() as conn:
        conn.execute(text("DELETE FROM waybill_number WHERE state = 'free'"))
    run("UPDATE customs_message SET sent_at = NULL")
    clock.tick(31 * MINUTE // 1_000_000)

    found = checks(operator.see(PAGE).text)

    assert {name for name, (level, _) in found.items() if level == "bad"} == {
        *("key", "guarantee", "waybills", "mail_out", "mail_in", "worker"),
    }
    for name in ("key", "guarantee", "waybills"):
        assert "不停售" in found[name][1]
    assert ready.sample.shown().closed is None


def test_a_provider_that_cannot_declare_closes_its_offers(ready: Trade, operator: Operator) -> None:
    """An offer names a wallet that is not installed: it alone is red, by its title."""
    run(
        "UPDATE offer SET provider = 'nobody' WHERE id ="
        " (SELECT MIN(id) FROM offer WHERE route = 'retail_import')"
    )

    level, said = checks(operator.see(PAGE).text)["provider"]

    assert level == "bad"
    assert one("SELECT title FROM offer WHERE provider = 'nobody'") in said
    assert "停售 1 个" in said
    assert ready


def test_readiness_asks_little(ready: Trade, operator: Operator, database) -> None:
    """Its statements do not grow with the offers."""
    del ready
    with counted(database) as said:
        operator.see(PAGE)

    assert len(said) <= 12
