"""Decide how receipts are read: leniently, for they do not always fit their own schema.

What is needed to know which document is meant and what was said must be there; everything
else may be missing, longer than allowed or unknown.  What a receipt changes is left to
``receipts`` of this room.  Each kind's fields stand in the module of its document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.messages.table import CEB
from bonded_display.customs.messages.xml import local_name, texts
from kernel import clock
from kernel.clock import Instant
from kernel.errors import Malformed


@dataclass(frozen=True)
class ReceiptShape:
    """Where a kind of receipt keeps its node and the keys by which its document is found."""

    root: str
    node: str
    keys: tuple[str, ...]
    """Elements that together name the document; the first that is there is needed."""

    @property
    def kind(self) -> str:
        """The name people use: ``CEB622``."""
        return self.root.removesuffix("Message")


@dataclass(frozen=True)
class Receipt:
    """What one return node says."""

    kind: str
    key: str
    """The document's own key, for example ``copNo``; repeats of a receipt have the same."""
    status: int
    time_text: str
    at: Instant
    info: str
    fields: Mapping[str, str]
    lines: tuple[Mapping[str, str], ...] = field(default_factory=tuple)


def read_receipts(shape: ReceiptShape, root: etree._Element) -> list[Receipt]:
    """Return the receipts in ``root``, at least one.

    Raises ``MailMalformed`` when a node lacks its key, status or time, or nothing is in it.
    """
    nodes = root.findall(f"{{{CEB}}}{shape.node}")
    if not nodes:
        raise MailMalformed(reason="receipt_empty", detail=shape.node)
    return [receipt(shape, texts(node)) for node in nodes]


def receipt(shape: ReceiptShape, fields: Mapping[str, str], **more: Any) -> Receipt:
    """Return the receipt of one node's ``fields``; raises as ``read_receipts``."""
    keys = [fields[name] for name in shape.keys if fields.get(name)]
    if not keys or not fields.get(shape.keys[0]):
        raise MailMalformed(reason="receipt_key", detail=shape.keys[0])
    time_text = fields.get("returnTime", "")
    return Receipt(
        kind=shape.kind,
        key="|".join(keys),
        status=_status(fields),
        time_text=time_text,
        at=return_time(time_text),
        info=fields.get("returnInfo", "")[:1000],
        fields=fields,
        **more,
    )


def return_time(text: str) -> Instant:
    """Return the instant of a receipt's time text; ``MailMalformed`` when it is none."""
    try:
        return clock.parse_china_text(text)
    except Malformed as error:
        raise MailMalformed(reason="receipt_time", detail=f"{len(text)} characters") from error


def _status(fields: Mapping[str, str]) -> int:
    text = fields.get("returnStatus") or fields.get("status") or ""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise MailMalformed(reason="receipt_status", detail=text[:10])
    return int(text)


def check_root(root: etree._Element, shapes: Mapping[str, ReceiptShape]) -> ReceiptShape:
    """Return the shape of ``root``; ``MailMalformed`` for another namespace or message."""
    namespace = etree.QName(root).namespace
    if namespace != CEB:
        raise MailMalformed(reason="namespace", detail=str(namespace)[:80])
    shape = shapes.get(local_name(root))
    if shape is None:
        raise MailMalformed(reason="other_message", detail=local_name(root)[:40])
    return shape
