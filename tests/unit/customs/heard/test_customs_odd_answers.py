"""An answer that breaks its schema is understood as far as it goes, and what is odd is told."""

import re
from pathlib import Path

import pytest
from lxml import etree

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.messages.ceb816 import change_of
from bonded_display.customs.messages.reading.opening import open_answer
from tests.unit.customs.receipts import BILL, bill, list_receipt, message

TIME = "20261124100100123"
RECEIPT = list_receipt("7001", status=120, time=TIME).replace('guid="PORT"', f'guid="{"G" * 36}"')

CHANGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<CEB818Message xmlns="http://www.chinaport.gov.cn/ceb" guid="{"G" * 36}" version="1.0">
  <Tax><TaxHeadStatus>
    <guid>4CDE1CFD-0000-0000-0000-C8022E42FC94</guid><returnTime>{TIME}</returnTime>
    <invtNo>05012026I000000001</invtNo><taxNo>T2026001</taxNo><status>2</status>
    <entDutyNo>D2026001</entDutyNo>
  </TaxHeadStatus></Tax>
</CEB818Message>"""


def odd_of(text: str) -> tuple[str, ...]:
    (found,) = open_answer(message(text)).receipts
    return found.odd


@pytest.mark.parametrize("kind", ["312", "412", "512", "514", "622", "624", "626", "712"])
def test_nothing_is_odd_about_the_official_samples(kind: str, official: Path) -> None:
    """All nodes of all of them are understood."""
    raw = (official / "samples" / f"CEB{kind}Message.xml").read_bytes()
    opened = open_answer(raw)

    assert len(opened.receipts) == raw.count(b"<returnStatus>")
    assert not opened.unread
    assert not opened.odd
    assert {odd for receipt in opened.receipts for odd in receipt.odd} == set()


def test_recorded_bill_is_understood_and_its_two_strange_elements_are_named() -> None:
    """The schema knows neither orderNo nor logisticsNo; customs' own texts speak of both."""
    text = bill(order_no="QZ1").replace("<orderNo>", "<logisticsNo>X</logisticsNo><orderNo>")

    assert odd_of(text) == (
        "TaxHeadRd.logisticsNo: unknown_element",
        "TaxHeadRd.orderNo: unknown_element",
    )
    assert odd_of(re.sub("<logisticsNo>.*?</logisticsNo>", "", BILL)) == ()


def test_change_of_a_bill_is_read() -> None:
    """Summarised under the number of one tax document."""
    (found,) = open_answer(message(CHANGE)).receipts
    change = change_of(found)

    assert (found.kind, found.key, found.odd) == ("CEB818", "05012026I000000001|T2026001", ())
    assert (change.status, change.duty_no) == ("2", "D2026001")


@pytest.mark.parametrize(
    ("old", "new", "odd"),
    [
        ("<preNo>B20261124000000001</preNo>", "", "InventoryReturn.preNo: missing"),
        ("<preNo>B2", "<preNo>B20", "InventoryReturn.preNo: length (19, not C18)"),
        (
            "</preNo>",
            "</preNo><preNo>B</preNo>",
            "InventoryReturn.preNo: repeated_element",
        ),
        (
            "</copNo>",
            "</copNo><ebpCode>1</ebpCode>",
            "InventoryReturn.ebpCode: out_of_order",
        ),
        (
            "</copNo>",
            '</copNo><note xmlns="urn:x">1</note>',
            "InventoryReturn.note: foreign_namespace",
        ),
    ],
)
def test_each_kind_of_oddity_is_named_and_the_answer_counts(old: str, new: str, odd: str) -> None:
    """One thing wrong each; key, status and time are there."""
    assert old in RECEIPT
    (found,) = open_answer(message(RECEIPT.replace(old, new, 1))).receipts

    assert (found.key, found.status) == ("7001", 120)
    assert found.odd == (odd,)


def test_oddity_never_quotes_a_value() -> None:
    """A note too long may be about a buyer."""
    text = RECEIPT.replace("[Code:1800;Desc:入库成功]", "王试用" * 400)

    assert odd_of(text) == ("InventoryReturn.returnInfo: length (1200, not C..1000)",)


def test_one_node_that_says_nothing_does_not_take_the_others_with_it() -> None:
    """Three nodes, the second without its time: two are understood, one is kept apart."""
    (node,) = re.findall("<InventoryReturn>.*</InventoryReturn>", RECEIPT, re.S)
    timeless = node.replace(f"<returnTime>{TIME}</returnTime>", "")
    opened = open_answer(message(RECEIPT.replace(node, node + timeless + node)))

    assert [receipt.key for receipt in opened.receipts] == ["7001", "7001"]
    (unread,) = opened.unread
    assert (unread.place, unread.problem.reason) == (1, "receipt_time")
    assert unread.fields["copNo"] == "7001"


def test_odd_frame_is_told_of_the_whole_message() -> None:
    """No guid of 36 characters, a version too long, a node that nobody knows."""
    text = RECEIPT.replace("G" * 36, "PORT").replace('"1.0">', '"1.0.0.0.0.0">')
    text = text.replace("</CEB622Message>", "<Extra/></CEB622Message>")

    assert open_answer(message(text)).odd == (
        "CEB622Message.guid: length",
        "CEB622Message.version: length",
        "CEB622Message.Extra: unknown_element",
    )


def test_message_of_no_node_is_refused() -> None:
    """There is nothing to understand."""
    text = re.sub("<InventoryReturn>.*</InventoryReturn>", "", RECEIPT, flags=re.S)

    with pytest.raises(MailMalformed) as refused:
        open_answer(message(text))

    assert refused.value.reason == "receipt_empty"


def test_answer_is_looked_at_before_it_is_read() -> None:
    """What is not believed is not opened: the check sees the root and stops the rest."""
    seen: list[str] = []

    def refuse(root: etree._Element) -> None:
        seen.append(str(root.tag))
        raise MailMalformed(reason="signature_forged")

    with pytest.raises(MailMalformed) as refused:
        open_answer(message(RECEIPT), refuse)

    assert refused.value.reason == "signature_forged"
    assert seen == ["{http://www.chinaport.gov.cn/ceb}CEB622Message"]


def test_signature_at_the_end_of_an_answer_is_not_odd() -> None:
    """Customs may sign what it says."""
    end = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></CEB622Message>'

    assert open_answer(message(RECEIPT.replace("</CEB622Message>", end))).odd == ()
