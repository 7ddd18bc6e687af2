"""Decide how an answer of customs is opened: leniently, for answers do not fit their own schema.

Each node of a message is read by itself: one that cannot be understood does not take the others
with it, and what is odd about one that can is told beside it.  What an answer changes is left
to ``receipts`` of this room.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.messages import ceb816
from bonded_display.customs.messages.every import SHAPES
from bonded_display.customs.messages.reading.odd import frame_oddities, oddities
from bonded_display.customs.messages.receipts import Receipt, ReceiptShape, check_root, receipt
from bonded_display.customs.messages.table import CEB
from bonded_display.customs.messages.xml import read_xml, texts


@dataclass(frozen=True)
class Unread:
    """A node that cannot be understood: which document or what about it is not said."""

    place: int
    """Which node of the message, from 0."""
    where: str
    """The same in words: ``InventoryReturn[2]``."""
    problem: MailMalformed
    fields: Mapping[str, str] = field(repr=False)
    """What it does say."""


@dataclass(frozen=True)
class Opened:
    """One message of customs or the port, as far as it is understood."""

    kind: str
    receipts: tuple[Receipt, ...]
    unread: tuple[Unread, ...]
    odd: tuple[str, ...]
    """What is odd about the message around its nodes."""


Check = Callable[[etree._Element], None]
"""Raises ``MailMalformed`` unless the message may be believed."""


def open_answer(raw: bytes, check: Check | None = None) -> Opened:
    """Return what the business message ``raw`` says; ``check`` looks at it before it is read.

    Raises ``MailMalformed`` when it is no message of customs or holds no node at all.
    """
    root = read_xml(raw)
    if check is not None:
        check(root)
    shape = check_root(root, SHAPES)
    nodes = root.findall(f"{{{CEB}}}{shape.node}")
    if not nodes:
        raise MailMalformed(reason="receipt_empty", detail=shape.node)
    receipts: list[Receipt] = []
    unread: list[Unread] = []
    for place, node in enumerate(nodes):
        try:
            receipts.append(_read(shape, node))
        except MailMalformed as problem:
            where = f"{shape.node}[{place + 1}]"
            unread.append(Unread(place, where, problem, _head_texts(shape, node)))
    odd = tuple(str(fault) for fault in frame_oddities(shape.message, root))
    return Opened(shape.kind, tuple(receipts), tuple(unread), odd)


def _read(shape: ReceiptShape, node: etree._Element) -> Receipt:
    message = shape.message
    if not message.flat and node.find(f"{{{CEB}}}{message.head.name}") is None:
        raise MailMalformed(reason="head_missing", detail=message.head.name)
    lines = node.findall(f"{{{CEB}}}{message.lines.name}") if message.lines else []
    found = receipt(
        shape,
        _head_texts(shape, node),
        lines=tuple(texts(line) for line in lines),
        odd=tuple(str(fault) for fault in oddities(message, node)),
    )
    if shape is ceb816.SHAPE_816:
        ceb816.bill_of(found)
    return found


def _head_texts(shape: ReceiptShape, node: etree._Element) -> dict[str, str]:
    head = node if shape.message.flat else node.find(f"{{{CEB}}}{shape.message.head.name}")
    return {} if head is None else texts(head)
