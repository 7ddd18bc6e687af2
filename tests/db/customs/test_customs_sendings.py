"""What is stored goes out: after the commit, once, the very bytes, also after a crash."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from bonded_display.customs import desk, sendings
from bonded_display.customs.errors import MailboxUnavailable
from bonded_display.customs.sendings import resend, send_unsent
from bonded_display.customs.submit_list import submit_list
from bonded_display.customs.submit_order import submit_order
from kernel import db
from tests.db.customs.office import Office
from tests.support.seams import FakeClock
from tests.unit.customs.examples import CONSIGNEE, PERSON, order


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
    (_, unsent) = office.messages()
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
    assert [row.kind for row in office.messages()] == ["CEB311", "CEB621"]
    assert office.held_fen() == 21_160


def test_a_message_that_cannot_go_holds_up_none_behind_it(office: Office, clock: FakeClock) -> None:
    """The oldest message's stored bytes are damaged: set aside, told; the later one goes."""
    list_id = office.ready()
    desk.use(replace(office.desk, mailbox=BrokenMailbox()))  # type: ignore[arg-type]
    with pytest.raises(MailboxUnavailable):
        submit_list(list_id, PERSON, CONSIGNEE)
    (bad, good) = [message.id for message in office.messages()]
    desk.use(office.desk)
    clock.tick(60)
    with db.write() as conn:
        conn.execute(
            text("UPDATE customs_message SET sent_at = NULL, sha256 = sha256 || :x WHERE id = :id"),
            {"id": bad, "x": "0"},
        )

    sent = [send_unsent(), send_unsent()]

    with db.read() as conn:
        troubles = conn.execute(text("SELECT message_id, trouble FROM message_trouble")).all()
    assert sent == [1, 0]
    assert [tuple(row) for row in troubles] == [(bad, "RuntimeError")]
    assert [message.id for message in office.messages() if message.sent_at is not None] == [good]
