"""Finance's room in the browser: control totals, accounts, postings, sales, payments."""

import csv
import io
import re

import pytest
from sqlalchemy import text

from kernel import db, deliveries
from kernel.money import show_fen
from pos.server import register_terminal
from pos.server.intake import take_sales
from shop.flow import HANDLERS
from tests.http.finance.conftest import counted
from tests.support.sample_house import one
from tests.unit.pos.sales import a_line, a_sale

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

CHINESE = re.compile(r"[一-鿿]")


def order_no(sale) -> str:
    return one("SELECT order_no FROM customs_order WHERE id = :id", id=sale.order_id)


def paths(made) -> list[str]:
    """One address of each page of the room."""
    posting = one("SELECT MIN(id) FROM posting")
    payment = one(
        "SELECT payment_id FROM payment_share WHERE order_id = :id", id=made.paid.order_id
    )
    back = one("SELECT payment_id FROM refund")
    return [
        "/finance/",
        "/finance/controls/captured",
        "/finance/ledger",
        "/finance/ledger/2203",
        "/finance/ledger/2203?from=2026-11-01&to=2026-11-30&view=paper",
        f"/finance/postings/{posting}",
        f"/finance/sales/{made.signed.order_id}",
        f"/finance/sales/{made.refunded.order_id}",
        "/finance/payments",
        "/finance/payments?state=owed",
        "/finance/second-payments",
        "/finance/second-payments?state=refunded",
        f"/finance/payments/{payment}",
        f"/finance/payments/{back}",
        "/finance/find",
    ]


def test_every_page_stands_within_twelve_queries(made, enter):
    """Session, control totals and all: counted at each page, with six sales and with more."""
    person = enter("finance")
    for path in paths(made):
        with counted() as told:
            answer = person.get(path)
        assert answer.status_code == 200, path
        assert len(told) <= 12, (path, told)


def test_every_page_speaks_both_languages(made, enter):
    """No Chinese word on an English page but names from the books; no message id on either."""
    english, chinese = enter("finance", "en", login="li.na"), enter("finance")
    for path in paths(made):
        page, zh = english.get(path).text, chinese.get(path).text
        words = re.sub(r"<[^>]+>", " ", page.partition("<main")[2])
        assert not CHINESE.search(words.replace("盒付支付科技有限公司", "")), (path, words)
        assert '<html lang="en">' in page
        assert CHINESE.search(zh.partition("<main")[2])
        assert "finance." not in words


def test_the_controls_tick_and_a_difference_is_named(made, enter):
    """An honest trade; then a fen is added to an order, and its page is two clicks away."""
    person = enter("finance")
    agreed = person.get("/finance/").text
    with db.write() as conn:
        conn.execute(
            text(
                "UPDATE customs_order SET goods_fen = goods_fen + 1,"
                " paid_share_fen = paid_share_fen + 1 WHERE id = :id"
            ),
            {"id": made.paid.order_id},
        )

    page = person.get("/finance/").text
    apart = person.get("/finance/controls/captured").text

    assert agreed.count("control-differs") == 0
    assert "14 项核对，逐单相符" in agreed
    assert page.count("control-differs") == 3
    assert "1 单不符" in page
    assert f'href="/finance/sales/{made.paid.order_id}"' in apart
    assert "-¥0.01" in apart
    assert "办理中" in apart


def test_where_is_this_fen_in_two_clicks(made, enter):
    """An order number leads to the sale, its heads to the postings, those balance."""
    person = enter("finance")
    number = order_no(made.signed)

    found = person.get(f"/finance/find?q={number.lower()}")
    sale = person.get(found.location)
    links = re.findall(r"/finance/postings/\d+", sale.text)
    posting = person.get(links[0])

    assert (found.status_code, found.location) == (303, f"/finance/sales/{made.signed.order_id}")
    assert number in sale.text
    assert len(set(links)) == one(
        "SELECT COUNT(DISTINCT posting_id) FROM entry WHERE order_id = :id",
        id=made.signed.order_id,
    )
    assert "贷 ¥1.00" in sale.text  # owed to the shopper: the quote was above the bill
    assert posting.status_code == 200
    assert "已封存" in posting.text


def test_a_slips_number_leads_to_the_postings_of_its_sale(sample, enter):
    """A till's sale by what is printed on its slip, in either case; it is nobody's order."""
    with db.write() as conn:
        outlet_id = conn.execute(text("SELECT id FROM outlet LIMIT 1")).scalar_one()
        till = register_terminal(conn, outlet_id, name="1 号")[0]
        item_id = one("SELECT MIN(item_id) FROM account_book_item JOIN tariff USING (hs_code)")
        lines = [a_line(item_id=str(item_id))]
        take_sales(conn, till, [a_sale(1, lines=lines)], goods=lambda _conn, _outlet: [])
    person, number = enter("finance"), one("SELECT sale_no FROM terminal_sale")
    assert person.get(f"/finance/find?q={number}").status_code == 404  # not in the books yet
    deliveries.run_due(HANDLERS, most=50)

    found = person.get(f"/finance/find?q={number.lower()}")
    posting = person.get(found.location)

    assert found.status_code == 303
    assert number in posting.text
    assert "门店收银" in posting.text


