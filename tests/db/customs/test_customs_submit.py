"""A document goes out once, signed, stored as sent; a list only after its three documents."""

from dataclasses import replace
from typing import Any

import pytest

from bonded_display.customs import desk
from bonded_display.customs.changes.amend_list import Corrections, amend_list
from bonded_display.customs.drafts import set_waybill
from bonded_display.customs.errors import (
    MessageFaulty,
    NotResendable,
    SigningKeyUnfit,
    ThreeDocumentsFirst,
    WaybillMissing,
)
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.sign import xmldsig
from bonded_display.customs.submit_list import submit_list
from bonded_display.customs.submit_order import correct_order, submit_order
from settlement.tax.errors import GuaranteeExhausted
from tests.db.customs.office import AT, Office
from tests.unit.customs.examples import CONSIGNEE, ID_NUMBER, PERSON, order, signer
from tests.unit.customs.receipts import list_receipt, order_receipt, port_error

LATER = "20261124100200000"


def test_order_document_goes_out_signed_and_stands_as_sent(office: Office) -> None:
    """The file in the out-folder is what the key signed; the book says when it went."""
    submitted = submit_order(order())

    ((name, raw),) = office.out().items()
    assert name == f"CEB311-{submitted.guid}.xml"
    assert xmldsig.holds(read_xml(raw), office.desk.signer.public_key)  # type: ignore[attr-defined]
    assert office.documents() == {"order": "SENT_LOCAL"}
    (row,) = office.messages()
    assert row.sent_at is not None
    assert not submitted.replayed


def test_order_document_is_sent_once_however_often_it_is_asked(office: Office) -> None:
    """A repeated fact: the first sending stands, other values or not."""
    first = submit_order(order())
    again = submit_order(order(note="changed"))

    assert (again.guid, again.replayed) == (first.guid, True)
    assert len(office.messages()) == len(office.out()) == 1


def test_stored_message_shows_no_personal_data(office: Office) -> None:
    """The signed bytes are sealed in the book."""
    submit_order(order())

    (row,) = office.messages()
    assert ID_NUMBER.encode() not in row.signed_sealed
    assert ID_NUMBER not in repr(row)


@pytest.mark.parametrize("changes", [{"paid_fen": 1}, {"order_no": "N" * 61}])
def test_faulty_order_document_leaves_the_books_as_they_were(
    office: Office, changes: dict[str, Any]
) -> None:
    """A wrong sum, a number that is too long."""
    before = office.books()

    with pytest.raises(MessageFaulty):
        submit_order(order(**changes))

    assert office.books() == before
    assert office.out() == {}


def test_key_of_another_company_signs_nothing(office: Office) -> None:
    """The courier's key is installed by mistake: neither the order nor the list goes out."""
    list_id = office.ready()
    before = office.books()
    desk.use(replace(office.desk, signer=signer("1401960004")))

    with pytest.raises(SigningKeyUnfit):
        submit_order(order(43))
    with pytest.raises(SigningKeyUnfit):
        submit_list(list_id, PERSON, CONSIGNEE)

    assert office.books() == before
    assert office.held_fen() == 0


def test_list_waits_for_each_of_the_three_documents(office: Office) -> None:
    """One acceptance after another arrives; only with the third the list may go."""
    list_id = office.drafted()
    waited: list[list[str]] = []

    def attempt() -> None:
        with pytest.raises(ThreeDocumentsFirst) as refused:
            submit_list(list_id, PERSON, CONSIGNEE)
        waited.append(refused.value.missing)

    attempt()
    submit_order(order())
    attempt()
    office.hear(order_receipt(order().order_no, status=120, time=AT))
    attempt()
    record_acceptance(42, "payment", status="120", return_time_text=AT)
    record_acceptance(42, "waybill", status="2", return_time_text=AT)
    attempt()
    record_acceptance(42, "waybill", status="120", return_time_text=LATER)

    submitted = submit_list(list_id, PERSON, CONSIGNEE)

    assert [len(missing) for missing in waited] == [3, 3, 2, 1]
    assert office.list_row().state == "SENT_LOCAL"
    assert office.list_row().latest_guid == submitted.guid
    assert [name for name, _ in office.facts("document.")] == ["document.accepted"] * 3


