"""Till sales reach the ledger once each; refunds mirror them; what cannot be right stands apart."""

from typing import Any

import pytest
from sqlalchemy import select

from bonded_display.stock.tables import account_book_item
from kernel import db, deliveries, register
from kernel.outbox import delivery, fact_table
from pos.server import register_terminal
from pos.server.intake import take_sales
from pos.server.shifts import take_shifts
from pos.server.tables import sale_flag
from pos.server.terminals import Terminal
from settlement.books.asks import Period
from settlement.books.ledger import balances
from settlement.tax.tables import tariff
from shop.finance.controls import totals
from shop.flow import HANDLERS
from tests.support.sample_house import one
from tests.support.seams import SECOND
from tests.unit.pos.sales import SOLD_AT, a_line, a_sale, a_shift

CASH, VAT, REVENUE, UNCLEAR, OVER = "1001.01", "2221.02", "6001.01", "1901.02", "1901.01"


@pytest.fixture
def till(sample) -> Terminal:
    """A till in the sample's first outlet."""
    with db.write() as conn:
        outlet_id = conn.execute(select(register.tables.outlet.c.id).limit(1)).scalar_one()
        return register_terminal(conn, outlet_id, name="1 号")[0]


@pytest.fixture
def goods(sample) -> str:
    """An item with a tariff code at 13 %, as a till names it."""
    with db.read() as conn:
        found = select(account_book_item.c.item_id).join(
            tariff, tariff.c.hs_code == account_book_item.c.hs_code
        )
        return str(conn.execute(found.where(tariff.c.vat_bp == 1300).limit(1)).scalar_one())


def take(till: Terminal, *bodies: object) -> list[str]:
    with db.write() as conn:
        answers = take_sales(conn, till, bodies, goods=lambda _conn, _outlet: [])
        return [answer.outcome for answer in answers]


def sold(goods: str, seq: int = 1, **changes: Any) -> dict[str, Any]:
    return a_sale(seq, lines=[a_line(item_id=goods)]) | changes


def given_back(sale: dict[str, Any], seq: int, **changes: Any) -> dict[str, Any]:
    """Return the whole refund of a sale."""
    lines = [
        line | {"qty": -line["qty"], "total_fen": -line["total_fen"]} for line in sale["lines"]
    ]
    money = {"total_fen": -sale["total_fen"], "paid_fen": -sale["total_fen"], "change_fen": 0}
    named = {"refund_of": sale["id"], "refund_of_no": sale["sale_no"], "reason": "faulty"}
    return a_sale(seq, lines=lines, **money, **named) | changes


def flow() -> None:
    while deliveries.run_due(HANDLERS, most=50):
        pass


def books() -> dict[str, int]:
    """Return what is left on the till's accounts, in fen; noughts left out."""
    with db.read() as conn:
        found = {each.account.code: each.closing_fen for each in balances(conn, Period())}
    kept = (CASH, VAT, REVENUE, UNCLEAR, OVER)
    return {code: found[code] for code in kept if found[code]}


def control(key: str) -> tuple[int, int, int]:
    with db.read() as conn:
        total = next(each for each in totals(conn) if each.control.key == key)
    return total.expected, total.found, total.differing


def test_a_sale_is_posted_once_whatever_is_sent_again(till, goods):
    """39.80 at 13 %: 4.58 is VAT; sent twice and late, the books have it once."""
    sale = sold(goods)

    assert take(till, sale, sale) == ["accepted", "replayed"]
    assert control("till_sales") == (3980, 0, 1)
    flow()
    assert take(till, sale) == ["replayed"]
    flow()

    assert books() == {CASH: 3980, VAT: -458, REVENUE: -3522}
    assert control("till_sales") == (3980, 3980, 0)
    assert one("SELECT COUNT(*) FROM fact WHERE name = 'pos.sale_taken'") == 1


def test_a_sale_that_came_days_late_stands_on_the_day_it_was_made(till, goods, clock):
    """The line was down for three days: business day and coming are two facts."""
    clock.set(SOLD_AT + 3 * 86_400 * SECOND)

    take(till, sold(goods))
    flow()

    assert str(one("SELECT business_on FROM posting WHERE kind = 'till_sale'")) == "2026-11-24"


