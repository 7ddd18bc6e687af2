"""Decide what the waybill messages CEB511 and CEB513 carry, to read and check them.

They are never built here: the courier alone may send them.
"""

from bonded_display.customs.messages.receipts import ReceiptShape, return_message
from bonded_display.customs.messages.table import Element, Message, Node

LOGISTICS_HEAD = Node(
    "LogisticsHead",
    (
        Element("guid", "C36", "Y", "Sender's own record id, upper case"),
        Element("appType", "C1", "Y", "1 new, 2 change, 3 delete"),
        Element("appTime", "C14", "Y", "Report time YYYYMMDDhhmmss"),
        Element("appStatus", "C..3", "Y", "1 save, 2 declare"),
        Element("logisticsCode", "C..18", "Y", "Logistics company customs code"),
        Element("logisticsName", "C..100", "Y", "Logistics company name"),
        Element("logisticsNo", "C..60", "Y", "Waybill number; no reuse inside 6 months"),
        Element("billNo", "C..37", "-", "Master bill (9610)"),
        Element("orderNo", "C..60", "Y", "Platform order number; unique per platform"),
        Element("freight", "N19,5", "M", "Freight; XSD optional, spec text required, send 0"),
        Element("insuredFee", "N19,5", "M", "Insurance; XSD optional, spec text required, send 0"),
        Element("currency", "C3", "Y", "Constant 142", fixed="142"),
        Element("weight", "N19,5", "Y", "Gross kg"),
        Element("packNo", "N9", "Y", "Parcels; limited to 1"),
        Element("goodsInfo", "C..200", "-", "What is delivered"),
        Element("consignee", "C..100", "Y", "Receiver name; same text as in the waybill"),
        Element("consigneeAddress", "C..200", "Y", "Delivery address; same as in the waybill"),
        Element("consigneeTelephone", "C..50", "Y", "Receiver phone; same as in the waybill"),
        Element("note", "C..1000", "-", "Free text"),
    ),
)

LOGISTICS_STATUS = Node(
    "LogisticsStatus",
    (
        Element("guid", "C36", "Y", "Sender's own record id, upper case"),
        Element("appType", "C1", "Y", "1 new, 2 change, 3 delete"),
        Element("appTime", "C14", "Y", "Report time YYYYMMDDhhmmss"),
        Element("appStatus", "C..3", "Y", "1 save, 2 declare"),
        Element("logisticsCode", "C..18", "Y", "Logistics company customs code"),
        Element("logisticsName", "C..100", "Y", "Logistics company name"),
        Element("logisticsNo", "C..60", "Y", "Waybill number; no reuse inside 6 months"),
        Element("logisticsStatus", "C1", "Y", "Constant S (signed for)"),
        Element("logisticsTime", "C14", "Y", "YYYYMMDDhhmmss of the event"),
        Element("note", "C..1000", "-", "Free text"),
    ),
)

CEB511 = Message(
    about="The courier tells of a parcel; it is read and checked here, never sent.",
    root="CEB511Message",
    node="Logistics",
    head=LOGISTICS_HEAD,
    signature="-",
)
CEB513 = Message(
    about="The courier tells that a parcel was signed for; it is read and checked here, never sent.",
    root="CEB513Message",
    node="LogisticsStatus",
    head=LOGISTICS_STATUS,
    flat=True,
    signature="-",
)

_CODE = Element("logisticsCode", "C..18", "Y", "Logistics company customs code")
_NO = Element("logisticsNo", "C..60", "Y", "Waybill number")

CEB512 = return_message("CEB512Message", "LogisticsReturn", _CODE, _NO)
CEB514 = return_message(
    "CEB514Message",
    "LogisticsStatusReturn",
    _CODE,
    _NO,
    Element("logisticsStatus", "C1", "Y", "Constant S (signed for)"),
)

SHAPE_512 = ReceiptShape(CEB512, keys=("logisticsNo", "logisticsCode"))
SHAPE_514 = ReceiptShape(CEB514, keys=("logisticsNo", "logisticsCode"))
