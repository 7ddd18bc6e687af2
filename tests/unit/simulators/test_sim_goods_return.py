"""Goods returns (625): in 30 days, all or part, and the year, book and tax they give back."""

import pytest

from simulators import clock
from tests.unit.simulators.sim_documents import Goods, Sale
from tests.unit.simulators.test_sim_withdrawal import listed

THREE = Goods("0001", qty="3", price="33.33", total="99.99")


def sold(desk, number="R1", **changed):
    """A released list of three capsules and a bag; return the sale and the list's number."""
    bag = Goods("0003", "4202210090", "手提包", "1", "100.00", "100.00", qty1="1")
    sale = Sale(number, goods=(THREE, bag), freight="0", tax="18.20", **changed)
    return sale, listed(desk, sale)


def test_a_part_comes_back_and_the_rest_later(desk):
    """One of three, then two and the bag: value and tax add up to the fen, the bill is void."""
    sale, invt_no = sold(desk)

    one, _ = desk.told("CEB625", sale.sent_back(invt_no, "1", "0", copNo="RA"))
    status = desk.rows("SELECT status FROM tax_bill")[0]["status"]
    value = desk.rows("SELECT value FROM limit_use")[0]["value"]
    rest, _ = desk.told("CEB625", sale.sent_back(invt_no, "2", "1", copNo="RB"))

    assert (one, status, value) == ("399", "1", "166.66")
    assert rest == "816"  # the last thing said is the tax bill's change
    assert [kind for kind, _, _ in desk.heard()][-1] == "CEB818"
    assert desk.heard()[-1][1]["status"] == "3"
    back = desk.rows("SELECT * FROM goods_return_line WHERE gnum = 1 ORDER BY return_id")
    bill = desk.rows("SELECT * FROM tax_line WHERE gnum = 1")[0]
    assert [row["value_added_tax"] for row in back] == ["3.03", "6.07"]
    assert bill["value_added_tax"] == "9.10"
    assert desk.rows("SELECT value FROM limit_use") == [{"value": "0.00"}]


@pytest.mark.parametrize(
    ("qtys", "change", "code", "named"),
    [
        (("4", "0"), {}, "100", "可退数量3"),
        (("1", "0"), {"invtNo": "050120261999999999"}, "100", "不存在"),
        (("1", "0"), {"buyerIdNumber": "110105198504153027"}, "100", "buyerIdNumber"),
    ],
)
def test_a_return_fits_its_list(desk, qtys, change, code, named):
    """Too many, an unknown list, another buyer."""
    sale, invt_no = sold(desk, "R2")

    status, info = desk.told("CEB625", sale.sent_back(invt_no, *qtys, **change))

    assert (status, named in info) == (code, True)
    assert desk.rows("SELECT * FROM goods_return") == []


def test_a_line_that_the_list_does_not_have_is_refused(desk):
    """Another tariff code under the same number."""
    _, invt_no = sold(desk, "R3")
    other = Sale("R3", goods=(Goods("0003", "4202210090"), THREE), freight="0")

    status, _ = desk.told("CEB625", other.sent_back(invt_no, "1", "0"))

    assert status == "-625209"


@pytest.mark.parametrize(("days", "answer"), [(29, "399"), (31, "100")])
def test_thirty_days_after_the_release_it_is_too_late(desk, monkeypatch, days, answer):
    """The clock is moved; nothing else."""
    sale, invt_no = sold(desk, f"R4{days}")
    monkeypatch.setattr(clock, "_ahead_ms", [days * clock.DAY_MS])

    desk.send("CEB625", sale.sent_back(invt_no, "1", "0"))
    desk.work()

    answers = [head["returnStatus"] for kind, head, _ in desk.heard() if kind == "CEB626"]
    assert answers[-1] == answer


def test_only_a_released_list_takes_goods_back(desk):
    """Held for inspection."""
    desk.script({"match": {"kind": "CEB621"}, "do": "chain", "statuses": ["2", "120", "500"]})
    sale, invt_no = sold(desk, "R5")

    status, info = desk.told("CEB625", sale.sent_back(invt_no, "1", "0"))

    assert (status, "未放行" in info) == ("100", True)


def test_the_account_book_follows_the_goods(desk):
    """Three set aside, deducted at the gate once, one returned; a withdrawn list leaves nothing."""
    sale, invt_no = sold(desk, "R6")
    for _ in range(2):
        desk.post_json("/gate-passes", exit_pass_no="P1", invt_nos=[invt_no])

    desk.told("CEB625", sale.sent_back(invt_no, "1", "0"))
    desk.script({"match": {"kind": "CEB621"}, "do": "chain", "statuses": ["2", "120", "500"]})
    held, held_no = sold(desk, "R7", waybill_no="QZ0000000000019")
    desk.told("CEB623", held.withdrawn(held_no))

    [item] = [
        one
        for one in desk.get_json("/account-books/T0501W000001")["items"]
        if one["item_record_no"] == "0001"
    ]
    assert item["pre_deducted"] == "0"
    assert (item["deducted"], item["returned"]) == ("3", "1")
    assert (item["entered"], item["balance"]) == ("1000", "998")


def test_no_list_takes_more_than_the_book_has(desk):
    """998 left of 1,000."""
    sold(desk, "R8")
    many = Sale("R9", "W9", goods=(Goods(qty="998", price="1", total="998"),), tax="91.55")
    desk.documents(many)

    status, info = desk.told("CEB621", many.listed())

    assert (status, "余997" in info) == ("100", True)
