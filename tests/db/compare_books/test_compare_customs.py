"""The comparison finds each planted falsehood by its document, and nothing where there is none."""

import pytest

from bonded_display.customs.changes.return_goods import return_goods
from bonded_display.customs.changes.withdraw_list import withdraw_list
from simulators import clock as their_clock
from simulators.trouble import mutants


def named(differences):
    """Return (check, document, what) of each difference."""
    return {(one.check, one.document, one.what) for one in differences}


def test_honest_books_agree(both):
    """Two lists, a scripted duplicate, one in disorder: nothing differs."""
    both.their.script(
        {"match": {"status": "120"}, "do": "duplicate"},
        {"match": {"cop_no": "7002", "kind": "CEB621"}, "do": "disorder", "delay_ms": 1},
    )

    first, second = both.sell(1), both.sell(2)
    for _ in range(5):
        both.work()

    assert both.differences() == []
    here, there = both.sides()
    assert [side.lists[first].state for side in (here, there)] == ["RELEASED"] * 2
    assert here.lists[second].bill == there.lists[second].bill
    assert here.lists[second].bill["vat_fen"] == 8_565


@pytest.mark.parametrize(
    ("flag", "found"),
    [
        (
            "quantities_swapped",
            {("lines", "7001 line 1", "qty1_e5"), ("lines", "7001 line 1", "qty2_e5")},
        ),
        ("tax_off_by_a_fen", {("bills", "7001", "vat_fen"), ("taxes", "7001", "vat_fen")}),
        ("freight_twice", {("head", "7001", "freight_fen"), ("taxes", "7001", "vat_fen")}),
        ("state_set_back", {("heard", "7001")}),
        ("foreign_receipt", {("heard", "FOREIGN0000000001")}),
    ],
)
def test_a_flag_fails_the_comparison(both, flag, found):
    """One falsehood on the first list of two; the second is not named."""
    both.plant(mutants.of_flag(flag))

    both.sell(1)
    both.sell(2)

    differences = both.differences()
    said = named(differences) | {(one.check, one.document) for one in differences}
    assert found <= said
    assert not any("7002" in one.document for one in differences)


RELEASE = "//ceb:returnStatus = '800'"


@pytest.mark.parametrize(
    ("kind", "where", "change", "check"),
    [
        ("CEB621", "", {"do": "replace", "at": "//ceb:gcode", "text": "2106909090"}, "lines"),
        ("CEB621", "", {"do": "scale", "at": "//ceb:grossWeight", "by": "3"}, "head"),
        ("CEB621", "", {"do": "replace", "at": "//ceb:tradeMode", "text": "9610"}, "head"),
        ("CEB621", "", {"do": "swap", "at": "//ceb:ebpName", "with": "ceb:ebcName"}, "head"),
        ("CEB621", "", {"do": "duplicate", "at": "//ceb:InventoryList"}, "lines"),
        ("CEB622", RELEASE, {"do": "drop", "at": "/*"}, "heard"),
        (
            "CEB622",
            RELEASE,
            {"do": "shift_status", "at": "//ceb:returnStatus", "steps": -1},
            "state",
        ),
        ("CEB622", RELEASE, {"do": "shift_time", "at": "//ceb:returnTime", "ms": 1}, "heard"),
        ("CEB622", RELEASE, {"do": "replace", "at": "//ceb:returnInfo", "text": "x"}, "letters"),
        ("CEB816", "", {"do": "replace", "at": "//ceb:taxNo", "text": "1"}, "bills"),
        ("CEB816", "", {"do": "add", "at": "//ceb:consumptionTax", "number": "-0.01"}, "taxes"),
        ("CEB312", "", {"do": "replace", "at": "//ceb:guid", "text": "0" * 36}, "letters"),
    ],
)
def test_a_falsehood_of_a_rule_file_fails_it_too(both, kind, where, change, check):
    """Never seen before: any element, any kind of change, told by the check that sees it."""
    rule = {"kind": kind, "where": where or "true()", "changes": [change]}
    both.plant(mutants.read([rule]))

    both.sell(1)

    assert check in {one.check for one in both.differences()}


def test_a_lost_release_is_a_difference_until_it_is_told_again(both):
    """The wire lost it: our list stays behind, by name; asked for, it comes and all agrees."""
    both.their.script({"match": {"status": "800"}, "do": "lost_receipt"})
    both.sell(1)
    before = named(both.differences())

    both.their.post_json("/receipts/again", number="7001")
    both.work()

    assert ("state", "7001", "state") in before
    assert both.differences() == []


def test_a_refusal_agrees_when_both_name_its_code(both):
    """-621018 by script: no list, the same code on both sides; another code would differ."""
    both.their.script({"match": {"kind": "CEB621"}, "do": "reject", "code": "-621018"})

    both.sell(1)

    here, there = both.sides()
    assert here.lists["7001"].code == there.lists["7001"].code == "-621018"
    assert both.differences() == []


def test_a_silent_customs_is_named_as_soon_as_it_has_what_we_wait_for(both):
    """It took the list and says nothing: ours is on the way, theirs has it under no number."""
    both.their.script({"match": {"kind": "CEB621"}, "do": "silence"})

    both.sell(1)

    assert named(both.differences()) >= {("head", "7001", "invt_no")}


HELD = {"match": {"kind": "CEB621"}, "do": "chain", "statuses": ["2", "120"]}


def test_a_withdrawn_list_agrees_and_one_that_only_we_know_of_does_not(both):
    """623 granted: both say so; turned down by a lie, only ours does."""
    both.their.script(HELD)
    both.sell(1)
    withdraw_list(7001, reason="消费者取消订单")
    both.work()
    agreed = both.differences()
    both.sell(2)
    lie = {"do": "replace", "at": "//ceb:returnStatus", "text": "100"}
    where = "//ceb:returnStatus = '399'"
    both.plant(mutants.read([{"kind": "CEB624", "where": where, "changes": [lie]}]))
    withdraw_list(7002, reason="消费者取消订单")
    both.work()

    here, there = both.sides()
    assert agreed == []
    assert here.lists["7001"].state == there.lists["7001"].state == "CANCELLED"
    assert {("state", "7002", "state"), ("papers", "list")} <= {
        *named(both.differences()),
        *(("papers", "list") for one in both.differences() if one.check == "papers"),
    }


def test_a_goods_return_agrees_by_its_pieces(both):
    """625 of the one piece, granted; its bill is void on both sides."""
    both.sell(1)
    return_goods(7001, {1: 1}, reason="消费者退货")
    both.work()

    here, there = both.sides()
    assert here.papers == there.papers
    assert len(here.papers) == 1
    assert here.lists["7001"].bill["status"] == there.lists["7001"].bill["status"] == "3"
    assert here.lists["7001"].state == there.lists["7001"].state == "CANCELLED"
    assert both.differences() == []


def test_forty_six_days_later_the_slip_stands_in_both_books(both, monkeypatch):
    """816, then 818 with the slip's number by the other side's clock."""
    both.sell(1)
    monkeypatch.setattr(their_clock, "_ahead_ms", [46 * their_clock.DAY_MS])
    both.work()

    here, there = both.sides()
    assert here.lists["7001"].bill["status"] == there.lists["7001"].bill["status"] == "2"
    assert here.lists["7001"].bill["slip_no"].startswith("0501")
    assert both.differences() == []
