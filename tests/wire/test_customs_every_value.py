"""Whatever fits the tables is valid by the official schema and by the rules, and reads back."""

from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from bonded_display.customs.errors import MessageFaulty
from bonded_display.customs.messages import business, rules_1210
from bonded_display.customs.messages.derived.schema import schema_faults
from bonded_display.customs.messages.every import MESSAGES, SHAPES
from bonded_display.customs.messages.reading.opening import open_answer
from bonded_display.customs.messages.table import Document, Message
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.sign import xmldsig
from tests.support.seams import START
from tests.unit.customs.command.command_rig import TRANSFER, element
from tests.unit.customs.every_document import good
from tests.unit.customs.examples import GUID, signer
from tests.wire.every_value import LOOKS, RARE, Look, document_of

KINDS = list(MESSAGES)
SUBSCRIBER = {"status": "ALL", "dxpMode": "DXP", "dxpAddress": "DXPQZ&<𠮷>", "note": "抄送"}
FEW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
FULL = Look(lines=99, there=2**64 - 1, length="long", begin=0)


@cache
def schema(official: Path) -> etree.XMLSchema:
    """Return the office's own judgement of import messages."""
    return etree.XMLSchema(etree.parse(official / "xsd" / "ceb-import-202205.xsd"))


@cache
def signature() -> etree._Element:
    """Return a real signature: the schema wants one, whatever it is over."""
    raw = xmldsig.signed(element("CEB311"), signer(), xmldsig.Methods(), at=START)
    return read_xml(raw)[-1]


def message_of(message: Message, documents: list[Document], copies: int = 0) -> etree._Element:
    """Return the message as its receiver reads it: written to bytes and read again."""
    transfer = None if message.signature is None else TRANSFER
    frame = business.Frame(GUID, transfer, (SUBSCRIBER,) * copies)
    root = business.build_all(message, documents, frame, rules=list)
    if message.signature is not None:
        root.append(deepcopy(signature()))
    return read_xml(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(look=LOOKS, copies=st.integers(0, 5))
def test_every_fitting_document_is_valid_by_both_and_reads_back(
    kind: str, look: Look, copies: int, official: Path
) -> None:
    """Lines 1 to 99, the longest texts, rare hanzi, markup, optional elements there or not."""
    message = MESSAGES[kind]
    document = document_of(message, look)
    root = message_of(message, [document], 0 if message.signature is None else copies)

    assert rules_1210.document_faults(kind, document) == []
    schema(official).assertValid(root)
    assert schema_faults(message, root) == []
    assert business.read(message, root) == [document]
    if message.root in SHAPES and document.head.keys() & set(SHAPES[message.root].keys):
        opened = open_answer(etree.tostring(root))
        assert (len(opened.receipts), opened.unread, opened.odd) == (1, (), ())
        assert opened.receipts[0].odd == ()


@pytest.mark.parametrize("kind", KINDS)
def test_search_reaches_the_edges(kind: str) -> None:
    """The fullest document holds every element, rare hanzi and markup, and as many lines as fit."""
    message, document = MESSAGES[kind], document_of(MESSAGES[kind], FULL)

    assert document.head.keys() == {each.name for each in message.head.elements}
    assert any(set(RARE) & set(text) and "&<" in text for text in document.head.values())
    if message.lines is not None:
        assert len(document.lines) == 99
        assert document.lines[0].keys() == {each.name for each in message.lines.elements}
    for each in message.head.elements:
        if each.type.startswith("C..") and each.name not in {"appStatus", "invtNo", "status"}:
            longest = len(document_of(message, FULL).head[each.name])
            assert longest in (each.lengths[1] or 5_000, 18, 7)


@pytest.mark.parametrize("kind", KINDS)
def test_message_carries_as_many_documents_as_it_may_and_not_one_more(
    kind: str, official: Path
) -> None:
    """A hundred of most kinds; one warehouse-in and one port error; bills without end."""
    message, document = MESSAGES[kind], good(kind)
    most = message.most or 150

    root = message_of(message, [document] * most)
    schema(official).assertValid(root)
    assert len(business.read(message, root)) == most
    if message.most is not None:
        with pytest.raises(MessageFaulty, match="document_count"):
            message_of(message, [document] * (most + 1))
        root.insert(0, deepcopy(root[0]))
        assert not schema(official).validate(root)
        assert schema_faults(message, root)


def test_hundred_full_lists_are_one_message_that_can_be_read(official: Path) -> None:
    """Also to our own reader, which sets aside what is too large: 100 lists of ten lines, each text at its longest."""
    look = Look(lines=10, there=2**64 - 1, length="long", begin=3)
    documents = [document_of(MESSAGES["CEB621"], look)] * 100

    root = message_of(MESSAGES["CEB621"], documents)

    schema(official).assertValid(root)
    assert business.read(MESSAGES["CEB621"], root) == documents
