"""What customs answers moves a list once, by its own time; what it bills is told in fen."""

import itertools

import pytest

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.submit_order import submit_order
from tests.db.customs.office import AT, Office
from tests.unit.customs.examples import order
from tests.unit.customs.receipts import (
    INVT_NO,
    bill,
    list_receipt,
    order_receipt,
    port_error,
)

PORT = list_receipt("7001", status=2, time="20261124100200000", more="<note>x</note>")
ACCEPTED = list_receipt("7001", status=120, time="20261124100203001")
RELEASED = list_receipt("7001", status=800, time="20261124100203050")


def test_chain_of_answers_releases_the_list_and_tells_each_step_once(office: Office) -> None:
    """2, 120, 800, then 816."""
    office.sent()

    taken = office.hear(PORT, ACCEPTED, RELEASED, bill())

    row = office.list_row()
    assert (row.state, row.invt_no, row.pre_no) == ("RELEASED", INVT_NO, "B20261124000000001")
    assert (taken.recorded, taken.parked, taken.left) == (4, 0, 0)
    assert [name for name, _ in office.facts()][-4:] == [
        "list.submitted",
        "list.accepted",
        "list.released",
        "tax.billed",
    ]
    assert list((office.folder / "in").iterdir()) == []


def test_answers_in_any_order_end_in_the_same_books(office: Office) -> None:
    """All 24 orders, a list each; the tax bill may even come before the list has its number."""
    for place, mails in enumerate(itertools.permutations([PORT, ACCEPTED, RELEASED, bill()])):
        list_id, invt_no = 7001 + place, f"05012026I{place:09d}"
        office.sent(list_id, 42 + place, quoted_tax_fen=1_000)

        for text in mails:
            own = text.replace(INVT_NO, invt_no).replace("<copNo>7001", f"<copNo>{list_id}")
            office.hear(own)

        assert office.list_row(list_id).state == "RELEASED"
        told = [name for name, payload in office.facts() if payload["order_id"] == str(42 + place)]
        assert told.count("tax.billed") == told.count("list.released") == 1


def test_release_that_is_the_first_to_tell_the_number_tells_it_to_the_house(office: Office) -> None:
    """120 is late: 800 alone comes first, and the picker needs the list's number."""
    office.sent()

    office.hear(RELEASED, ACCEPTED)

    ((_, payload),) = office.facts("list.released")
    assert payload["invt_no"] == office.list_row().invt_no == INVT_NO


def test_repeated_mail_and_repeated_receipt_change_nothing(office: Office) -> None:
    """The same file twice, then the same receipt inside another file."""
    office.sent()
    office.hear(ACCEPTED, RELEASED)
    before = office.list_row(), office.facts(), office.notes()

    office.hear(RELEASED)
    office.hear(RELEASED.replace("PORT", "PORT-AGAIN"))

    assert (office.list_row(), office.facts(), office.notes()) == before


def test_tax_bill_tells_fen_by_kind_beside_our_quote(office: Office) -> None:
    """No other figure of ours is in it."""
    office.sent()
    office.hear(ACCEPTED, RELEASED, bill())

    ((_, payload),) = office.facts("tax.")

    assert payload["invt_no"] == INVT_NO
    assert payload["tax_no"] == "T2026001"
    assert (payload["customs_fen"], payload["vat_fen"], payload["consumption_fen"]) == (
        0,
        11_278,
        9_882,
    )
    assert payload["quoted_fen"] == 21_160
    assert [line["value_fen"] for line in payload["lines"]] == [80_000, 29_800]


def test_tax_bill_that_carries_the_order_number_needs_no_list_number(office: Office) -> None:
    """As recorded bills do."""
    office.sent()

    office.hear(bill(order_no=order().order_no))

    assert [name for name, _ in office.facts("tax.")] == ["tax.billed"]


def test_terminal_refusal_is_told_as_such_and_frees_the_guarantee(office: Office) -> None:
    """-621018, over the year's limit: the shop undoes the order by itself."""
    office.sent()
    assert office.held_fen() == 21_160

    office.hear(list_receipt("7001", status=-621018, time="20261124100203001"))

    ((_, payload),) = office.facts("list.rejected")
    assert (payload["class"], payload["status"]) == ("terminal", -621018)
    assert office.list_row().state == "REJECTED"
    assert office.held_fen() == 0


def test_refusal_after_acceptance_is_kept_for_a_person_and_changes_nothing(office: Office) -> None:
    """It names no sending of ours."""
    office.sent()
    office.hear(ACCEPTED)

    office.hear(list_receipt("7001", status=100, time="20261124100300000"))

    assert office.list_row().state == "ACCEPTED"
    assert office.notes()[-1] == (100, False, "accepted_before")
    assert office.facts("list.set_aside")[0][1]["note"] == "accepted_before"
    assert office.held_fen() == 21_160


def test_answer_that_the_first_copy_is_there_keeps_the_state(office: Office) -> None:
    """-621004 after a resend; the list is still accepted and released later."""
    office.sent()
    office.hear(list_receipt("7001", status=-621004, time="20261124100201000"))
    assert office.list_row().state == "SENT_LOCAL"

    office.hear(ACCEPTED)

    assert office.list_row().state == "ACCEPTED"


