"""The message tables are the official schema's, and a value is fit or refused by them."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from bonded_display.customs.messages import ceb311, ceb621, codes
from bonded_display.customs.messages.base_transfer import (
    BASE_SUBSCRIBE,
    BASE_TRANSFER,
    MOST_SUBSCRIBERS,
)
from bonded_display.customs.messages.every import MESSAGES
from bonded_display.customs.messages.table import Document, Element, Message, Node, faults
from tests.unit.customs.examples import list_document, order_document

XS = "{http://www.w3.org/2001/XMLSchema}"

NODES = [
    *(message.head for message in MESSAGES.values()),
    *(message.lines for message in MESSAGES.values() if message.lines),
    BASE_TRANSFER,
    BASE_SUBSCRIBE,
]


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_table_has_the_elements_of_the_official_schema_in_its_order(
    node: Node, official: Path
) -> None:
    """The office's own file is read: names, order, lengths and presence are the tables'."""
    schema = etree.parse(official / "xsd" / "ceb-import-202205.xsd")
    (top,) = (element for element in schema.getroot() if element.get("name") == node.name)

    wanted = [_of_schema(element) for element in top.iter(f"{XS}element") if element is not top]

    assert [(e.name, e.type, e.presence == "Y", e.fixed) for e in node.elements] == wanted


@pytest.mark.parametrize("message", MESSAGES.values(), ids=lambda message: message.kind)
def test_message_has_the_frame_of_the_official_schema(message: Message, official: Path) -> None:
    """How many documents and lines, which nodes follow them, whether a signature must."""
    schema = etree.parse(official / "xsd" / "ceb-import-202205.xsd").getroot()
    tops = {element.get("name"): element for element in schema.findall(f"{XS}element")}
    parts = tops[message.root].findall(f"{XS}complexType/{XS}sequence/{XS}element")
    (node, *rest) = parts

    assert (_name(node), _most(node)) == (message.node, message.most)
    assert {_name(part): part.get("minOccurs", "1") for part in rest} == (
        {}
        if message.signature is None
        else {
            "BaseTransfer": "1",
            "BaseSubscribe": "0",
            "ExtendMessage": "0",
            "Signature": "1" if message.signature == "Y" else "0",
        }
    )
    assert [_most(part) for part in rest if _name(part) == "BaseSubscribe"] in (
        [],
        [MOST_SUBSCRIBERS],
    )
    within = [part for part in node.iter(f"{XS}element") if part is not node]
    if not message.flat:
        expected = [(message.head.name, 1)]
        expected += [(message.lines.name, message.most_lines)] if message.lines else []
        assert [(_name(part), _most(part)) for part in within] == expected


def _name(part: etree._Element) -> str:
    return (part.get("name") or part.get("ref") or "").split(":")[-1]


def _most(part: etree._Element) -> int | None:
    most = part.get("maxOccurs", "1")
    return None if most == "unbounded" else int(most)


def _of_schema(element: etree._Element) -> tuple[str, str, bool, str]:
    facets = {
        etree.QName(facet).localname: facet.get("value")
        for restriction in element.iter(f"{XS}restriction")
        for facet in restriction
    }
    kind = "int" if element.get("type") == "xs:int" else "C.."
    if "length" in facets:
        kind = f"C{facets['length']}"
    elif "maxLength" in facets:
        kind = f"C..{facets['maxLength']}"
    elif "fractionDigits" in facets:
        kind = f"N{facets['totalDigits']},{facets['fractionDigits']}"
    elif "totalDigits" in facets:
        kind = f"N{facets['totalDigits']}"
    must, fixed = element.get("minOccurs") != "0", element.get("fixed", "")
    return element.get("name") or "", kind, must, fixed


@pytest.mark.parametrize(
    ("type_", "value", "broken"),
    [
        ("C4", "0501", None),
        ("C4", "051", "length"),
        ("C..3", "abc", None),
        ("C..3", "abcd", "length"),
        ("C..3", "中文字", None),
        ("C..", "x" * 9000, None),
        ("C..9", "a\x0bb", "characters"),
        ("C..9", " ab", "blank_ends"),
        ("N19,5", "12.34567", None),
        ("N19,5", "12.345678", "decimal"),
        ("N19,5", "1e3", "decimal"),
        ("N19,5", "１２", "decimal"),
        ("N19,5", "999999999999999", "decimal"),
        ("int", "1", None),
        ("int", "0", "integer"),
        ("N9", "1.0", "integer"),
    ],
)
def test_value_is_fit_or_names_the_broken_rule(type_: str, value: str, broken: str | None) -> None:
    """Lengths count characters, decimals have five places, nothing else passes as a number."""
    found = Element("x", type_, "Y", "").fault(value)

    assert (found[0] if found else None) == broken


def test_constant_of_the_schema_is_the_only_text_that_fits() -> None:
    """Currency is 142 whatever 1210 says beside it."""
    currency = Element("currency", "C3", "Y", "", fixed="142")

    assert currency.fault("142") is None
    assert currency.fault("502") == ("constant", "142")


def test_good_documents_have_no_fault() -> None:
    """The examples are fit, or the tests below would show nothing."""
    assert faults(ceb311.CEB311, order_document()) == []
    assert faults(ceb621.CEB621, list_document()) == []


def test_sku_of_21_characters_fits_the_order_and_not_the_list() -> None:
    """The 2022 edition shortened the list's ``itemNo`` to 20."""
    sku = "S" * 21
    order, listed = order_document(), list_document()
    order_lines = tuple({**line, "itemNo": sku} for line in order.lines)
    list_lines = tuple({**line, "itemNo": sku} for line in listed.lines)

    assert faults(ceb311.CEB311, replace(order, lines=order_lines)) == []
    assert {f.rule for f in faults(ceb621.CEB621, replace(listed, lines=list_lines))} == {"length"}


def test_fault_never_quotes_the_value() -> None:
    """A wrong ID number is personal data as much as a right one."""
    good = order_document()
    head = {**good.head, "buyerIdNumber": "9" * 61}

    text = " ".join(str(fault) for fault in faults(ceb311.CEB311, replace(good, head=head)))

    assert "buyerIdNumber" in text
    assert "999" not in text


def test_unknown_element_and_no_line_are_faults() -> None:
    """A typing error in our own mapping is found before customs finds it."""
    good = order_document()
    wrong = replace(good, head={**good.head, "actualPaid": "1.00"}, lines=())

    assert [fault.rule for fault in faults(ceb311.CEB311, wrong)] == [
        "unknown_element",
        "line_count",
    ]


def test_document_that_has_no_lines_may_not_bring_one() -> None:
    """It would be left out of the message without a word."""
    status = dict.fromkeys(("guid",), "x")
    found = faults(MESSAGES["CEB513"], Document(head=status, lines=({"gnum": "1"},)))

    assert "LogisticsStatus: no_lines_here" in [str(fault) for fault in found]


def test_bottle_is_no_box() -> None:
    """142 is a bottle, a currency and a country; 140 is a box, 122 a can."""
    assert (codes.UNITS["142"], codes.UNITS["140"], codes.UNITS["122"]) == ("瓶", "盒", "罐")
