"""Build and read the CEB messages by the tables of ``ceb_parts``.

Signing is ``signature``'s, envelopes
are ``mailbox``'s, what a message means is each program's.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import cast

from lxml import etree

from simulators.ceb_parts import PARTS, SHAPES, Field

NS = "http://www.chinaport.gov.cn/ceb"
DS = "http://www.w3.org/2000/09/xmldsig#"
PREFIXES = {"ceb": NS, "ds": DS}

_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_INT_MAX = 2**31 - 1


class Unreadable(Exception):
    """The bytes are not an XML document that we would open."""


@dataclass(frozen=True)
class Record:
    """What one business node says: texts by element name, the lines in their order."""

    head: Mapping[str, str]
    lines: Sequence[Mapping[str, str]] = field(default_factory=tuple)


def new_guid() -> str:
    """Return a fresh record id: 36 characters, upper case."""
    return str(uuid.uuid4()).upper()


def kind_of(root: etree._Element) -> str:
    """Return ``CEB311`` for a ``CEB311Message`` root of our namespace, else an empty text."""
    name = etree.QName(root)
    known = name.namespace == NS and name.localname.endswith("Message")
    return name.localname.removesuffix("Message") if known else ""


def read(data: bytes) -> etree._Element:
    """Return the root of ``data``; entities, network and document types stay shut.

    Raises ``Unreadable``.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(type(error).__name__) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("document type")
    return root


def find(node: etree._Element, path: str) -> list[etree._Element]:
    """Return the elements at the XPath ``path`` (prefixes ceb and ds) below ``node``."""
    return cast(list[etree._Element], _compiled(path)(node))


@cache
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(path, namespaces=PREFIXES)


def records(root: etree._Element) -> Iterator[Record]:
    """Yield what each business node of ``root`` says, by XPath; nothing is checked here."""
    shape = SHAPES[kind_of(root)]
    for node in find(root, f"./ceb:{shape.node}"):
        head = find(node, f"./ceb:{shape.head}")[0] if shape.head else node
        lines = find(node, f"./ceb:{shape.line}") if shape.line else []
        yield Record(texts(head), tuple(texts(line) for line in lines))


def texts(part: etree._Element) -> dict[str, str]:
    """Return the texts of the children of ``part`` by local name."""
    return {child.tag.rpartition("}")[2]: child.text or "" for child in part.iterchildren("*")}


def transfer_of(root: etree._Element) -> dict[str, str]:
    """Return the texts of ``BaseTransfer``, empty when there is none."""
    found = find(root, "./ceb:BaseTransfer")
    return texts(found[0]) if found else {}


def build(
    kind: str, content: Sequence[Record], *, transfer: Mapping[str, str] | None = None
) -> etree._Element:
    """Return the unsigned message ``kind`` over ``content``, in the schema's order.

    Optional elements that ``content`` leaves out or empty are omitted.  Raises ``KeyError``
    when it lacks a required one.
    """
    shape = SHAPES[kind]
    nsmap: dict[str | None, str] = {None: NS}
    root = etree.Element(f"{{{NS}}}{kind}Message", nsmap=cast(dict[str, str], nsmap))
    root.set("guid", new_guid())
    root.set("version", "1.0")
    for record in content:
        node = etree.SubElement(root, f"{{{NS}}}{shape.node}")
        head = etree.SubElement(node, f"{{{NS}}}{shape.head}") if shape.head else node
        _fill(head, shape.head or shape.node, record.head)
        for line in record.lines:
            _fill(etree.SubElement(node, f"{{{NS}}}{shape.line}"), str(shape.line), line)
    if transfer is not None:
        _fill(etree.SubElement(root, f"{{{NS}}}BaseTransfer"), "BaseTransfer", transfer)
    return root


def _fill(part: etree._Element, name: str, values: Mapping[str, str]) -> None:
    for each in PARTS[name]:
        value = each.fixed or values.get(each.name, "")
        if value == "" and each.required and each.low > 0:
            raise KeyError(f"{name}.{each.name}")
        if value != "" or each.required:
            etree.SubElement(part, f"{{{NS}}}{each.name}").text = value


def to_bytes(root: etree._Element) -> bytes:
    """Return ``root`` as a UTF-8 document, without white space of our making."""
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return data


def bad_value(each: Field, text: str) -> str:
    """Return what is wrong with ``text`` in ``each``, or an empty text."""
    if each.fixed is not None and text != each.fixed:
        return f"应为{each.fixed}"
    if each.kind == "text":
        return "" if each.low <= len(text) <= each.high else f"长度{len(text)}不符"
    text = text.strip(" \t\r\n")
    if each.kind == "int":
        wrong = not _INTEGER.fullmatch(text) or not -_INT_MAX - 1 <= int(text) <= _INT_MAX
        return "不是整数" if wrong or len(text.lstrip("+-0")) > each.high else ""
    if not _DECIMAL.fullmatch(text):
        return "不是数值"
    whole, _, fraction = text.lstrip("+-").partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    too_long = len(fraction) > 5 or len(whole) + len(fraction) > each.high
    return "位数超限" if too_long else ""