def test_list_goes_out_under_a_held_guarantee_in_one_commit(office: Office) -> None:
    """Held tax, state, fact and signed bytes with the guarantor's code."""
    submitted = office.sent()

    raw = office.out()[f"CEB621-{submitted.guid}.xml"]
    assert office.held_fen() == 21_160
    assert b"<ceb:assureCode>1401960006</ceb:assureCode>" in raw
    assert office.facts("list.")[0][1]["guid"] == submitted.guid


def test_list_is_sent_once_however_often_it_is_asked(office: Office) -> None:
    """The tax is held once, too."""
    first = office.sent()
    again = submit_list(7001, PERSON, CONSIGNEE)

    assert (again.guid, again.replayed) == (first.guid, True)
    assert office.held_fen() == 21_160
    assert len(office.out()) == 2


def test_list_without_a_waybill_number_waits_for_it(office: Office) -> None:
    """The courier's pool was dry at payment."""
    office.drafted(waybill_no=None)
    submit_order(order())
    office.hear(order_receipt(order().order_no, status=120, time=AT))
    for kind in ("payment", "waybill"):
        record_acceptance(42, kind, status="120", return_time_text=AT)

    with pytest.raises(WaybillMissing):
        submit_list(7001, PERSON, CONSIGNEE)
    assert set_waybill(42, "JS9")
    assert not set_waybill(42, "JS10")
    submitted = submit_list(7001, PERSON, CONSIGNEE)

    assert b">JS9<" in office.out()[f"CEB621-{submitted.guid}.xml"]


def test_exhausted_guarantee_queues_the_list_and_loses_nothing(office: Office) -> None:
    """500.00 cover two lists of 211.60; the third waits as a draft with its documents."""
    office.sent(7001, 42)
    office.sent(7002, 43)
    third = office.ready(7003, 44)
    before = office.books()

    with pytest.raises(GuaranteeExhausted):
        submit_list(third, PERSON, CONSIGNEE)

    assert office.books() == before
    assert office.held_fen() == 42_320


@pytest.mark.parametrize(
    "person", [replace(PERSON, name="李别人"), replace(PERSON, phone="13800000009")]
)
def test_list_for_another_buyer_than_the_accepted_order_is_not_signed(
    office: Office, person: Any
) -> None:
    """311 and 621 must name one buyer; nothing is held either."""
    list_id = office.ready()
    before = office.books()

    with pytest.raises(MessageFaulty) as refused:
        submit_list(list_id, person, CONSIGNEE)

    assert all("same_buyer" in fault for fault in refused.value.faults)
    assert office.books() == before
    assert office.held_fen() == 0


def test_refused_list_is_corrected_under_a_new_guid_and_not_by_a_repeated_fact(
    office: Office,
) -> None:
    """Customs refuses (100): the hold is freed; asking again replays; a person corrects."""
    first = office.sent()
    office.hear(list_receipt("7001", status=100, time=LATER))
    assert office.list_row().state == "REJECTED"
    assert office.held_fen() == 0

    repeated = submit_list(7001, PERSON, CONSIGNEE)
    assert repeated.guid == first.guid
    assert office.list_row().state == "REJECTED"

    corrected = amend_list(7001, Corrections())

    assert corrected.guid != first.guid
    assert office.list_row().cop_no == "7001"
    assert (office.list_row().state, office.held_fen()) == ("SENT_LOCAL", 21_160)
    with pytest.raises(NotResendable):
        amend_list(7001, Corrections())


def test_port_error_opens_the_order_document_for_correction(office: Office) -> None:
    """CEB900 names our sending; a late one about the first sending changes nothing more."""
    first = submit_order(order())
    office.hear(port_error(first.guid, kind="CEB311Message", time=AT))
    assert office.documents() == {"order": "FORMAT_ERROR"}

    second = correct_order(order())
    office.hear(port_error(first.guid, kind="CEB311Message", time=LATER))

    assert office.documents() == {"order": "SENT_LOCAL"}
    assert second.guid != first.guid
    assert office.notes()[-1] == (-2, False, "earlier_sending")
