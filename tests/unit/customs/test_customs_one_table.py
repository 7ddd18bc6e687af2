"""One table a message: building, checking, the schema and the printed page follow it."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from bonded_display.customs.errors import MessageFaulty
from bonded_display.customs.messages import business
from bonded_display.customs.messages.derived.page import page
from bonded_display.customs.messages.derived.schema import schema_faults
from bonded_display.customs.messages.every import MESSAGES
from bonded_display.customs.messages.reading.odd import oddities
from bonded_display.customs.messages.rules_1210 import PAIRS, RULES
from bonded_display.customs.messages.table import Document, Message, Node, faults
from kernel import i18n
from tests.unit.customs.command.command_rig import TRANSFER, element
from tests.unit.customs.every_document import good
from tests.unit.customs.examples import GUID

ROOT = Path(__file__).parents[3]


def without(node: Node, name: str) -> Node:
    return replace(node, elements=tuple(e for e in node.elements if e.name != name))


def shortened(message: Message, name: str) -> Message:
    """Return the message as if its table had never had the element."""
    lines = without(message.lines, name) if message.lines else None
    return replace(message, head=without(message.head, name), lines=lines)


def stripped(document: Document, name: str) -> Document:
    def strip(values: Iterable[tuple[str, str]]) -> dict[str, str]:
        return {key: value for key, value in values if key != name}

    lines = tuple(strip(line.items()) for line in document.lines)
    return Document(strip(document.head.items()), lines)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("CEB311", "consigneeDistrict"), ("CEB621", "gmodel"), ("CEB816", "taxPrice")],
)
def test_element_taken_out_of_a_table_is_gone_from_all_that_is_made_of_it(
    kind: str, name: str
) -> None:
    """Build, check, schema and page: each before and after."""
    whole, short = MESSAGES[kind], shortened(MESSAGES[kind], name)
    transfer = None if whole.signature is None else TRANSFER
    frame = business.Frame(GUID, transfer)
    written = element(kind)
    bare = business.build_all(short, [stripped(good(kind), name)], frame, rules=list)

    assert f"}}{name}" in str([part.tag for part in written.iter()])
    assert f"}}{name}" not in str([part.tag for part in bare.iter()])
    with pytest.raises(MessageFaulty, match="unknown_element"):
        business.build_all(short, [good(kind)], frame, rules=list)
    assert faults(whole, good(kind)) == []
    assert {fault.rule for fault in faults(short, good(kind))} == {"unknown_element"}
    assert {fault.rule for fault in oddities(short, written[0])} == {"unknown_element"}
    assert _structure(whole, written) == set()
    assert _structure(short, written) == {"element_content"}
    assert _structure(short, bare) == set()
    assert f"| {name} |" in page([whole])
    assert f"| {name} |" not in page([short])


def _structure(message: Message, root: etree._Element) -> set[str]:
    """Return what the schema says of the message with a signature in its place."""
    signed = etree.fromstring(etree.tostring(root))
    if message.signature is not None:
        etree.SubElement(signed, "{http://www.w3.org/2000/09/xmldsig#}Signature")
    return {fault.detail for fault in schema_faults(message, signed)}


def test_printed_page_is_not_stale() -> None:
    """Made anew by ``python -m bonded_display.customs page > docs/messages.md``."""
    assert (ROOT / "docs/messages.md").read_text("utf-8") == page(MESSAGES.values())


OF_ONE_VALUE = {"characters", "blank_ends", "decimal", "integer", "length", "constant"}
"""What ``Element.fault`` says; each has its case in ``test_customs_tables``."""


def test_every_fault_that_can_be_found_has_words_in_both_languages() -> None:
    """Those of the tables are read from the code that finds them, those of 1210 from the rules."""
    room = ROOT / "bonded_display/customs"
    found = {
        name
        for path in room.rglob("*.py")
        for name in _faults_named(ast.parse(path.read_text("utf-8")))
    }
    assert {"missing", "out_of_order", "no_partner", "schema"} <= found
    rules = {rule for rules in [*RULES.values(), *PAIRS.values()] for rule in rules}

    for lang in i18n.LANGS:
        known = i18n.messages(lang)
        named = found | rules | OF_ONE_VALUE
        assert {name for name in named if f"customs_rule.{name}" not in known} == set()


def _faults_named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="Fault"), args=[_, ast.Constant(value=str(name)), *_]):
                yield name


def test_every_reason_why_bytes_are_no_message_has_words() -> None:
    """Those of the signature too."""
    room = ROOT / "bonded_display/customs"
    texts = [path.read_text("utf-8") for path in room.rglob("*.py")]
    reasons = {
        name for text in texts for name in re.findall(r'MailMalformed\(\s*reason="(\w+)"', text)
    }
    assert len(reasons) > 15

    for lang in i18n.LANGS:
        known = i18n.messages(lang)
        assert {name for name in reasons if f"customs_unread.{name}" not in known} == set()
