"""Decide what the warehouse-in message CEB711 carries, to read and check it.

The operator of the supervised site sends it, for goods that came in by waybill; it is not the
exit of a 1210 parcel (customs.md section 0).
"""

from bonded_display.customs.messages.receipts import (
    CUSTOMS_CODE,
    ReceiptShape,
    return_message,
)
from bonded_display.customs.messages.table import Element, Message, Node

DELIVERY_HEAD = Node(
    "DeliveryHead",
    (
        Element("guid", "C36", "Y", "Sender's own record id, upper case"),
        Element("appType", "C1", "Y", "1 new, 2 change, 3 delete"),
        Element("appTime", "C14", "Y", "Report time YYYYMMDDhhmmss"),
        Element("appStatus", "C..3", "Y", "1 save, 2 declare"),
        Element("customsCode", "C4", "Y", "Customs office that takes the declaration"),
        Element("copNo", "C..20", "M", "Own document number"),
        Element("preNo", "C..18", "-", "E-port document number (B + date + serial)"),
        Element("rkdNo", "C..18", "-", "Warehouse-in number from customs"),
        Element("operatorCode", "C..18", "Y", "Supervised-site operator code"),
        Element("operatorName", "C..100", "Y", "Supervised-site operator name"),
        Element("ieFlag", "C1", "Y", "I import / E export"),
        Element("trafMode", "C1", "Y", "Transport code"),
        Element("trafNo", "C..100", "Y", "Vehicle / vessel"),
        Element("voyageNo", "C..32", "Y", "Voyage / flight"),
        Element("billNo", "C..37", "Y", "Master bill"),
        Element("logisticsCode", "C..18", "Y", "Logistics company customs code"),
        Element("logisticsName", "C..100", "Y", "Logistics company name"),
        Element("unloadLocation", "C..100", "-", "Place of unloading"),
        Element("note", "C..1000", "-", "Free text"),
    ),
)

DELIVERY_LIST = Node(
    "DeliveryList",
    (
        Element("gnum", "int", "Y", "Line number from 1, no gaps"),
        Element("logisticsNo", "C..60", "Y", "Waybill number"),
        Element("note", "C..1000", "-", "Free text"),
    ),
)

CEB711 = Message(
    about="The operator of a supervised site tells what came in; read and checked here, never sent.",
    root="CEB711Message",
    node="Delivery",
    head=DELIVERY_HEAD,
    lines=DELIVERY_LIST,
    most=1,
    most_lines=None,
    signature="Y",
)

CEB712 = return_message(
    "CEB712Message",
    "DeliveryReturn",
    CUSTOMS_CODE,
    Element("operatorCode", "C..18", "-", "Supervised-site operator code"),
    Element("copNo", "C..20", "-", "Own document number of what is answered"),
    Element("preNo", "C..18", "-", "E-port document number"),
    Element("rkdNo", "C..18", "-", "Warehouse-in number from customs"),
)

SHAPE_712 = ReceiptShape(CEB712, keys=("copNo", "preNo", "rkdNo"))
