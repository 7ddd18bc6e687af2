"""Bills, slips and both guarantees over the days of a moved clock."""

import pytest

from simulators import clock
from tests.unit.simulators.sim_documents import AREA, Goods, Sale
from tests.unit.simulators.test_sim_withdrawal import listed

DISPLAY = "1401960D07"


@pytest.fixture
def days(monkeypatch):
    """Move the office's clock."""
    return lambda n: monkeypatch.setattr(clock, "_ahead_ms", [n * clock.DAY_MS])


def used(desk, code=AREA[0]):
    return desk.get_json(f"/guarantees/{code}")["used_fen"]


def test_a_bill_uses_the_guarantee_and_its_payment_restores_it(desk, days):
    """816 on day 0, 818 (2) with the slip's number from day 31, paid on day 46, overdue till then."""
    listed(desk, Sale("T1"))
    before = used(desk)
    days(29)
    desk.work()
    early = desk.get_json("/duty-slips")["slips"]
    days(46)
    desk.work()
    [slip] = desk.get_json("/duty-slips")["slips"]

    wrong = desk.post_json(f"/duty-slips/{slip['slip_no']}/payments", amount_fen=2511)
    paid = desk.post_json(f"/duty-slips/{slip['slip_no']}/payments", amount_fen=2512)
    twice = desk.post_json(f"/duty-slips/{slip['slip_no']}/payments", amount_fen=2512)

    change = next(head for kind, head, _ in desk.heard() if kind == "CEB818")
    assert (before, early, slip["state"]) == (2512, [], "overdue")
    assert (change["status"], change["entDutyNo"]) == ("2", slip["slip_no"])
    assert change["assureCode"] == AREA[0]
    assert (wrong["error"], paid["state"], twice["error"]) == (
        "amount_differs",
        "paid",
        "already_paid",
    )
    assert used(desk) == 0


def test_a_slip_leaves_out_what_came_back(desk, days):
    """Three sold, one back, a whole list back: the slip says the rest, the void bill is not on it."""
    three = Goods(qty="3", price="100.00", total="300.00")
    part = Sale("T2", "W2", goods=(three,), freight="0", tax="27.30")
    whole = Sale("T3", "W3", freight="0", tax="24.39")
    part_no, whole_no = listed(desk, part), listed(desk, whole)
    desk.told("CEB625", part.sent_back(part_no, "1"))
    desk.told("CEB625", whole.sent_back(whole_no, "1"))

    days(31)
    desk.work()

    [slip] = desk.get_json("/duty-slips")["slips"]
    assert slip["value_added_tax_fen"] == 1820
    assert used(desk) == 1820
    assert [h["status"] for k, h, _ in desk.heard() if k == "CEB818"] == ["3", "2"]


def test_a_list_over_its_guarantee_is_refused_until_tax_is_paid(desk, days):
    """50.00 guaranteed, 25.12 used: a second list passes no more than 24.88."""
    desk.office.books.close()
    desk.office = desk.opened(guarantees=desk.folder / "guarantees.json")
    listed(desk, Sale("T4", "W4"))
    second = Sale("T5", "W5")
    desk.documents(second)
    over, info = desk.told("CEB621", second.listed())
    stranger, _ = desk.told("CEB621", second.listed(assureCode="1401960X99"))
    days(31)
    desk.work()
    [slip] = desk.get_json("/duty-slips")["slips"]
    desk.post_json(f"/duty-slips/{slip['slip_no']}/payments", amount_fen=2512)

    after, _ = desk.told("CEB621", second.listed())

    assert (over, "余24.88" in info, stranger) == ("100", True, "100")
    assert after == "816"


def test_display_is_held_until_customs_has_a_document(desk):
    """Two bottles shown; one returned, one sold, declared and paid: held falls with each document."""
    desk.office.books.close()
    at = desk.folder
    desk.office = desk.opened(guarantees=at / "guarantees.json", sites=at / "sites.json")
    line = {"account_book_no": "T0501W000001", "item_record_no": "0005", "qty": 2}
    today = clock.now().astimezone().date().isoformat()
    ask = {
        "request_no": "a1",
        "assure_code": DISPLAY,
        "site_no": "ZS-TY-001",
        "valid_until": "2099-01-01",
        "lines": [{**line, "price_fen": 20000}],
    }
    stranger = desk.post_json("/display-applications", **{**ask, "site_no": "NO"})
    approved = desk.post_json("/display-applications", **ask)
    too_much = desk.post_json(
        "/display-applications",
        **{**ask, "request_no": "a2", "lines": [{**line, "price_fen": 9_000_000}]},
    )
    number = approved["application_no"]
    tell = {"application_no": number, "request_no": "d1", "kind": "returned"}
    desk.post_json("/display-documents", **tell, lines=[{"gnum": 1, "qty": 1}])
    after_return = used(desk, DISPLAY)
    sale = {**tell, "request_no": "d2", "kind": "sold"}
    declared = desk.post_json(
        "/display-documents",
        **sale,
        lines=[{"gnum": 1, "qty": 1, "sold_on": today, "price_fen": 20000}],
    )
    unpaid = used(desk, DISPLAY)
    more = desk.post_json(
        "/display-documents", **{**tell, "request_no": "d3"}, lines=[{"gnum": 1, "qty": 1}]
    )
    path = f"/display-documents/{declared['document_no']}/payments"
    paid = desk.post_json(path, amount_fen=declared["tax_fen"])

    assert (stranger["error"], too_much["error"]) == ("site_not_filed", "guarantee_short")
    assert (approved["guarantee_used_fen"], after_return, unpaid) == (17252, 8626, 8626)
    assert declared["tax_fen"] == 8626
    assert more["error"] == "more_than_shown"
    assert (paid["state"], used(desk, DISPLAY)) == ("paid", 0)
    assert desk.post_json("/display-applications", **ask)["application_no"] == number
    shown = desk.get_json(f"/display-applications/{number}")["lines"][0]
    assert (shown["returned"], shown["paid"], shown["declared"]) == (1, 1, 0)
