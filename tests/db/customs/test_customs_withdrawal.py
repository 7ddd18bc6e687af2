"""A list is withdrawn at once where customs has none, else by 623 and customs' leave."""

import random
from dataclasses import replace

import pytest
from lxml import etree

from bonded_display.customs import desk as customs_desk
from bonded_display.customs.changes.tables import goods_return, list_withdrawal
from bonded_display.customs.changes.withdraw_list import wanted_withdrawal, withdraw_list
from bonded_display.customs.errors import (
    ListNotFound,
    NotResendable,
    NotWithdrawable,
    SigningKeyUnfit,
)
from bonded_display.customs.submit_list import submit_list
from tests.db.customs.office import Office
from tests.unit.customs.examples import CONSIGNEE, PERSON, signer
from tests.unit.customs.receipts import INVT_NO, bill, list_receipt, port_error, request_receipt

WHY = "消费者取消订单"
ACCEPTED = list_receipt("7001", status=120, time="20261124100203001")
RELEASED = list_receipt("7001", status=800, time="20261124100203050")
NO_NUMBER = ACCEPTED.replace(f"<invtNo>{INVT_NO}</invtNo>", "")


def withdrawn(office: Office, *heard: str, before_gate: bool = False) -> str:
    """Withdraw a list that stands after ``heard``, and return the withdrawal's copNo."""
    office.sent()
    office.hear(*heard)
    assert withdraw_list(7001, reason=WHY, before_gate=before_gate).outcome == "sent"
    (row,) = office.papers(list_withdrawal)
    return str(row.id)


def told_of(office: Office) -> list[str]:
    return [name for name, _ in office.facts("withdrawal.")]


def granted(cop_no: str, time: str = "20261124110000000") -> str:
    return request_receipt("CEB624", cop_no, status=399, time=time)


def test_withdrawal_says_what_the_list_said_and_names_customs_number(office: Office) -> None:
    """623 in the folder, valid by the tables; nothing of the list has changed yet."""
    cop_no = withdrawn(office, ACCEPTED)

    (name,) = [name for name in office.out() if name.startswith("CEB623")]
    root = etree.fromstring(office.out()[name])
    said = {etree.QName(node).localname: node.text for node in root.iter() if node.text}
    assert (said["invtNo"], said["copNo"], said["reason"]) == (INVT_NO, cop_no, WHY)
    assert (said["buyerName"], said["agentCode"]) == (PERSON.name, "1401960001")
    assert office.list_row().state == "ACCEPTED"
    assert office.held_fen() == 21_160


def test_granted_withdrawal_cancels_the_list_once_and_frees_its_tax(office: Office) -> None:
    """120, 399 and 399 again."""
    cop_no = withdrawn(office, ACCEPTED)
    office.hear(request_receipt("CEB624", cop_no, status=120, time="20261124105900000"))
    assert office.list_row().state == "ACCEPTED"

    office.hear(granted(cop_no), granted(cop_no), granted(cop_no, "20261124110001000"))

    assert office.list_row().state == "CANCELLED"
    assert office.held_fen() == 0
    ((_, told),) = office.facts("list.cancelled")
    assert (told["order_id"], told["reason"]) == ("42", WHY)
    assert told_of(office) == ["withdrawal.asked", "withdrawal.granted"]


@pytest.mark.parametrize("status", [100, -623005, -1])
def test_refused_withdrawal_goes_to_a_person_and_may_be_sent_again(
    office: Office, status: int
) -> None:
    """The list stands; asked again, a new guid under the same copNo; 399 then counts."""
    cop_no = withdrawn(office, ACCEPTED)
    office.hear(request_receipt("CEB624", cop_no, status=status, time="20261124105900000"))

    assert told_of(office) == ["withdrawal.asked", "withdrawal.refused"]
    assert office.list_row().state == "ACCEPTED"
    assert withdraw_list(7001, reason=WHY).outcome == "sent"

    (row,) = office.papers(list_withdrawal)
    assert (str(row.id), row.state) == (cop_no, "SENT_LOCAL")
    assert len([name for name in office.out() if name.startswith("CEB623")]) == 2
    office.hear(granted(cop_no))
    assert office.list_row().state == "CANCELLED"