def test_a_refund_mirrors_its_sale(till, goods):
    """Given back whole, in one bulk with the sale: every account stands at nought."""
    sale = sold(goods)

    assert take(till, sale, given_back(sale, 2)) == ["accepted", "accepted"]
    flow()

    assert books() == {}
    assert one("SELECT COUNT(*) FROM posting WHERE kind = 'till_refund'") == 1
    assert flags() == {"not_in_catalogue"}


def test_a_second_refund_is_refused_flagged_and_stands_apart(till, goods):
    """The cash is gone all the same; revenue and VAT are not touched again."""
    sale = sold(goods)
    take(till, sale, given_back(sale, 2))
    flow()

    assert take(till, given_back(sale, 3)) == ["accepted"]
    flow()

    assert books() == {CASH: -3980, UNCLEAR: 3980}
    assert "refund_repeated" in flags()
    assert one("SELECT SUM(stands) FROM sale_refund") == 1
    assert control("till_sales") == (-3980, -3980, 0)


def test_a_refund_waits_for_its_sale(till, goods, clock):
    """It came first: it is flagged, and posted once the sale is in the books."""
    sale = sold(goods)
    take(till, given_back(sale, 2))
    flow()
    assert books() == {}
    assert {"gap_before", "refund_unknown"} <= flags()

    take(till, sale)
    clock.tick(60)
    flow()

    assert books() == {}
    assert one("SELECT COUNT(*) FROM posting WHERE kind LIKE 'till_%'") == 2


def test_another_tills_sale_cannot_be_given_back(till, goods):
    """The second till knows the first one's slip: cash out, in doubt."""
    with db.write() as conn:
        other = register_terminal(conn, till.outlet_id, name="2 号")[0]
    sale = sold(goods)
    take(till, sale)
    take(other, given_back(sale, 1))
    flow()

    assert books() == {VAT: -458, REVENUE: -3522, UNCLEAR: 3980}
    assert "refund_unknown" in flags()


def test_what_a_sale_cannot_explain_stands_apart(till, goods):
    """Ten fen more were taken than the lines come to: they are nobody's revenue yet."""
    take(till, sold(goods, total_fen=3990, change_fen=1010))
    flow()

    assert books() == {CASH: 3990, VAT: -458, REVENUE: -3522, UNCLEAR: -10}


def test_goods_without_a_rate_park_their_own_posting_only(till, goods):
    """Nobody filed the goods: the sale stands, the control says so, the next one is posted."""
    take(till, sold("71"), sold(goods, 2))
    flow()

    assert books() == {CASH: 3980, VAT: -458, REVENUE: -3522}
    assert control("till_sales") == (7960, 3980, 1)
    with db.read() as conn:
        asked = select(delivery.c.state, delivery.c.trouble).join(
            fact_table, fact_table.c.id == delivery.c.fact_id
        )
        parked = conn.execute(asked.where(delivery.c.state == "parked")).one()
    assert "goods_without_rate" in str(parked.trouble)


def test_cash_that_is_missing_at_the_end_of_a_shift_is_posted_once(till, goods):
    """Two fen too few: cash out, short; the closing said again changes nothing."""
    opened = a_shift()
    figures = {"closed_at": SOLD_AT + 1, "counted_cash_fen": 53_978, "seq_from": 1, "seq_to": 1}
    closed = opened | figures | {"sales": 1, "sales_fen": 3980}
    take(till, sold(goods))

    with db.write() as conn:
        take_shifts(conn, till, [opened, closed, closed])
    flow()

    assert books() == {CASH: 3978, VAT: -458, REVENUE: -3522, OVER: 2}
    assert control("till_shifts") == (-2, -2, 0)
    assert one("SELECT COUNT(*) FROM fact WHERE name = 'pos.shift_closed'") == 1


def flags() -> set[str]:
    with db.read() as conn:
        return set(conn.execute(select(sale_flag.c.kind)).scalars())
