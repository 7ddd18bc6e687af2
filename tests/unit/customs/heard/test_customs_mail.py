"""Mail from customs is read leniently where it is odd and refused where it is dangerous."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.messages.ceb816 import bill_of
from bonded_display.customs.transport import dxp
from bonded_display.customs.transport.mail import open_mail, open_message
from tests.support.seams import START
from tests.unit.customs.examples import GUID
from tests.unit.customs.receipts import BILL, list_receipt, mail, message

RECEIPT = list_receipt("7001", status=120, time="20261124100100123")


def reason_of(raw: bytes) -> str:
    with pytest.raises(MailMalformed) as refused:
        open_mail(raw)
    return refused.value.reason


def test_list_receipt_is_read_with_its_key_status_and_time() -> None:
    """The usual case."""
    (found,) = open_mail(mail(RECEIPT)).receipts

    assert (found.kind, found.key, found.status) == ("CEB622", "7001", 120)
    assert found.at == START + 60_123_000
    assert found.fields["invtNo"] == "05012026I000000001"


@pytest.mark.parametrize("kind", ["312", "412", "512", "514", "622", "624", "626", "712"])
def test_official_samples_are_read(kind: str, official: Path) -> None:
    """The office's own examples."""
    found = open_message((official / "samples" / f"CEB{kind}Message.xml").read_bytes()).receipts

    assert {receipt.kind for receipt in found} == {f"CEB{kind}"}


def test_bill_with_elements_that_the_schema_lacks_is_read() -> None:
    """A recorded bill carries orderNo and logisticsNo."""
    (found,) = open_mail(mail(BILL)).receipts
    bill = bill_of(found)

    assert found.key == "05012026I000000001|T2026001"
    assert (bill.customs_fen, bill.vat_fen, bill.consumption_fen) == (0, 11_278, 9_882)
    assert [line.gnum for line in bill.lines] == [1, 2]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<preNo>B20261124000000001</preNo>", ""),
        ("</preNo>", "</preNo><surprise>1</surprise>"),
        ("<guid>", "<guid>far-too-long-for-the-schema-"),
        ("20261124100100123", "20261124100100"),
        (">120<", "> 120\n<"),
    ],
)
def test_odd_receipt_is_read_all_the_same(old: str, new: str) -> None:
    """Receipts do not always fit their own schema."""
    (found,) = open_mail(mail(RECEIPT.replace(old, new))).receipts

    assert found.status == 120


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("<copNo>7001</copNo>", "", "receipt_key"),
        (">120<", ">1e2<", "receipt_status"),
        (">120<", "><", "receipt_status"),
        ("20261124100100123", "20261324100100123", "receipt_time"),
        ("20261124100100123", "yesterday", "receipt_time"),
        ("InventoryReturn>", "OtherReturn>", "receipt_empty"),
        ("www.chinaport.gov.cn/ceb", "www.chinaport.gov.cn/CEB", "namespace"),
        ("CEB622Message", "CEB999Message", "other_message"),
        ("</CEB622Message>", "", "not_xml"),
        ("<copNo>7001", "<copNo>&#0;7001", "not_xml"),
    ],
)
def test_receipt_that_cannot_be_understood_is_refused(old: str, new: str, reason: str) -> None:
    """What is needed is missing, or it is another message."""
    assert old in RECEIPT

    assert reason_of(mail(RECEIPT.replace(old, new))) == reason


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;">]>'
)


@pytest.mark.parametrize(
    "prolog",
    [
        BOMB,
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd" [<!ENTITY e "7001">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://192.0.2.1/p"> %p; <!ENTITY e "1">]>',
    ],
    ids=["bomb", "file", "network", "parameter"],
)
def test_document_type_is_refused_whole(prolog: str) -> None:
    """Entity bombs and external entities, inside the business message and outside it."""
    attack = prolog + RECEIPT.replace("<copNo>7001", "<copNo>&e;")

    assert reason_of(mail(attack)) in {"document_type", "not_xml"}
    outside = mail(RECEIPT).replace(b"?>", b"?>" + prolog.encode(), 1)
    assert reason_of(outside) in {"document_type", "not_xml"}


def test_chinese_in_gbk_declared_as_utf8_is_refused() -> None:
    """Old gateways mix encodings; guessing would store wrong words."""
    assert reason_of(mail(RECEIPT, encoding="gb18030")) == "not_xml"


def test_gbk_that_says_so_is_read() -> None:
    """An honest declaration is enough."""
    text = RECEIPT.replace('encoding="UTF-8"', 'encoding="GBK"')

    (found,) = open_mail(mail(text, encoding="gbk")).receipts

    assert "放行" in found.info or "入库" in found.info


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not_xml"),
        (b"\x00\x01", "not_xml"),
        (RECEIPT.encode(), "envelope"),
        (b"<DxpMsg/>", "envelope"),
        (b'<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp"/>', "envelope_empty"),
        (
            b'<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp"><Data>%%%</Data></DxpMsg>',
            "envelope_base64",
        ),
    ],
)
def test_envelope_that_is_none_is_refused(raw: bytes, reason: str) -> None:
    """Empty, binary, bare, foreign, empty inside, not base64."""
    assert reason_of(raw) == reason


def test_mail_of_nine_megabytes_is_refused_unread() -> None:
    """More than any full message."""
    assert reason_of(b"<" * (9 * 1024 * 1024)) == "too_large"


@given(cut=st.integers(0, 1200), noise=st.binary(max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_truncation_is_read_or_refused_and_nothing_else(cut: int, noise: bytes) -> None:
    """No other exception ever leaves the reader."""
    raw = mail(RECEIPT)

    try:
        found = open_mail(raw[:cut] + noise).receipts
    except MailMalformed:
        found = []

    assert [receipt.status for receipt in found] in ([], [120])


def test_envelope_gives_back_the_very_bytes() -> None:
    """Wrapped twice it is the same; its content is byte for byte what was signed."""
    envelope = dxp.Envelope(GUID, "DXPQZPLATFORM001", "DXPEDCCEB0000002", "CEB621Message", START)
    content = message(RECEIPT)

    raw = dxp.wrap(envelope, content)

    assert raw == dxp.wrap(envelope, content)
    assert dxp.unwrap(raw) == content
