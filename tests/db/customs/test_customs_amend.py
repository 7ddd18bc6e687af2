"""A refused list is amended only where it alone speaks, and goes again under a new guid."""

import pytest
from lxml import etree

from bonded_display.customs.changes.amend_list import Corrections, amend_list
from bonded_display.customs.errors import (
    ListNotFound,
    MessageFaulty,
    NotAmendable,
    NotResendable,
)
from bonded_display.customs.sendings import resend
from tests.db.customs.office import Office
from tests.unit.customs.examples import PERSON
from tests.unit.customs.receipts import list_receipt, port_error

TIME = "20261124100203001"
LATER = "20261124100303001"


def refused(office: Office, status: int = -621029) -> str:
    """Let customs refuse a list, and return the guid of its sending."""
    first = office.sent()
    office.hear(list_receipt("7001", status=status, time=TIME))
    return first.guid


def said(office: Office, guid: str) -> dict[str, list[str]]:
    root = etree.fromstring(office.out()[f"CEB621-{guid}.xml"])
    found: dict[str, list[str]] = {}
    for node in root.iter("{http://www.chinaport.gov.cn/ceb}*"):
        found.setdefault(etree.QName(node).localname, []).append(node.text or "")
    return found


def test_amended_list_goes_as_a_change_with_the_new_values(office: Office) -> None:
    """Tariff code of line 2 and the net weight; same copNo and buyer, tax held again."""
    first = refused(office)
    corrections = Corrections({"net_e5": 105_000}, {2: {"hs_code": "1901101090"}})

    again = amend_list(7001, corrections)

    words = said(office, again.guid)
    assert again.guid != first
    assert (words["copNo"], words["appType"]) == (["7001"], ["2"])
    assert words["gcode"] == ["3303000020", "1901101090"]
    assert words["netWeight"] == ["1.05"]
    assert words["buyerName"] == [PERSON.name]
    assert said(office, first)["gcode"] == ["3303000020", "1901101010"]
    assert (office.list_row().state, office.held_fen()) == ("SENT_LOCAL", 21_160)


def test_answers_to_the_refused_sending_do_not_touch_the_amended_one(office: Office) -> None:
    """The old refusal comes again; a new one counts, and so does acceptance."""
    refused(office)
    amend_list(7001, Corrections())

    office.hear(list_receipt("7001", status=-621029, time=TIME, more="<x>1</x>"))
    office.hear(list_receipt("7001", status=2, time="20261124100203000"))
    assert office.list_row().state == "SENT_LOCAL"
    office.hear(list_receipt("7001", status=120, time=LATER))

    assert office.list_row().state == "ACCEPTED"


def test_format_error_goes_again_as_new_or_as_the_very_bytes(office: Office) -> None:
    """The port refused before customs saw it: no change of what customs does not have."""
    first = office.sent()
    office.hear(port_error(first.guid, kind="CEB621Message", time=TIME))
    assert office.list_row().state == "FORMAT_ERROR"
    (office.folder / "out" / f"CEB621-{first.guid}.xml").unlink()

    resend(first.message_id)
    assert f"CEB621-{first.guid}.xml" in office.out()
    again = amend_list(7001, Corrections())

    assert said(office, again.guid)["appType"] == ["1"]


@pytest.mark.parametrize(
    ("corrections", "names"),
    [
        (Corrections({"freight_fen": 1}), ["freight_fen"]),
        (Corrections({"waybill_no": "X", "parties": "{}"}), ["parties", "waybill_no"]),
        (Corrections({}, {1: {"qty": 3, "price_fen": 1}}), ["1.price_fen", "1.qty"]),
        (Corrections({}, {1: {"gname": "x", "origin_code": "116"}}), ["1.gname", "1.origin_code"]),
        (Corrections({}, {1: {"account_book_item_id": 9}}), ["1.account_book_item_id"]),
        (Corrections({}, {3: {"hs_code": "1901101090"}}), ["3.hs_code"]),
    ],
)
def test_what_other_papers_say_as_well_is_not_amended(
    office: Office, corrections: Corrections, names: list[str]
) -> None:
    """Money, pieces, parties, names, account-book items, a line that is not there."""
    refused(office)
    before = office.books()

    with pytest.raises(NotAmendable) as stopped:
        amend_list(7001, corrections)

    assert stopped.value.names == names
    assert office.books() == before


def test_amendment_that_breaks_a_rule_is_not_signed(office: Office) -> None:
    """Net above gross, a tariff code of nine digits: nothing is changed or held."""
    refused(office)
    before, held = office.books(), office.held_fen()

    for faulty in (Corrections({"traf_mode": "?"}), Corrections({}, {1: {"hs_code": "330300002"}})):
        with pytest.raises(MessageFaulty):
            amend_list(7001, faulty)

    assert (office.books(), office.held_fen()) == (before, held)


@pytest.mark.parametrize("heard", [(), (120,), (120, 800)])
def test_list_that_was_not_refused_is_not_amended(office: Office, heard: tuple[int, ...]) -> None:
    """On its way, accepted, released; and one that does not exist."""
    office.sent()
    for status in heard:
        office.hear(list_receipt("7001", status=status, time=TIME))
    before = office.books()

    with pytest.raises(NotResendable):
        amend_list(7001, Corrections())
    with pytest.raises(ListNotFound):
        amend_list(9999, Corrections())

    assert office.books() == before
