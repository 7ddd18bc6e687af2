"""A document goes out once, signed, stored as sent; a list only after its three documents."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bonded_display.customs import desk, sendings
from bonded_display.customs.drafts import set_waybill
from bonded_display.customs.errors import (
    MailboxUnavailable,
    MessageFaulty,
    NotResendable,
    SigningKeyUnfit,
    ThreeDocumentsFirst,
    WaybillMissing,
)
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.sendings import resend, send_unsent
from bonded_display.customs.sign import xmldsig
from bonded_display.customs.submit_list import correct_list, submit_list
from bonded_display.customs.submit_order import correct_order, submit_order
from bonded_display.customs.tables import customs_message
from kernel import db
from settlement.tax.errors import GuaranteeExhausted
from tests.db.customs.office import AT, Office
from tests.support.seams import FakeClock
from tests.unit.customs.examples import CONSIGNEE, ID_NUMBER, PERSON, order, signer
from tests.unit.customs.receipts import list_receipt, order_receipt, port_error

LATER = "20261124100200000"


def messages(office: Office) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(customs_message).order_by(customs_message.c.id)))


def test_order_document_goes_out_signed_and_stands_as_sent(office: Office) -> None:
    """The file in the out-folder is what the key signed; the book says when it went."""
    submitted = submit_order(order())

    ((name, raw),) = office.out().items()
    assert name == f"CEB311-{submitted.guid}.xml"
    assert xmldsig.holds(read_xml(raw), office.desk.signer.public)  # type: ignore[attr-defined]
    assert office.documents() == {"order": "SENT_LOCAL"}
    (row,) = messages(office)
    assert row.sent_at is not None
    assert not submitted.replayed


def test_order_document_is_sent_once_however_often_it_is_asked(office: Office) -> None:
    """A repeated fact: the first sending stands, other values or not."""
    first = submit_order(order())
    again = submit_order(order(note="changed"))

    assert (again.guid, again.replayed) == (first.guid, True)
    assert len(messages(office)) == len(office.out()) == 1


def test_stored_message_shows_no_personal_data(office: Office) -> None:
    """The signed bytes are sealed in the book."""
    submit_order(order())

    (row,) = messages(office)
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


class BrokenMailbox:
    """A transport that is down."""

    def send(self, name: str, raw: bytes) -> None:
        raise MailboxUnavailable(doing="send")


def test_crash_between_commit_and_sending_is_resumed_with_the_same_bytes(
    office: Office, clock: FakeClock
) -> None:
    """The mailbox is down when the list is stored; later the very bytes go out, once."""
    list_id = office.ready()
    desk.use(replace(office.desk, mailbox=BrokenMailbox()))  # type: ignore[arg-type]
    with pytest.raises(MailboxUnavailable):
        submit_list(list_id, PERSON, CONSIGNEE)
    (_, unsent) = messages(office)
    assert unsent.sent_at is None
    assert office.list_row().state == "SENT_LOCAL"

    desk.use(office.desk)
    clock.tick(60)
    with db.read() as conn:
        stored = sendings.signed_bytes(conn, unsent.guid)

    assert send_unsent() == 1
    assert send_unsent() == 0
    assert office.out()[f"CEB621-{unsent.guid}.xml"] == stored


def test_fresh_message_is_left_to_whoever_stored_it(office: Office, clock: FakeClock) -> None:
    """``send_unsent`` of a second worker does not race the first."""
    desk.use(replace(office.desk, mailbox=BrokenMailbox()))  # type: ignore[arg-type]
    with pytest.raises(MailboxUnavailable):
        submit_order(order())
    desk.use(office.desk)

    assert send_unsent() == 0
    clock.tick(11)
    assert send_unsent() == 1


def test_resending_hands_over_the_same_envelope(office: Office) -> None:
    """Same guid, same bytes, same name: the other side cannot take it for a second document."""
    submitted = submit_order(order())
    path = office.folder / "out" / f"CEB311-{submitted.guid}.xml"
    first = path.read_bytes()
    path.unlink()

    resend(submitted.message_id)

    assert path.read_bytes() == first


def test_nothing_is_sent_inside_a_transaction(office: Office) -> None:
    """A network call there would hold locks for as long as the other side pleases."""
    submitted = submit_order(order())

    with db.write(), pytest.raises(RuntimeError, match="transaction"):
        resend(submitted.message_id)


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

    corrected = correct_list(7001, PERSON, CONSIGNEE)

    assert corrected.guid != first.guid
    assert office.list_row().cop_no == "7001"
    assert (office.list_row().state, office.held_fen()) == ("SENT_LOCAL", 21_160)
    with pytest.raises(NotResendable):
        correct_list(7001, PERSON, CONSIGNEE)


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


def test_two_workers_send_one_list_once(office: Office) -> None:
    """Both handle the same fact at the same moment: one guid, one hold."""
    list_id = office.ready()
    start = threading.Barrier(2)

    def work(_: int) -> str:
        start.wait()
        return submit_list(list_id, PERSON, CONSIGNEE).guid

    with ThreadPoolExecutor(2) as workers:
        guids = set(workers.map(work, range(2)))

    assert len(guids) == 1
    assert [row.kind for row in messages(office)] == ["CEB311", "CEB621"]
    assert office.held_fen() == 21_160
