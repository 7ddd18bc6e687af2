"""Decide how receipts are read: leniently, for they do not always fit their own schema.

What is needed to know which document is meant and what was said must be there; everything
else may be missing, longer than allowed or unknown.  What a receipt changes is left to
``receipts`` of this room.  Each kind's fields stand in the module of its document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lxml import etree

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.messages.table import CEB, Element, Message, Node
from bonded_display.customs.messages.xml import local_name
from kernel import clock
from kernel.clock import Instant
from kernel.errors import Malformed

Known = TypeVar("Known")


@dataclass(frozen=True)
class ReceiptShape:
    """A receipt's own table, and the keys by which its document is found."""

    message: Message
    keys: tuple[str, ...]
    """Elements that together name the document; the first must be there where the schema says
    so, else any."""

    @property
    def kind(self) -> str:
        """The name people use: ``CEB622``."""
        return self.message.kind

    @property
    def first_must(self) -> bool:
        """Whether a receipt without the first key names no document."""
        return any(
            element.name == self.keys[0] and element.presence == "Y"
            for element in self.message.head.elements
        )

    @property
    def root(self) -> str:
        """The root's name."""
        return self.message.root

    @property
    def node(self) -> str:
        """The name of the node that is one receipt."""
        return self.message.node


def return_message(root: str, node: str, *own: Element) -> Message:
    """Return the table of a receipt: its own elements between guid and what was decided."""
    about = f"Customs or the port answers a {ANSWERED[node]}."
    elements = (Element("guid", "C36", "Y", "The port's record id"), *own, *_DECIDED)
    return Message(root=root, node=node, head=Node(node, elements), about=about, flat=True)


ANSWERED = {
    "OrderReturn": "CEB311",
    "PaymentReturn": "CEB411",
    "LogisticsReturn": "CEB511",
    "LogisticsStatusReturn": "CEB513",
    "InventoryReturn": "CEB621",
    "InvtCancelReturn": "CEB623",
    "InvtRefundReturn": "CEB625",
    "DeliveryReturn": "CEB711",
}
"""Which message each kind of receipt is about."""

_DECIDED = (
    Element("returnStatus", "C..10", "Y", "Status code: positive a step, 100 and below 0 refused"),
    Element("returnTime", "C17", "Y", "Customs' own time YYYYMMDDhhmmssmmm"),
    Element("returnInfo", "C..1000", "Y", "Words, often with [Code:1800;Desc:...]"),
)
CUSTOMS_CODE = Element("customsCode", "C4", "-", "Customs office that takes the declaration")
COP_NO = Element("copNo", "C..20", "Y", "Own document number of what is answered")
PRE_NO = Element("preNo", "C18", "Y", "E-port document number (B + date + serial)")
INVT_NO = Element("invtNo", "C18", "-", "List number given by customs")
EBP_CODE = Element("ebpCode", "C..18", "-", "Platform customs code")
EBC_CODE = Element("ebcCode", "C..18", "-", "Merchant customs code")
AGENT_CODE = Element("agentCode", "C..18", "-", "Declaring company code")


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
    odd: tuple[str, ...] = ()
    """Where it is not what its own schema says, as ``element: rule``; it counts all the same."""


def receipt(shape: ReceiptShape, fields: Mapping[str, str], **more: Any) -> Receipt:
    """Return the receipt of one node's ``fields``.

    Raises ``MailMalformed`` when it lacks its key, status or time.
    """
    keys = [fields[name] for name in shape.keys if fields.get(name)]
    if not keys or (shape.first_must and not fields.get(shape.keys[0])):
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


def check_root(root: etree._Element, known: Mapping[str, Known]) -> Known:
    """Return what is ``known`` by the name of ``root``.

    Raises ``MailMalformed`` for another namespace or message.
    """
    namespace = etree.QName(root).namespace
    if namespace != CEB:
        raise MailMalformed(reason="namespace", detail=str(namespace)[:80])
    found = known.get(local_name(root))
    if found is None:
        raise MailMalformed(reason="other_message", detail=local_name(root)[:40])
    return found