@pytest.mark.parametrize(("kind", "status"), [("payment", -401007), ("waybill", -504015)])
def test_first_copy_of_another_companys_document_is_told(
    office: Office, kind: str, status: int
) -> None:
    """The state stays; somebody asks the company; the first copy's acceptance then counts."""
    record_acceptance(42, kind, status=str(status), return_time_text=AT)

    ((name, told),) = office.facts("document.")
    assert (name, told["kind"], told["class"]) == ("document.set_aside", kind, "present")
    record_acceptance(42, kind, status="120", return_time_text="20261124090000000")
    assert office.documents() == {kind: "ACCEPTED"}


def test_receipt_of_another_company_changes_nothing(office: Office) -> None:
    """Our copNo, but another agent; our order number, but another platform."""
    office.sent()
    foreign = RELEASED.replace("<agentCode>1401960001", "<agentCode>4403960001")

    office.hear(foreign)
    office.hear(order_receipt(order().order_no, status=100, time=AT, platform="4403960001"))

    assert office.list_row().state == "SENT_LOCAL"
    assert office.documents()["order"] == "ACCEPTED"
    assert [note for _, _, note in office.notes()][-2:] == ["other_party", "other_party"]


def test_receipt_for_no_list_of_ours_is_kept_unmatched(office: Office) -> None:
    """It may be explained later; nothing is lost and nothing moves."""
    office.sent()

    office.hear(list_receipt("9999", status=800, time="20261124100203001"))

    assert office.notes()[-1] == (800, False, "unmatched")
    assert office.list_row().state == "SENT_LOCAL"


def test_list_number_of_another_list_is_not_taken(office: Office) -> None:
    """A mixed-up answer must not block the mailbox either."""
    office.sent(7001, 42)
    office.sent(7002, 43)
    office.hear(ACCEPTED)

    taken = office.hear(list_receipt("7002", status=120, time="20261124100203001"))

    assert (taken.recorded, office.list_row(7002).invt_no) == (1, None)
    assert office.list_row(7002).state == "ACCEPTED"


def test_order_document_is_accepted_and_refused_by_its_receipts(office: Office) -> None:
    """312 with 120, and a fixable -10101 on another order."""
    submit_order(order(42))
    submit_order(order(43))

    office.hear(order_receipt(order(42).order_no, status=120, time=AT))
    office.hear(order_receipt(order(43).order_no, status=-10101, time=AT))

    assert office.documents(42) == {"order": "ACCEPTED"}
    assert office.documents(43) == {"order": "REJECTED"}
    assert [(name, payload["class"]) for name, payload in office.facts("document.")] == [
        ("document.accepted", "progress"),
        ("document.rejected", "fixable"),
    ]


def test_acceptance_learnt_by_asking_is_told_once(office: Office) -> None:
    """The worker asks the payment company again and again."""
    for _ in range(3):
        assert record_acceptance(42, "payment", status="120", return_time_text=AT) == "ACCEPTED"

    assert [payload["kind"] for _, payload in office.facts("document.accepted")] == ["payment"]


def test_refused_payment_document_is_accepted_after_the_company_declared_again(
    office: Office,
) -> None:
    """We do not see the second sending, only its answer."""
    record_acceptance(42, "payment", status="-10101", return_time_text=AT)
    assert office.documents() == {"payment": "REJECTED"}

    record_acceptance(42, "payment", status="120", return_time_text="20261124110000")

    assert office.documents() == {"payment": "ACCEPTED"}


@pytest.mark.parametrize(("status", "time"), [("OK", AT), ("120", "today"), ("", AT)])
def test_words_of_a_company_that_are_no_answer_change_nothing(
    office: Office, status: str, time: str
) -> None:
    """Its program answers in its own way."""
    before = office.books()

    with pytest.raises(MailMalformed):
        record_acceptance(42, "payment", status=status, return_time_text=time)

    assert office.books() == before


def test_port_error_for_no_sending_of_ours_is_kept_unmatched(office: Office) -> None:
    """CEB900 about a guid that we never used."""
    office.hear(port_error("NOT-OURS", kind="CEB621Message", time=AT))

    assert office.notes() == [(-2, False, "unmatched")]


def test_one_message_with_receipts_of_two_lists_moves_both(office: Office) -> None:
    """Up to a hundred return nodes may share a message, one list twice among them."""
    office.sent(7001, 42)
    office.sent(7002, 43)
    second = list_receipt("7002", status=120, time="20261124100203001", more="<x>1</x>")
    node = second[second.index("<InventoryReturn>") : second.index("</CEB622Message>")]

    office.hear(RELEASED.replace("</CEB622Message>", f"{node}{node}</CEB622Message>"))

    assert office.list_row(7001).state == "RELEASED"
    assert office.list_row(7002).state == "ACCEPTED"
    assert len(office.facts("list.accepted")) == 1