def test_port_error_about_a_withdrawal_is_the_withdrawals(office: Office) -> None:
    """CEB900 names the sending: the list itself stays where it is."""
    withdrawn(office, ACCEPTED)
    (row,) = office.papers(list_withdrawal)

    office.hear(port_error(row.guid, kind="CEB623Message", time="20261124105900000"))

    assert office.papers(list_withdrawal)[0].state == "FORMAT_ERROR"
    assert office.list_row().state == "ACCEPTED"
    assert told_of(office) == ["withdrawal.asked", "withdrawal.refused"]


def test_asked_twice_one_withdrawal_is_sent(office: Office) -> None:
    """The desk's button is pressed again."""
    withdrawn(office, ACCEPTED)
    before = office.books()

    assert withdraw_list(7001, reason="again").outcome == "sent"

    assert office.books() == before


@pytest.mark.parametrize("stage", ["draft", "refused"])
def test_list_that_customs_never_had_is_cancelled_at_once(office: Office, stage: str) -> None:
    """A draft, and one that was refused for good: no 623, nothing held; it is never sent."""
    if stage == "refused":
        office.sent()
        office.hear(
            list_receipt("7001", status=-621018, time="20261124100203001").replace(
                f"<invtNo>{INVT_NO}</invtNo>", ""
            )
        )
    else:
        office.drafted()

    assert withdraw_list(7001, reason=WHY).outcome == "cancelled"
    assert withdraw_list(7001, reason=WHY).outcome == "cancelled"

    assert office.list_row().state == "CANCELLED"
    assert office.held_fen() == 0
    assert len(office.facts("list.cancelled")) == 1
    assert not [name for name in office.out() if name.startswith("CEB623")]


@pytest.mark.parametrize("heard", [(), (NO_NUMBER,)])
def test_withdrawal_of_a_list_on_its_way_waits_for_customs_number(
    office: Office, heard: tuple[str, ...]
) -> None:
    """Wanted first; asked again once the number is known, it goes."""
    office.sent()
    office.hear(*heard)

    assert withdraw_list(7001, reason=WHY).outcome == "wanted"
    assert wanted_withdrawal(7001) == WHY
    office.hear(ACCEPTED.replace("203001", "204001"))

    assert withdraw_list(7001, reason=WHY).outcome == "sent"
    assert wanted_withdrawal(7001) is None


def test_wish_ends_with_a_list_that_was_refused_meanwhile(office: Office) -> None:
    """Nothing is left to withdraw."""
    office.sent()
    withdraw_list(7001, reason=WHY)
    office.hear(
        list_receipt("7001", status=100, time="20261124100203001").replace(
            f"<invtNo>{INVT_NO}</invtNo>", ""
        )
    )

    assert withdraw_list(7001, reason=WHY).outcome == "cancelled"

    assert office.papers(list_withdrawal)[0].state == "CANCELLED"
    assert wanted_withdrawal(7001) is None


@pytest.mark.parametrize(
    "heard",
    [
        (RELEASED,),
        (ACCEPTED, list_receipt("7001", status=500, time="20261124100204000")),
        (ACCEPTED, list_receipt("7001", status=502, time="20261124100204000")),
        (RELEASED, list_receipt("7001", status=899, time="20261124100204000")),
    ],
)
def test_list_that_customs_keeps_or_let_go_is_not_withdrawn(
    office: Office, heard: tuple[str, ...]
) -> None:
    """Released without word of the gate, inspected, held, closed: nothing is changed."""
    office.sent()
    office.hear(*heard)
    before = office.books()

    with pytest.raises(NotWithdrawable):
        withdraw_list(7001, reason=WHY)

    assert office.books() == before


def test_released_list_is_withdrawn_before_the_gate(office: Office) -> None:
    """Setting 623: the bill's tax is free as well once customs grants it."""
    cop_no = withdrawn(office, RELEASED, bill(), before_gate=True)

    office.hear(granted(cop_no))

    assert office.list_row().state == "CANCELLED"
    assert office.held_fen() == 0


