"""Planted falsehoods: what customs books or says otherwise, by rule file or by name."""

import json

import pytest

from simulators.trouble import mutants
from simulators.trouble.mutants import Mutants
from simulators.trouble.script import BadScript
from tests.unit.simulators.sim_documents import Goods, Sale
from tests.unit.simulators.test_sim_withdrawal import listed

PERFUME = Goods("0002", "3303000020", "香水", "1", "780.00", "780.00", qty2="50")


def plant(desk, *rules):
    desk.office.mutants.planted = mutants.read(list(rules))


def flag(desk, name):
    desk.office.mutants.planted = mutants.of_flag(name)


def booked(desk):
    """Return what the books say of each list, without a person."""
    rows = desk.rows("SELECT plain FROM document WHERE kind = 'CEB621' ORDER BY id")
    return [json.loads(row["plain"]) for row in rows]


def sold(desk, number, goods=PERFUME):
    return listed(desk, Sale(number, goods=(goods,), freight="20.00", tax="184.47"))


def test_customs_may_book_the_quantities_the_wrong_way_round(desk):
    """The list said 0.25 and 50."""
    flag(desk, "quantities_swapped")

    sold(desk, "M1")

    [line] = booked(desk)[0]["lines"]
    assert (line["qty1"], line["qty2"]) == ("50", "0.25")


def test_customs_may_tax_the_freight_twice(desk):
    """Once, on the first list; the second is taxed as it should be."""
    flag(desk, "freight_twice")

    sold(desk, "M2")
    desk.told("CEB621", Sale("M2").listed())  # refused, so not counted
    listed(desk, Sale("M3", "W3", goods=(PERFUME,), freight="20.00", tax="184.47"))

    rows = desk.rows("SELECT value FROM declaration_list ORDER BY id")
    assert [row["value"] for row in rows] == ["820.00", "800.00"]
    assert booked(desk)[0]["head"]["freight"] == "40.00"


def test_a_bill_may_say_a_fen_more_than_the_books(desk):
    """Head and first line."""
    flag(desk, "tax_off_by_a_fen")

    sold(desk, "M4")

    bill = next((head, lines) for kind, head, lines in desk.heard() if kind == "CEB816")
    booked = desk.rows("SELECT value_added_tax FROM tax_bill")[0]["value_added_tax"]
    assert (booked, bill[0]["valueAddedTax"], bill[1][0]["valueAddedTax"]) == (
        "85.65",
        "85.66",
        "85.66",
    )


def test_a_state_may_be_set_back_and_a_stranger_answered(desk):
    """Both come beside the true release, which stays."""
    desk.office.mutants.planted = [
        *mutants.of_flag("state_set_back"),
        *mutants.of_flag("foreign_receipt"),
    ]

    sold(desk, "M5")

    said = [h for k, h, _ in desk.heard() if k == "CEB622"]
    assert [(h["copNo"], h["returnStatus"]) for h in said] == [
        ("CM5", "2"),
        ("CM5", "120"),
        ("CM5", "800"),
        ("CM5", "120"),
        ("FOREIGN0000000001", "120"),
    ]
    assert said[3]["returnTime"] > said[2]["returnTime"]
    assert desk.books()["lists"] == {"released": 1}


@pytest.mark.parametrize(
    ("change", "name", "said"),
    [
        ({"do": "replace", "at": "//ceb:returnInfo", "text": "x"}, "returnInfo", "x"),
        ({"do": "shift_status", "at": "//ceb:returnStatus", "steps": -2}, "returnStatus", "399"),
        ({"do": "drop", "at": "//ceb:preNo"}, "preNo", None),
        ({"do": "swap", "at": "//ceb:copNo", "with": "ceb:preNo"}, "preNo", "CM6"),
    ],
)
def test_a_rule_changes_one_element(desk, change, name, said):
    """On the release of one list."""
    rule = {"kind": "CEB622", "where": "//ceb:returnStatus = '800'", "changes": [change]}
    plant(desk, rule)

    sold(desk, "M6")

    last = [head for kind, head, _ in desk.heard() if kind == "CEB622"][-1]
    assert last.get(name) == said


def test_a_rule_may_let_a_message_vanish_or_a_line_come_twice(desk):
    """The bill's line twice, the answer 120 never; a list that customs takes and forgets."""
    plant(
        desk,
        {"kind": "CEB816", "changes": [{"do": "duplicate", "at": "//ceb:TaxListRd"}]},
        {
            "kind": "CEB622",
            "where": "//ceb:returnStatus = '120'",
            "changes": [{"do": "drop", "at": "/*"}],
        },
        {"kind": "CEB621", "nth": 2, "changes": [{"do": "drop", "at": "/*"}]},
    )

    sold(desk, "M7")
    desk.documents(Sale("M8", "W8"))
    desk.send("CEB621", Sale("M8", "W8").listed())
    desk.work()

    assert desk.answers("CM7") == ["2", "800", "816"]
    assert next(len(lines) for kind, _, lines in desk.heard() if kind == "CEB816") == 2
    assert desk.answers("CM8") == []
    assert desk.books()["lists"] == {"released": 1}


def test_times_are_counted_in_the_books(desk):
    """The second and third bill, also over a restart."""
    rule = {
        "kind": "CEB816",
        "nth": 2,
        "times": 2,
        "changes": [{"do": "add", "at": "//ceb:customsTax", "number": "1"}],
    }
    for at in range(4):
        plant(desk, rule)
        listed(desk, Sale(f"M9{at}", f"W{at}"))
        desk.office.books.close()
        desk.office = desk.opened()

    duties = [head["customsTax"] for kind, head, _ in desk.heard() if kind == "CEB816"]
    assert duties == ["0.00", "1.00", "1.00", "0.00"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        [{"kind": "CEB999", "changes": [{"do": "drop", "at": "/*"}]}],
        [{"kind": "CEB816", "changes": []}],
        [{"kind": "CEB816", "changes": [{"do": "melt", "at": "/*"}]}],
        [{"kind": "CEB816", "changes": [{"do": "replace", "at": "/*"}]}],
        [{"kind": "CEB816", "changes": [{"do": "drop", "at": "//["}]}],
        [{"kind": "CEB816", "changes": [{"do": "add", "at": "//a", "number": "x"}]}],
        [{"kind": "CEB816", "colour": "red", "changes": [{"do": "drop", "at": "/*"}]}],
    ],
)
def test_a_rule_file_that_cannot_be_followed_is_refused_by_name(said):
    """No list, unknown message, nothing to change, unknown change, half a change, no XPath."""
    with pytest.raises(BadScript, match="mutant"):
        mutants.read(said)


def test_every_flag_can_be_planted():
    """Read from the same form as a rule file; an unknown one is named."""
    assert len(mutants.flag_names()) >= 5
    assert all(mutants.of_flag(name) for name in mutants.flag_names())
    with pytest.raises(BadScript, match="no mutant is named x"):
        mutants.of_flag("x")
    assert Mutants().planted == []
