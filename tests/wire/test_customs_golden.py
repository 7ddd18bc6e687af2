"""What the customs desk sends is valid by the official schema, to the byte what it should be."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import gmalg
import pytest
from lxml import etree

from bonded_display.customs.messages import business, rules_1210
from bonded_display.customs.messages.base_transfer import transfer_of
from bonded_display.customs.messages.ceb311 import CEB311
from bonded_display.customs.messages.ceb621 import CEB621
from bonded_display.customs.messages.table import Document, Message
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.sign import methods, xmldsig
from bonded_display.customs.sign.methods import Methods
from bonded_display.customs.sign.signer import FileSigner
from bonded_display.customs.transport import dxp
from tests.support.seams import START
from tests.unit.customs.examples import (
    GUID,
    PARTIES,
    list_document,
    order_document,
    signer,
)

GOLDEN = Path(__file__).parent / "golden"
DS = {"ds": methods.DSIG}
Build = Callable[..., etree._Element]

CASES = [
    pytest.param(CEB311, order_document, id="CEB311"),
    pytest.param(CEB621, list_document, id="CEB621"),
]


def unsigned(message: Message, document: Document) -> etree._Element:
    return business.build(
        message,
        document,
        transfer=transfer_of(PARTIES.transmitter, "DXPQZPLATFORM001"),
        rules=list,
    )


def schema(official: Path, name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(official / "xsd" / name))


@pytest.mark.parametrize(("message", "document"), CASES)
def test_signed_message_is_valid_by_the_official_schema(
    message: Message, document: Callable[[], Document], official: Path
) -> None:
    """Every optional element that we know is filled, and the signature stands at the end."""
    raw = xmldsig.signed(unsigned(message, document()), signer(), Methods(), at=START)

    schema(official, "ceb-import-202205.xsd").assertValid(read_xml(raw))


@pytest.mark.parametrize(("message", "document"), CASES)
def test_message_in_the_printed_order_would_be_refused(
    message: Message, document: Callable[[], Document], official: Path
) -> None:
    """The check above can fail: two elements exchanged are invalid."""
    root = unsigned(message, document())
    head = root[0][0]
    head.insert(3, head[4])
    raw = xmldsig.signed(root, signer(), Methods(), at=START)

    assert not schema(official, "ceb-import-202205.xsd").validate(read_xml(raw))


@pytest.mark.parametrize(("message", "document"), CASES)
def test_message_is_the_golden_one(message: Message, document: Callable[[], Document]) -> None:
    """The unsigned bytes of one example; a change of the wire format shows here."""
    raw = etree.tostring(unsigned(message, document()), encoding="UTF-8", pretty_print=True)

    assert raw.decode() == (GOLDEN / f"{message.kind}.xml").read_text(encoding="utf-8")


def test_empty_optional_elements_are_left_out() -> None:
    """An empty fixed-length tag fails the schema; none is ever written."""
    root = unsigned(CEB621, list_document())

    assert [element.tag for element in root.iter() if len(element) == 0 and not element.text] == []
    assert root.findall(".//{*}wrapType") == []


def test_envelope_is_valid_by_the_official_schema(official: Path) -> None:
    """DxpMsg of the terminal's schema."""
    envelope = dxp.Envelope(GUID, "DXPQZPLATFORM001", "DXPEDCCEB0000002", "CEB621Message", START)

    raw = dxp.wrap(envelope, b"<x/>")

    schema(official, "dxp-terminal-202205.xsd").assertValid(read_xml(raw))


@pytest.fixture(name="key")
def _key() -> FileSigner:
    return signer()


@pytest.mark.parametrize("digest", [methods.SM3, methods.DSIG + "sha1"])
def test_signature_holds_by_an_independent_reading(key: FileSigner, digest: str) -> None:
    """Gmalg and a plain removal of the signature say so: both digests that customs may want."""
    named = Methods(signature=methods.DSIG + "sm2-sm3", digest=digest)
    root = read_xml(xmldsig.signed(unsigned(CEB311, order_document()), key, named, at=START))

    (signature,) = root.findall("ds:Signature", DS)
    info = etree.tostring(signature.find("ds:SignedInfo", DS), method="c14n")
    value = base64.b64decode(signature.findtext("ds:SignatureValue", namespaces=DS) or "")
    stated = base64.b64decode(signature.findtext(".//ds:DigestValue", namespaces=DS) or "")
    root.remove(signature)
    canonical = etree.tostring(root, method="c14n")

    x, y = key.public
    public = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
    assert gmalg.SM2(pk=public, uid=b"1234567812345678").verify(info, value[:32], value[32:])
    sm3 = gmalg.SM3()
    sm3.update(canonical)
    wanted = sm3.value() if digest == methods.SM3 else hashlib.sha1(canonical).digest()
    assert stated == wanted
    assert signature.findtext(".//ds:KeyName", namespaces=DS) == key.key_no
    assert signature.findtext(".//ds:X509Certificate", namespaces=DS) == key.certificate_b64


def test_signature_holds_for_our_own_check_and_no_longer_after_a_fen(key: FileSigner) -> None:
    """One fen more, one letter of the address, one digit of the list, another key: all fail."""
    raw = xmldsig.signed(unsigned(CEB621, list_document()), key, Methods(), at=START)

    assert xmldsig.holds(read_xml(raw), key.public_key)
    for old, new in ((b">780.00<", b">780.01<"), (b"301", b"302"), (b">7001<", b">7002<")):
        assert old in raw
        assert not xmldsig.holds(read_xml(raw.replace(old, new)), key.public_key)
    assert not xmldsig.holds(read_xml(raw), signer().public_key)


def test_rules_beyond_the_schema_stop_a_message_before_it_is_built() -> None:
    """Nothing is built from a document with a fault; the refusal names every one."""
    document = order_document()
    broken = Document({**document.head, "acturalPaid": "1.00", "orderType": "E"}, document.lines)

    with pytest.raises(business.MessageFaulty) as refused:
        business.build(
            CEB311,
            broken,
            transfer=transfer_of(PARTIES.transmitter, "DXPQZPLATFORM001"),
            rules=lambda: rules_1210.order_faults(broken),
        )

    assert refused.value.faults == ["orderType: order_constants", "acturalPaid: paid_is_sum"]


def test_message_reads_back_as_it_was_written() -> None:
    """Building and reading use one table."""
    root = unsigned(CEB621, list_document())

    (found,) = business.read(CEB621, root)

    written = {name: value for name, value in list_document().head.items() if value}
    assert found.head == written
    assert [line["gnum"] for line in found.lines] == ["1", "2"]