def test_zone_that_wants_a_goods_return_gets_one_for_the_whole_parcel(office: Office) -> None:
    """Setting 625: each line with all its pieces; 626 = 399 cancels the list."""
    office.sent()
    office.hear(RELEASED)
    customs_desk.use(replace(office.desk, zone_cancels_by="625"))

    assert withdraw_list(7001, reason=WHY, before_gate=True).outcome == "sent"
    assert withdraw_list(7001, reason=WHY, before_gate=True).outcome == "sent"

    (name,) = [name for name in office.out() if name.startswith("CEB625")]
    root = etree.fromstring(office.out()[name])
    pieces = [node.text for node in root.iter("{*}qty")]
    assert pieces == ["2", "1"]
    (row,) = office.papers(goods_return)
    office.hear(request_receipt("CEB626", str(row.id), status=399, time="20261124110000000"))
    assert office.list_row().state == "CANCELLED"
    assert [name for name, _ in office.facts("goods_return.")] == ["goods_return.granted"]


def test_receipt_of_another_company_or_of_no_withdrawal_changes_nothing(office: Office) -> None:
    """Our copNo, another platform; a copNo that is no number of ours."""
    cop_no = withdrawn(office, ACCEPTED)

    office.hear(
        request_receipt("CEB624", cop_no, status=399, time="20261124110000000", platform="44"),
        granted("123"),
        granted("no-number"),
        granted("9" * 30),
    )

    assert office.list_row().state == "ACCEPTED"
    assert [note for _, _, note in office.notes()][-4:] == ["other_party"] + ["unmatched"] * 3


def test_cancelled_list_moves_no_more_and_what_is_heard_needs_a_person(office: Office) -> None:
    """Released after the withdrawal was granted: kept, told, not moved."""
    cop_no = withdrawn(office, ACCEPTED)
    office.hear(granted(cop_no))

    office.hear(list_receipt("7001", status=800, time="20261124120000000"))

    assert office.list_row().state == "CANCELLED"
    assert office.facts("list.set_aside")[-1][1]["note"] == "no_such_move"
    assert office.facts("list.released") == []


def test_nothing_is_withdrawn_without_the_senders_key_or_list(office: Office) -> None:
    """Nothing is stored then."""
    office.sent()
    office.hear(ACCEPTED)
    customs_desk.use(replace(office.desk, signer=signer("4403960001")))
    before = office.books()

    with pytest.raises(SigningKeyUnfit):
        withdraw_list(7001, reason=WHY)
    with pytest.raises(ListNotFound):
        withdraw_list(9999, reason=WHY)

    assert office.books() == before


@pytest.mark.parametrize("seed", range(6))
def test_answers_to_list_and_withdrawal_in_any_order_end_in_the_same_books(
    office: Office, seed: int
) -> None:
    """2, 120, 300 and a late refusal of the list, 120 and 399 of the withdrawal, each twice."""
    chance = random.Random(seed)  # a shuffle that can be told again
    cop_no = withdrawn(office, ACCEPTED)
    told = [
        list_receipt("7001", status=2, time="20261124100201000"),
        list_receipt("7001", status=300, time="20261124100205000"),
        list_receipt("7001", status=100, time="20261124100206000"),
        request_receipt("CEB624", cop_no, status=120, time="20261124105900000"),
        granted(cop_no),
    ] * 2
    chance.shuffle(told)

    office.hear(*told)

    assert (office.list_row().state, office.held_fen()) == ("CANCELLED", 0)
    assert office.papers(list_withdrawal)[0].state == "REVIEWED"
    assert len(office.facts("list.cancelled")) == 1


def test_cancelled_draft_is_not_sent_by_a_late_acceptance(office: Office) -> None:
    """The third acceptance comes after the withdrawal."""
    office.ready()
    withdraw_list(7001, reason=WHY)
    before = office.books()

    with pytest.raises(NotResendable):
        submit_list(7001, PERSON, CONSIGNEE)

    assert office.books() == before
