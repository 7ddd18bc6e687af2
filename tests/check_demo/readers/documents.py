"""Read business messages: documents with head and lines, receipts as records.

Texts are kept to the letter; what must stand in them is decided by the checks.
"""

from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

CEB = "http://www.chinaport.gov.cn/ceb"
SHAPES = {
    "CEB311": ("Order", "OrderHead", "OrderList"),
    "CEB411": ("Payment", "PaymentHead", ""),
    "CEB511": ("Logistics", "LogisticsHead", ""),
    "CEB621": ("Inventory", "InventoryHead", "InventoryList"),
}


class Unreadable(ValueError):
    """A file that is not what its name says."""


class Values(dict[str, str]):
    """The children of one element by name, in their order; an absent one reads as empty."""

    def __missing__(self, name: str) -> str:
        return ""

    def number(self, name: str) -> Decimal:
        """Return a figure; raises ``ArithmeticError`` when it is none."""
        value = Decimal(self[name])
        if not value.is_finite():
            raise ArithmeticError(f"{name} is {value}")
        return value


@dataclass(frozen=True)
class Document:
    """One document as sent; the only record of its message."""

    kind: str
    root: etree._Element
    head: Values
    lines: list[Values]
    transfer: Values


@dataclass(frozen=True)
class Receipt:
    """One record of an answer of customs; ``lines`` only in a tax bill."""

    kind: str
    file: str
    said: Values
    lines: list[Values]


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise Unreadable(str(fault)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("a document type is declared")
    return root


def local(element: etree._Element) -> str:
    """Return the name of ``element`` in the messages' namespace, else its full name."""
    name = str(element.tag)
    return name.removeprefix(f"{{{CEB}}}")


def _values(element: etree._Element) -> Values:
    said = Values()
    for child in element:
        if local(child) in said or len(child):
            raise Unreadable(f"{local(element)}: {local(child)} twice or not a text")
        said[local(child)] = child.text or ""
    return said


def read_document(kind: str, data: bytes) -> Document:
    """Return the document in ``data``; raises ``Unreadable`` unless it is one of ``kind``."""
    root = _parse(data)
    node, head, line = SHAPES[kind]
    records = [child for child in root if local(child) == node]
    if local(root) != f"{kind}Message" or len(records) != 1:
        raise Unreadable(f"{kind}.xml holds {len(records)} {node} in {local(root)}")
    heads = [_values(child) for child in records[0] if local(child) == head]
    transfers = [_values(child) for child in root if local(child) == "BaseTransfer"]
    if len(heads) != 1 or len(transfers) != 1:
        raise Unreadable(f"{kind}.xml: one {head} and one BaseTransfer are due")
    lines = [_values(child) for child in records[0] if local(child) == line]
    return Document(kind, root, heads[0], lines, transfers[0])


def read_receipts(file: str, data: bytes) -> list[Receipt]:
    """Return the records of one answer; unknown elements are taken as they are."""
    root = _parse(data)
    kind = local(root).removesuffix("Message")
    if kind in ("CEB816", "CEB818"):
        return [_bill(kind, file, child) for child in root if local(child) == "Tax"]
    records = [child for child in root if not str(child.tag).endswith("}Signature")]
    return [Receipt(kind, file, _values(child), []) for child in records]


def _bill(kind: str, file: str, tax: etree._Element) -> Receipt:
    head, *lines = tax
    return Receipt(kind, file, _values(head), [_values(line) for line in lines])
