"""Decide the frame of a business message: root, its documents, who transmits it.

The signature is put in last by ``sign.xmldsig``; the envelope around it is ``transport.dxp``'s.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from bonded_display.customs.errors import MailMalformed, MessageFaulty
from bonded_display.customs.messages.base_transfer import (
    BASE_SUBSCRIBE,
    BASE_TRANSFER,
    MOST_SUBSCRIBERS,
)
from bonded_display.customs.messages.table import (
    CEB,
    Document,
    Element,
    Fault,
    Message,
    Node,
    Values,
    faults,
)
from bonded_display.customs.messages.xml import local_name, texts

XSI = "http://www.w3.org/2001/XMLSchema-instance"
VERSION = "1.0"

ROOT = Node("root", (Element("guid", "C36", "Y", "Sender's own id of this message"),))
"""The attributes of every root; ``version`` is constant."""


def new_guid() -> str:
    """Return a fresh 36-character upper-case id; every sending has its own."""
    return str(uuid.uuid4()).upper()


@dataclass(frozen=True)
class Frame:
    """What a message says around its documents."""

    guid: str
    """36 characters, of this sending alone."""
    transfer: Values | None = None
    """``base_transfer.transfer_of``; None for what customs or the port says."""
    subscribers: Sequence[Values] = ()
    """Who else gets a copy, at most five."""


def build(
    message: Message, document: Document, *, transfer: Values, rules: Callable[[], list[Fault]]
) -> etree._Element:
    """Return the unsigned message of one document; its guid is the document's.

    As ``build_all``.
    """
    frame = Frame(document.head.get("guid", ""), transfer)
    return build_all(message, [document], frame, rules=rules)


def build_all(
    message: Message,
    documents: Sequence[Document],
    frame: Frame,
    *,
    rules: Callable[[], list[Fault]],
) -> etree._Element:
    """Return the unsigned message that carries ``documents``, at most as many as it may.

    ``rules`` looks for faults beyond the tables, once each value by itself is fit.  Raises
    ``MessageFaulty`` with every fault named when there is one: nothing unfit is ever signed.
    """
    found = table_faults(message, documents, frame) or rules()
    if found:
        raise MessageFaulty(kind=message.kind, faults=[str(fault) for fault in found])
    root = etree.Element(
        _tag(message.root),
        {"guid": frame.guid, "version": VERSION},
        nsmap={"ceb": CEB, "xsi": XSI},
    )
    for document in documents:
        _write(message, document, etree.SubElement(root, _tag(message.node)))
    if frame.transfer is not None:
        _fill(etree.SubElement(root, _tag(BASE_TRANSFER.name)), BASE_TRANSFER, frame.transfer)
    for subscriber in frame.subscribers:
        _fill(etree.SubElement(root, _tag(BASE_SUBSCRIBE.name)), BASE_SUBSCRIBE, subscriber)
    return root


def table_faults(message: Message, documents: Sequence[Document], frame: Frame) -> list[Fault]:
    """Return every fault of the documents and their frame against the tables."""
    found = [
        fault.of(message, place, len(documents))
        for place, document in enumerate(documents, start=1)
        for fault in faults(message, document)
    ]
    if not documents or len(documents) > (message.most or len(documents)):
        found.append(Fault(message.node, "document_count", str(len(documents))))
    return found + list(_frame_faults(message, frame))


def _frame_faults(message: Message, frame: Frame) -> Iterator[Fault]:
    yield from ROOT.faults({"guid": frame.guid}, message.root)
    if message.signature is None:
        if frame.transfer is not None or frame.subscribers:
            yield Fault(BASE_TRANSFER.name, "unknown_element")
        return
    yield from BASE_TRANSFER.faults(frame.transfer or {})
    for place, subscriber in enumerate(frame.subscribers, start=1):
        yield from BASE_SUBSCRIBE.faults(subscriber, f"{BASE_SUBSCRIBE.name}[{place}]")
    if len(frame.subscribers) > MOST_SUBSCRIBERS:
        yield Fault(BASE_SUBSCRIBE.name, "document_count", str(len(frame.subscribers)))


def _write(message: Message, document: Document, node: etree._Element) -> None:
    head = node if message.flat else etree.SubElement(node, _tag(message.head.name))
    _fill(head, message.head, document.head)
    for line in document.lines:
        if message.lines is not None:
            _fill(etree.SubElement(node, _tag(message.lines.name)), message.lines, line)


def read(message: Message, root: etree._Element) -> list[Document]:
    """Return the documents in ``root``; their values are not judged here.

    Raises ``MailMalformed`` when it is another message or of another namespace.
    """
    if root.tag != _tag(message.root):
        raise MailMalformed(reason="other_message", detail=local_name(root))
    return [_read_node(message, node) for node in root.findall(_tag(message.node))]


def read_frame(root: etree._Element) -> Frame:
    """Return what stands around the documents of ``root``; its values are not judged here."""
    transfer = root.find(_tag(BASE_TRANSFER.name))
    return Frame(
        guid=root.get("guid", ""),
        transfer=None if transfer is None else texts(transfer),
        subscribers=tuple(texts(node) for node in root.findall(_tag(BASE_SUBSCRIBE.name))),
    )


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
