"""Say what the CEB messages look like: one table a part, from which building and checking come.

Written from the reference alone, for the other side; building and reading by them is ``ceb``'s.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    most_lines: int = 99


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

_OF_LIST = (
    _APP + "customsCode:4 orderNo:..60 ebpCode:..18 ebpName:..100 ebcCode:..18 ebcName:..100"
    " logisticsNo:..60 logisticsCode:..18 logisticsName:..100 copNo?:..20 preNo?:..18 invtNo:..18"
    " buyerIdType:1 buyerIdNumber:..60 buyerName:..60 buyerTelephone:..30 agentCode:..18"
    " agentName:..100 reason:..1000 note?:..1000"
)
"""What a withdrawal and a goods return both say of the list they are about."""
_ANSWER_OF_LIST = (
    "guid:36 customsCode?:4 agentCode?:1..18 ebpCode?:1..18 ebcCode?:1..18 copNo:..20 preNo:18"
    " invtNo?:18" + _END
)

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
    "InvtCancel": _fields(_OF_LIST),
    "InvtRefundHead": _fields(_OF_LIST),
    "InvtRefundList": _fields("gnum:int gcode:10 gname:..250 qty:dec unit:3 note?:..1000"),
    "DeliveryHead": _fields(
        _APP + "customsCode:4 copNo?:..20 preNo?:..18 rkdNo?:..18 operatorCode:..18"
        " operatorName:..100 ieFlag:1 trafMode:1 trafNo:..100 voyageNo:..32 billNo:..37"
        " logisticsCode:..18 logisticsName:..100 unloadLocation?:..100 note?:..1000"
    ),
    "DeliveryList": _fields("gnum:int logisticsNo:..60 note?:..1000"),
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
    "InvtCancelReturn": _fields(_ANSWER_OF_LIST),
    "InvtRefundReturn": _fields(_ANSWER_OF_LIST),
    "DeliveryReturn": _fields(
        "guid:36 customsCode?:4 operatorCode?:1..18 copNo?:..20 preNo?:..18 rkdNo?:..18" + _END
    ),
    "TaxHeadRd": _fields(
        "guid:36 returnTime:17 invtNo:..18 taxNo:..50 customsTax:dec valueAddedTax:dec"
        " consumptionTax:dec status:1 entDutyNo?:..50 note?:..1000 assureCode?:..64 ebcCode?:..64"
        " logisticsCode?:..64 agentCode?:1..18 customsCode?:4"
    ),
    "TaxListRd": _fields(
        "gnum:int gcode:10 taxPrice:dec customsTax:dec valueAddedTax:dec consumptionTax:dec"
    ),
    "TaxHeadStatus": _fields(
        "guid:36 returnTime:17 invtNo:..18 taxNo:..50 status:1 entDutyNo?:..50 assureCode?:..64"
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
    "CEB623": Shape("InvtCancel", 100, must_be_signed=True),
    "CEB625": Shape("InvtRefund", 100, "InvtRefundHead", "InvtRefundList", must_be_signed=True),
    "CEB711": Shape(
        "Delivery", 1, "DeliveryHead", "DeliveryList", must_be_signed=True, most_lines=10**6
    ),
    "CEB312": Shape("OrderReturn", 100, is_receipt=True),
    "CEB412": Shape("PaymentReturn", 100, is_receipt=True),
    "CEB512": Shape("LogisticsReturn", 100, is_receipt=True),
    "CEB514": Shape("LogisticsStatusReturn", 100, is_receipt=True),
    "CEB622": Shape("InventoryReturn", 100, is_receipt=True),
    "CEB624": Shape("InvtCancelReturn", 100, is_receipt=True),
    "CEB626": Shape("InvtRefundReturn", 100, is_receipt=True),
    "CEB712": Shape("DeliveryReturn", 100, is_receipt=True),
    "CEB816": Shape("Tax", 10**6, "TaxHeadRd", "TaxListRd", is_receipt=True),
    "CEB818": Shape("Tax", 10**6, "TaxHeadStatus", is_receipt=True),
    "CEB900": Shape("MessageReturn", 1, is_receipt=True),
}
