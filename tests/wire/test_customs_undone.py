"""The other side takes our withdrawals and deletions, and we understand what it says to them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bonded_display.customs.changes.tables import list_withdrawal
from bonded_display.customs.changes.withdraw_document import withdraw_order_document
from bonded_display.customs.changes.withdraw_list import withdraw_list
from bonded_display.customs.take_in_mail import take_in_mail
from tests.db.customs.office import Office
from tests.http.simulators_line.line import Line, until
from tests.wire.test_customs_other_side import office, send_list

__all__ = ["office"]

HELD_AT = {
    "accepted": {"match": {"kind": "CEB621"}, "do": "chain", "statuses": ["2", "120"]},
    "released": {"match": {"kind": "CEB621"}, "do": "chain", "statuses": ["2", "120", "800"]},
    "refused": {"match": {"kind": "CEB621"}, "do": "reject", "code": "-621018"},
}


@pytest.fixture
def line(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Line]:
    """Customs alone, which lets every list come as far as the test says and no further."""
    folder = tmp_path / "line"
    folder.mkdir()
    script = folder / "script.json"
    script.write_text(json.dumps([HELD_AT[request.param]]), encoding="utf-8")
    made = Line(folder)
    made.customs("--script", script, "--withdraw-until-gate")
    yield made
    assert made.close() == {"customs": 0}


def declared(office: Office, line: Line, state: str) -> None:
    """Send everything of one sale and wait until its list stands as ``state``."""
    send_list(office, line)
    until(lambda: take_in_mail() and office.list_row().state, wanted=state)


@pytest.mark.parametrize(
    ("line", "state"), [("accepted", "ACCEPTED"), ("released", "RELEASED")], indirect=["line"]
)
def test_withdrawal_is_granted_and_the_list_stands_no_more(
    office: Office, line: Line, state: str
) -> None:
    """Before the release, and between release and gate: 623 of ours, 624 = 399 of theirs."""
    declared(office, line, state)

    assert withdraw_list(7001, reason="消费者取消订单", before_gate=True).outcome == "sent"

    until(lambda: take_in_mail() and office.list_row().state, wanted="CANCELLED")
    assert office.papers(list_withdrawal)[0].state == "REVIEWED"
    assert office.held_fen() == 0
    assert list((office.folder / "bad").iterdir()) == []


@pytest.mark.parametrize("line", ["refused"], indirect=True)
def test_order_document_of_a_list_refused_for_good_is_deleted(office: Office, line: Line) -> None:
    """-621018; the list is cancelled without asking, our 311 with appType 3 is taken."""
    declared(office, line, "REJECTED")
    assert office.facts("list.rejected")[-1][1]["class"] == "terminal"

    assert withdraw_list(7001, reason="超过年度限值").outcome == "cancelled"
    heard = len(office.notes())
    assert withdraw_order_document(42)

    until(lambda: take_in_mail() and len(office.notes()) > heard + 1)
    assert {status for status, _, _ in office.notes()[heard:]} <= {2, 3, 120}
    assert office.documents()["order"] == "CANCELLED"
    assert (office.list_row().state, office.held_fen()) == ("CANCELLED", 0)
