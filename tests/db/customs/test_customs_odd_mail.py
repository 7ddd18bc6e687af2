"""A mail that breaks its schema is kept, understood as far as it goes, and flagged."""

import json
from typing import Any

from sqlalchemy import select

from kernel import db
from kernel.audit import audit_line
from tests.db.customs.office import Office
from tests.unit.customs.receipts import bill, list_receipt

ACCEPTED = list_receipt("7001", status=120, time="20261124100203001")
RELEASED = list_receipt("7001", status=800, time="20261124100203050")


def lines(verb: str) -> list[dict[str, Any]]:
    with db.read() as conn:
        rows = conn.execute(select(audit_line.c.detail).where(audit_line.c.verb == verb))
        return [json.loads(detail) for detail in rows.scalars()]


def node_of(text: str) -> str:
    start, end = text.index("<InventoryReturn>"), text.index("</CEB622Message>")
    return text[start:end]


def test_node_that_says_too_little_waits_for_a_person_and_the_others_act(office: Office) -> None:
    """Accepted, one without its time, released: the list is released, one node is flagged."""
    office.sent()
    timeless = node_of(ACCEPTED).replace("<returnTime>20261124100203001</returnTime>", "")
    text = ACCEPTED.replace(node_of(ACCEPTED), node_of(ACCEPTED) + timeless + node_of(RELEASED))

    taken = office.hear(text)

    assert (taken.recorded, taken.parked, taken.left) == (1, 0, 0)
    assert office.list_row().state == "RELEASED"
    (line,) = lines("customs.receipt_unread")
    assert (line["kind"], line["place"], line["reason"]) == ("CEB622", 1, "receipt_time")


def test_mail_of_which_nothing_is_understood_is_parked(office: Office) -> None:
    """Its bytes lie sealed in the folder for a person; nothing is recorded."""
    office.sent()

    taken = office.hear(ACCEPTED.replace("<returnStatus>120</returnStatus>", ""))

    assert (taken.recorded, taken.parked) == (0, 1)
    assert lines("customs.receipt_unread") == []


def test_bill_that_is_odd_counts_and_says_what_is_odd(office: Office) -> None:
    """The recorded 816: orderNo is in no schema; the tax is booked all the same."""
    office.sent()
    office.hear(ACCEPTED)

    office.hear(bill(order_no="QZ261124000042"))

    assert [name for name, _ in office.facts("tax.billed")] == ["tax.billed"]
    (line,) = [one for one in lines("customs.mail_odd") if one["kind"] == "CEB816"]
    assert "TaxHeadRd.orderNo: unknown_element" in line["odd"]