def test_a_providers_number_leads_to_its_payment(made, enter):
    """The bank names pi_…; a number that nobody knows is kept to be corrected."""
    person = enter("finance")

    found = person.get(f"/finance/find?q=pi_{made.paid.placed.checkout_id}")
    nothing = person.get("/finance/find?q=QZ1%3Cb%3E")

    assert found.location.startswith("/finance/payments/")
    assert nothing.status_code == 404
    assert 'value="QZ1&lt;b&gt;"' in nothing.text


def test_the_accounts_sum_to_nought_over_any_period(made, enter):
    """Opening, both sides and closing; the day before the trade has nothing."""
    person = enter("finance")
    tax = "SELECT -SUM(amount_fen) FROM entry WHERE account_code = '2221.01'"

    page = person.get("/finance/ledger")
    before = person.get("/finance/ledger?to=2026-11-23")
    after = person.get("/finance/ledger?from=2026-11-25")

    assert f"贷 {show_fen(one(tax))}" in page.text
    assert page.text.count("¥0.00") < before.text.count("¥0.00")
    foot = after.text.partition("<tfoot>")[2]
    assert foot.count("¥0.00") == 4  # opening, debit, credit, closing
    assert f"贷 {show_fen(one(tax))}" in after.text  # carried forward as its opening


def test_a_wrong_period_is_told_and_kept(made, enter):
    """A day that is none, and an end before the beginning: 422, the words at the form."""
    person = enter("finance")
    for query in ("from=2026-02-30", "from=24.11.2026", "from=2026-11-25&to=2026-11-24"):
        answer = person.get(f"/finance/ledger?{query}")
        assert answer.status_code == 422, query
        assert "不是可用的期间" in answer.text
        assert 'name="from" value="2026-11-25"' in answer.text or "2026-11-25" not in query
    assert person.get("/finance/ledger/2203.csv?from=x").status_code == 422


def test_entries_are_paged_by_key(made, enter, monkeypatch):
    """Two a page: the pages together are the account, none twice."""
    monkeypatch.setattr("settlement.web.finance_pages.PAGE", 2)
    person = enter("finance")
    path, seen = "/finance/ledger/1012.01", []
    for _ in range(9):
        page = person.get(path).text
        seen += re.findall(r"<tr><td><time.*?/finance/sales/(\d+)", page, re.S)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if following is None:
            break
        path = following[1].replace("&amp;", "&")

    entries = one("SELECT COUNT(*) FROM entry WHERE account_code = '1012.01'")
    assert len(seen) == entries > 4
    assert len(set(seen)) == 5


def test_the_sheet_is_what_the_page_shows(made, enter):
    """One order's entries of an account, as CSV; the sums are the books'."""
    person = enter("finance")
    number = order_no(made.signed)

    answer = person.get(f"/finance/ledger/2203.csv?order={number}")
    whole = person.get(f"/finance/sales/{made.signed.order_id}.csv")
    nobody = person.get("/finance/ledger/2203.csv?order=QZ1")

    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert {row["order_no"] for row in rows} == {number}
    assert sum(int(row["amount_fen"]) for row in rows) == 0  # paid, then signed for
    every = list(csv.DictReader(io.StringIO(whole.data.decode("utf-8-sig"))))
    assert sum(int(row["amount_fen"]) for row in every) == 0
    assert len(every) > len(rows) == 2
    assert len(nobody.data.decode("utf-8-sig").splitlines()) == 1


def test_a_sheet_too_long_is_refused(made, enter, monkeypatch):
    """More rows than a sheet holds: nothing is cut off in silence."""
    monkeypatch.setattr("settlement.web.sheet.SHEET", 1)

    answer = enter("finance").get("/finance/ledger/2203.csv")

    assert answer.status_code == 409
    assert "没有导出" in answer.text


def test_payments_by_state(made, enter):
    """Counts on the tabs; the owed one alone under its tab; a search by order number."""
    person = enter("finance")

    page = person.get("/finance/payments").text
    owed = person.get("/finance/payments?state=owed").text
    searched = person.get(f"/finance/payments?q={order_no(made.paid)}").text
    nobody = person.get("/finance/payments?q=QZ1").text

    assert page.count("<tr><td class") == 5
    assert owed.count("<tr><td class") == searched.count("<tr><td class") == 1
    assert order_no(made.owed) in owed
    assert order_no(made.paid) in searched
    assert "没有这样的支付" in nobody


def test_the_room_is_finances(made, enter, app):
    """Operators and clerks are refused, strangers led to the sign-in, administrators let in."""
    for path in paths(made):
        assert enter("operator").get(path).status_code == 403, path
        assert enter("admin").get(path).status_code == 200, path
        assert app.test_client().get(path, headers={"Accept": "text/html"}).status_code == 303


@pytest.mark.parametrize(
    "path",
    ["ledger/9999", "postings/1", "sales/1", "payments/1", "controls/x", f"postings/{2**63}"],
)
def test_what_the_books_do_not_have_is_not_found(enter, path):
    """A number that nobody gave out."""
    assert enter("finance").get(f"/finance/{path}").status_code == 404


def test_an_empty_house_has_its_pages(enter):
    """Before the first sale: nothing is broken, and it is said."""
    person = enter("finance")

    assert "14 项核对，逐单相符" in person.get("/finance/").text
    assert "没有分录" in person.get("/finance/ledger/2203").text
    assert "没有这样的支付" in person.get("/finance/payments").text
