"""Decide the frame of a business message: root, one document, who transmits it.

The signature is put in last by ``sign.xmldsig``; the envelope around it is ``transport.dxp``'s.
"""

import uuid
from collections.abc import Callable

from lxml import etree

from bonded_display.customs.errors import MailMalformed, MessageFaulty
from bonded_display.customs.messages.base_transfer import BASE_TRANSFER
from bonded_display.customs.messages.table import (
    CEB,
    Document,
    Fault,
    Message,
    Node,
    Values,
    faults,
)
from bonded_display.customs.messages.xml import local_name, texts

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def new_guid() -> str:
    """Return a fresh 36-character upper-case id; every sending has its own."""
    return str(uuid.uuid4()).upper()


def build(
    message: Message, document: Document, *, transfer: Values, rules: Callable[[], list[Fault]]
) -> etree._Element:
    """Return the unsigned message; its guid is the document's.

    ``rules`` looks for faults beyond the tables, once each value by itself is fit.  Raises
    ``MessageFaulty`` with every fault named when there is one: nothing unfit is ever signed.
    """
    found = faults(message, document) + list(BASE_TRANSFER.faults(transfer)) or rules()
    if found:
        raise MessageFaulty(kind=message.kind, faults=[str(fault) for fault in found])
    root = etree.Element(
        _tag(message.root),
        {"guid": document.head["guid"], "version": "1.0"},
        nsmap={"ceb": CEB, "xsi": XSI},
    )
    node = etree.SubElement(root, _tag(message.node))
    _fill(
        node if message.flat else etree.SubElement(node, _tag(message.head.name)),
        message.head,
        document.head,
    )
    for line in document.lines:
        if message.lines is not None:
            _fill(etree.SubElement(node, _tag(message.lines.name)), message.lines, line)
    _fill(etree.SubElement(root, _tag(BASE_TRANSFER.name)), BASE_TRANSFER, transfer)
    return root


def read(message: Message, root: etree._Element) -> list[Document]:
    """Return the documents in ``root``; their values are not judged here.

    Raises ``MailMalformed`` when it is another message or of another namespace.
    """
    if root.tag != _tag(message.root):
        raise MailMalformed(reason="other_message", detail=local_name(root))
    return [_read_node(message, node) for node in root.findall(_tag(message.node))]


def _read_node(message: Message, node: etree._Element) -> Document:
    head = node if message.flat else node.find(_tag(message.head.name))
    if head is None:
        raise MailMalformed(reason="head_missing", detail=message.head.name)
    lines = [] if message.lines is None else node.findall(_tag(message.lines.name))
    return Document(head=texts(head), lines=tuple(texts(line) for line in lines))


def _fill(parent: etree._Element, node: Node, values: Values) -> None:
    for tag, value in node.present(values):
        etree.SubElement(parent, tag).text = value


def _tag(name: str) -> str:
    return f"{{{CEB}}}{name}"
