"""Say what the CEB messages look like: one table a part, from which building and checking come.

Written from the reference alone, for the other side; signing is ``signature``'s, envelopes
are ``mailbox``'s, what a message means is each program's.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

NS = "http://www.chinaport.gov.cn/ceb"
DS = "http://www.w3.org/2000/09/xmldsig#"
PREFIXES = {"ceb": NS, "ds": DS}

_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_INT_MAX = 2**31 - 1


class Unreadable(Exception):
    """The bytes are not an XML document that we would open."""


@dataclass(frozen=True)
class Field:
    """One element: ``kind`` is text, decimal or int; text has ``low``..``high`` characters."""

    name: str
    kind: str
    low: int
    high: int
    required: bool
    fixed: str | None


@dataclass(frozen=True)
class Shape:
    """One document: ``head`` and ``line`` name its parts; without ``head`` the node is the part."""

    node: str
    most: int
    head: str | None = None
    line: str | None = None
    is_receipt: bool = False
    must_be_signed: bool = False


@dataclass(frozen=True)
class Record:
    """What one business node says: texts by element name, the lines in their order."""

    head: Mapping[str, str]
    lines: Sequence[Mapping[str, str]] = field(default_factory=tuple)


def _field(text: str) -> Field:
    """Read ``name:36``, ``name:..60``, ``name?:1..3``, ``name:dec``, ``name:int``, ``...=142``."""
    text, _, fixed = text.partition("=")
    name, _, kind = text.partition(":")
    required = not name.endswith("?")
    name = name.rstrip("?")
    if kind in ("dec", "int", "int9"):
        high = {"dec": 19, "int": 10, "int9": 9}[kind]
        return Field(name, "decimal" if kind == "dec" else "int", 1, high, required, fixed or None)
    low, dots, high_text = kind.partition("..")
    if not dots:
        return Field(name, "text", int(low), int(low), required, fixed or None)
    lowest = int(low) if low else int(required)
    return Field(name, "text", lowest, int(high_text or 10**9), required, fixed or None)


def _fields(text: str) -> tuple[Field, ...]:
    return tuple(_field(word) for word in text.split())


_APP = "guid:36 appType:1 appTime:14 appStatus:..3 "
_END = " returnStatus:..10 returnTime:17 returnInfo:..1000"

PARTS: dict[str, tuple[Field, ...]] = {
    "OrderHead": _fields(
        _APP + "orderType:1 orderNo:..60 ebpCode:..18 ebpName:..100 ebcCode:..18 ebcName:..100"
        " goodsValue:dec freight:dec discount:dec taxTotal:dec acturalPaid:dec currency:3=142"
        " buyerRegNo:..60 buyerName:..60 buyerTelephone:..30 buyerIdType:1 buyerIdNumber:..60"
        " payCode?:..18 payName?:..100 payTransactionId?:..60 batchNumbers?:..100"
        " consignee:..100 consigneeTelephone:..50 consigneeAddress:..200 consigneeDistrict?:6"
        " note?:..1000"
    ),
    "OrderList": _fields(
        "gnum:int itemNo?:..30 itemName:..250 gmodel:..510 itemDescribe?:..1000 barCode?:..50"
        " unit:3 qty:dec price:dec totalPrice:dec currency:3=142 country:3 note?:..1000"
    ),
    "PaymentHead": _fields(
        _APP + "payCode:..18 payName:..100 payTransactionId:..60 orderNo:..60 ebpCode:..18"
        " ebpName:..100 payerIdType:1 payerIdNumber:..60 payerName:..60 telephone?:..60"
        " amountPaid:dec currency:3=142 payTime:14 note?:..1000"
    ),
    "LogisticsHead": _fields(
        _APP + "logisticsCode:..18 logisticsName:..100 logisticsNo:..60 billNo?:..37 orderNo:..60"
        " freight?:dec insuredFee?:dec currency:3=142 weight:dec packNo:int9 goodsInfo?:..200"
        " consignee:..100 consigneeAddress:..200 consigneeTelephone:..50 note?:..1000"
    ),
    "LogisticsStatus": _fields(
        _APP + "logisticsCode:..18 logisticsName:..100 logisticsNo:..60 logisticsStatus:1"
        " logisticsTime:14 note?:..1000"
    ),
    "InventoryHead": _fields(
        _APP + "orderNo:..60 ebpCode:..18 ebpName:..100 ebcCode:..18 ebcName:..100"
        " logisticsNo:..60 logisticsCode:..18 logisticsName:..100 copNo?:..20 preNo?:..18"
        " assureCode:..30 emsNo?:..30 invtNo?:..18 ieFlag:1 declTime:8 customsCode:4 portCode:4"
        " ieDate?:8 buyerIdType:1 buyerIdNumber:..60 buyerName:..60 buyerTelephone:..30"
        " consigneeAddress:..200 agentCode:..18 agentName:..100 areaCode?:..18 areaName?:..100"
        " tradeMode:4 trafMode:1 trafNo?:..100 voyageNo?:..32 billNo?:..37 loctNo?:..10"
        " licenseNo?:..19 country:3 freight:dec insuredFee:dec currency:3=142 wrapType?:1"
        " packNo:int9 grossWeight:dec netWeight:dec note?:..1000"
    ),
    "InventoryList": _fields(
        "gnum:int itemRecordNo?:..30 itemNo?:..20 itemName?:..250 gcode:10 gname:..250"
        " gmodel:..510 barCode?:..50 country:3 tradeCountry?:1..3 currency:3=142 qty:dec unit:3"
        " qty1:dec unit1:3 qty2?:dec unit2?:3 price:dec totalPrice:dec note?:..1000"
    ),
    "BaseTransfer": _fields("copCode:..18 copName:..100 dxpMode:3 dxpId:..30 note?:..1000"),
    "BaseSubscribe": _fields("status:..100 dxpMode:3 dxpAddress:..100 note?:..1000"),
    "OrderReturn": _fields("guid:36 ebpCode:..18 ebcCode:..18 orderNo:..60" + _END),
    "PaymentReturn": _fields("guid:36 payCode:..18 payTransactionId:..60" + _END),
    "LogisticsReturn": _fields("guid:36 logisticsCode:..18 logisticsNo:..60" + _END),
    "LogisticsStatusReturn": _fields(
        "guid:36 logisticsCode:..18 logisticsNo:..60 logisticsStatus:1" + _END
    ),
    "InventoryReturn": _fields(
        "guid:36 customsCode?:4 ebpCode?:1..18 ebcCode?:1..18 agentCode?:1..18 copNo:..20"
        " preNo:18 invtNo?:18" + _END
    ),
    "TaxHeadRd": _fields(
        "guid:36 returnTime:17 invtNo:..18 taxNo:..50 customsTax:dec valueAddedTax:dec"
        " consumptionTax:dec status:1 entDutyNo?:..50 note?:..1000 assureCode?:..64 ebcCode?:..64"
        " logisticsCode?:..64 agentCode?:1..18 customsCode?:4"
    ),
    "TaxListRd": _fields(
        "gnum:int gcode:10 taxPrice:dec customsTax:dec valueAddedTax:dec consumptionTax:dec"
    ),
    "MessageReturn": _fields(
        "guid:36 returnStatus:..10 returnInfo:0..5000 returnTime:17 oriCopMsgId:0..255"
        " oriMessageType:0..15 oriBizMessage:0.."
    ),
}

SHAPES: dict[str, Shape] = {
    "CEB311": Shape("Order", 100, "OrderHead", "OrderList"),
    "CEB411": Shape("Payment", 100, "PaymentHead"),
    "CEB511": Shape("Logistics", 100, "LogisticsHead"),
    "CEB513": Shape("LogisticsStatus", 100),
    "CEB621": Shape("Inventory", 100, "InventoryHead", "InventoryList", must_be_signed=True),
    "CEB312": Shape("OrderReturn", 100, is_receipt=True),
    "CEB412": Shape("PaymentReturn", 100, is_receipt=True),
    "CEB512": Shape("LogisticsReturn", 100, is_receipt=True),
    "CEB514": Shape("LogisticsStatusReturn", 100, is_receipt=True),
    "CEB622": Shape("InventoryReturn", 100, is_receipt=True),
    "CEB816": Shape("Tax", 10**6, "TaxHeadRd", "TaxListRd", is_receipt=True),
    "CEB900": Shape("MessageReturn", 1, is_receipt=True),
}


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
    return cast(list[etree._Element], node.xpath(path, namespaces=PREFIXES))


def records(root: etree._Element) -> Iterator[Record]:
    """Yield what each business node of ``root`` says, by XPath; nothing is checked here."""
    shape = SHAPES[kind_of(root)]
    for node in find(root, f"./ceb:{shape.node}"):
        head = find(node, f"./ceb:{shape.head}")[0] if shape.head else node
        lines = find(node, f"./ceb:{shape.line}") if shape.line else []
        yield Record(texts(head), tuple(texts(line) for line in lines))


def texts(part: etree._Element) -> dict[str, str]:
    """Return the texts of the children of ``part`` by local name."""
    return {etree.QName(child).localname: child.text or "" for child in part.iterchildren("*")}


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
