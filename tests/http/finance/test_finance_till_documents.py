"""A till's documents in finance's lists: called by what is printed on the slip, one click away."""

import csv
import io

import pytest
from sqlalchemy import text

from kernel import db, deliveries
from pos.server import register_terminal
from pos.server.intake import take_sales
from pos.server.shifts import take_shifts
from shop.flow import HANDLERS
from tests.db.finance.test_finance_till_books import given_back
from tests.http.finance.conftest import counted
from tests.support.sample_house import one
from tests.unit.pos.sales import SOLD_AT, a_line, a_sale, a_shift

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

CASH = "/finance/ledger/1001.01"


@pytest.fixture
def sold(sample):
    """A sale, its refund, and their shift with a yuan too many, all of them posted."""
    with db.write() as conn:
        outlet_id = conn.execute(text("SELECT MIN(id) FROM outlet")).scalar_one()
        till = register_terminal(conn, outlet_id, name="1 号")[0]
        item_id = one("SELECT MIN(item_id) FROM account_book_item JOIN tariff USING (hs_code)")
        sale = a_sale(1, lines=[a_line(item_id=str(item_id))])
        take_sales(conn, till, [sale, given_back(sale, 2)], goods=lambda _conn, _outlet: [])
        figures = {"closed_at": SOLD_AT + 1, "counted_cash_fen": 50_100, "seq_from": 1, "seq_to": 2}
        shift = a_shift(**figures, opening_cash_fen=50_000, sales=2, sales_fen=0)
        take_shifts(conn, till, [shift])
    while deliveries.run_due(HANDLERS, most=50):
        pass
    return sale


def id_of(number: str) -> int:
    return int(one("SELECT id FROM terminal_sale WHERE sale_no = :no", no=number))


def test_an_account_calls_a_tills_sale_by_its_slip(sold, enter):
    """The number on the slip leads to the sale; no id of ours is to be read, whatever the page."""
    number, refund_no = sold["sale_no"], given_back(sold, 2)["sale_no"]
    person = enter("finance")

    page = person.get(CASH).text
    sheet = list(csv.DictReader(io.StringIO(person.get(f"{CASH}.csv").text.lstrip("\ufeff"))))

    for each in (number, refund_no):
        assert f'<a href="/finance/till-sales/{id_of(each)}">收银 {each}</a>' in page
    assert f"收银 {id_of(number)}" not in page
    assert {row["document_no"] for row in sheet} >= {number, refund_no}


def test_a_shift_is_named_by_outlet_till_and_its_number(sold, enter):
    """Counted cash was a yuan above: the entry says whose shift it was."""
    page = enter("finance").get("/finance/ledger/1901.01").text

    code = one("SELECT code FROM outlet ORDER BY id LIMIT 1")
    assert f"班次 {code} 1 号 #" in page
    assert str(one("SELECT id FROM shift")) not in page


def test_the_sale_of_a_slip_shows_what_it_says_and_leads_to_its_postings(sold, enter):
    """Lines, money, who took it; its refund, and from the refund back."""
    number, refund_no = sold["sale_no"], given_back(sold, 2)["sale_no"]
    person = enter("finance")

    page = person.get(f"/finance/till-sales/{id_of(number)}").text
    back = person.get(f"/finance/till-sales/{id_of(refund_no)}").text
    posting = one("SELECT id FROM posting WHERE document = :it", it=f"till_sale:{id_of(number)}")

    assert "¥39.80" in page
    assert f"/finance/postings/{posting}" in page
    assert f">{refund_no}</a>" in page
    assert f">{number}</a> · 商品有问题" in back
    assert "-¥39.80" in back


def test_a_sale_that_nobody_made_is_not_found(sample, enter):
    """An id that was never given out, told in words."""
    answer = enter("finance").get("/finance/till-sales/4711")

    assert answer.status_code == 404
    assert "没有找到这笔收银台销售" in answer.text


def test_numbers_cost_the_same_for_one_and_for_many(sold, enter):
    """Each page asks once for all its documents."""
    person = enter("finance")

    with counted() as told:
        person.get(CASH)

    assert len(told) <= 12


def test_a_payment_is_called_by_its_order(made, enter):
    """An order's posting names the payment that caused it by the order's number, not by our id."""
    payment = one(
        "SELECT payment_id FROM payment_share WHERE order_id = :id", id=made.paid.order_id
    )
    number = one("SELECT order_no FROM customs_order WHERE id = :id", id=made.paid.order_id)

    page = enter("finance").get(f"/finance/sales/{made.paid.order_id}").text

    assert f'<a href="/finance/payments/{payment}">支付 {number}</a>' in page
