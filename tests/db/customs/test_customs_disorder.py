"""Late, repeated and shuffled answers leave each paper, its tax and its tellings where one order would."""

import random

import pytest

from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.submit_order import submit_order
from tests.db.customs.office import Office
from tests.unit.customs.examples import order
from tests.unit.customs.receipts import (
    INVT_NO,
    bill,
    bill_change,
    list_receipt,
    order_receipt,
)

SEEDS = range(5)


def shuffled(told: list[str], seed: int) -> list[str]:
    """Return all of ``told`` twice, in an order that can be told again."""
    twice = told * 2
    random.Random(seed).shuffle(twice)  # not for secrets
    return twice


def answers(*steps: tuple[int, int]) -> list[str]:
    return [list_receipt("7001", status=s, time=f"202611241002{at:02d}000") for s, at in steps]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("steps", "state", "held"),
    [
        (((2, 1), (120, 2), (100, 3), (800, 4)), "RELEASED", 21_160),
        (((120, 1), (100, 2), (-621018, 3)), "ACCEPTED", 21_160),
        (((2, 1), (-621018, 2), (3, 3)), "REJECTED", 0),
        (((-1, 1), (120, 2), (500, 3), (400, 4)), "INSPECTION", 21_160),
        (((120, 1), (500, 2), (599, 3), (700, 4)), "RETURNED_OUT", 21_160),
    ],
)
def test_list_and_its_tax_end_the_same(
    office: Office, seed: int, steps: tuple[tuple[int, int], ...], state: str, held: int
) -> None:
    """A refusal heard before the acceptance it followed is taken back, its tax held again."""
    office.sent()

    office.hear(*shuffled(answers(*steps), seed))

    assert (office.list_row().state, office.held_fen()) == (state, held)


def test_late_acceptance_is_told_although_a_refusal_was_heard_first(office: Office) -> None:
    """The order was being undone: the house learns that the list stands at customs after all."""
    office.sent()
    refusal, acceptance = answers((-621018, 3), (120, 2))

    office.hear(refusal)
    assert office.list_row().state == "REJECTED"
    office.hear(acceptance)

    assert [name for name, _ in office.facts("list.")][-2:] == ["list.rejected", "list.accepted"]
    assert office.list_row().return_status == 120


def test_second_refusal_that_is_final_is_told_as_such(office: Office) -> None:
    """A plain 100 first, then -621018: the order must still be undone by itself."""
    office.sent()

    office.hear(*answers((100, 1), (-621018, 2)))

    assert [told["class"] for _, told in office.facts("list.rejected")] == ["fixable", "terminal"]


@pytest.mark.parametrize("seed", SEEDS)
def test_order_document_ends_the_same(office: Office, seed: int) -> None:
    """Port, acceptance, review ended, a refusal that names nothing, a status of another kind."""
    submit_order(order())
    steps = [(2, 1), (120, 2), (399, 3), (100, 4), (800, 5)]
    no = order().order_no
    told = [order_receipt(no, status=s, time=f"202611241002{at:02d}000") for s, at in steps]

    office.hear(*shuffled(told, seed))

    assert office.documents() == {"order": "ACCEPTED"}
    assert office.facts("document.accepted")


@pytest.mark.parametrize("turn", [1, -1])
def test_payment_document_learnt_by_asking_ends_the_same(office: Office, turn: int) -> None:
    """Accepted, then refused by a later copy; or heard the other way round."""
    for status, at in [("120", "20261124100201"), ("100", "20261124100202")][::turn]:
        record_acceptance(42, "payment", status=status, return_time_text=at)

    assert office.documents() == {"payment": "ACCEPTED"}


@pytest.mark.parametrize("seed", SEEDS)
def test_tax_bill_ends_the_same(office: Office, seed: int) -> None:
    """Made, summarised, void; the changes may come before the bill and before the number."""
    office.sent()
    told = [
        *answers((120, 1), (800, 2)),
        bill(),
        bill_change(status=2, time="20261125100000000", duty_no="D2026001"),
        bill_change(status=3, time="20261126100000000"),
    ]

    office.hear(*shuffled(told, seed))

    changes = [payload["state"] for _, payload in office.facts("tax.bill_changed")]
    assert changes[-1] == "VOID"
    assert changes in (["VOID"], ["SUMMARISED", "VOID"])
    assert len(office.facts("tax.billed")) == 1


def test_change_of_a_bill_that_came_before_the_lists_number_is_not_lost(office: Office) -> None:
    """818 first, then 816, then the receipt that tells the number."""
    office.sent()

    office.hear(bill_change(status=3, time="20261126100000000"), bill(), *answers((800, 2)))

    assert [told["state"] for _, told in office.facts("tax.bill_changed")] == ["VOID"]
    assert [name for name, _ in office.facts("tax.")] == ["tax.billed", "tax.bill_changed"]


def test_change_of_a_bill_tells_the_number_of_the_summary(office: Office) -> None:
    """Finance pays by it."""
    office.sent()
    office.hear(*answers((120, 1), (800, 2)), bill())

    office.hear(bill_change(status=2, time="20261125100000000", duty_no="D2026001"))
    office.hear(bill_change(status=2, time="20261124090000000", duty_no="D2026000"))

    ((_, told),) = office.facts("tax.bill_changed")
    assert (told["state"], told["duty_no"], told["invt_no"]) == ("SUMMARISED", "D2026001", INVT_NO)
    assert told["tax_no"] == "T2026001"


def test_number_of_the_summary_that_comes_second_is_told(office: Office) -> None:
    """818 without it, then with it, then with it again; one from before changes nothing."""
    office.sent()
    office.hear(*answers((120, 1), (800, 2)), bill())

    office.hear(bill_change(status=2, time="20261125100000000"))
    numbered = bill_change(status=2, time="20261125110000000", duty_no="D2026001")
    office.hear(numbered, numbered)
    office.hear(bill_change(status=2, time="20261124090000000", duty_no="D2026000"))

    told = [payload["duty_no"] for _, payload in office.facts("tax.bill_changed")]
    assert [no or "" for no in told] == ["", "D2026001"]


def test_bill_that_comes_on_its_slip_already_tells_both(office: Office) -> None:
    """816 with status 2 and the slip's number: the bill is booked, then put on its slip."""
    office.sent()
    late = bill().replace("<status>1</status>", "<status>2</status><entDutyNo>D2026001</entDutyNo>")

    office.hear(*answers((120, 1), (800, 2)), late)

    assert [name for name, _ in office.facts("tax.")] == ["tax.billed", "tax.bill_changed"]
    ((_, told),) = office.facts("tax.bill_changed")
    assert (told["state"], told["duty_no"], told["tax_no"]) == (
        "SUMMARISED",
        "D2026001",
        "T2026001",
    )
