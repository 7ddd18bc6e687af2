"""Decide what the declaration-list message CEB621 carries: its elements, in the schema's order.

The order printed in the specification text differs and fails the schema.  When a list may be
sent is left to ``submit_list``; what its receipt means, to ``receipts``.
"""

from bonded_display.customs.messages.receipts import (
    AGENT_CODE,
    COP_NO,
    CUSTOMS_CODE,
    EBC_CODE,
    EBP_CODE,
    INVT_NO,
    PRE_NO,
    ReceiptShape,
    return_message,
)
from bonded_display.customs.messages.table import Element, Message, Node

INVENTORY_HEAD = Node(
    "InventoryHead",
    (
        Element("guid", "C36", "Y", "Sender's own record id, upper case"),
        Element("appType", "C1", "Y", "1 new, 2 change, 3 delete"),
        Element("appTime", "C14", "Y", "Report time YYYYMMDDhhmmss"),
        Element("appStatus", "C..3", "Y", "1 save, 2 declare (2 needs ds:Signature)"),
        Element("orderNo", "C..60", "Y", "Platform order number; unique per platform"),
        Element("ebpCode", "C..18", "Y", "Platform customs code"),
        Element("ebpName", "C..100", "Y", "Platform registered name"),
        Element(
            "ebcCode",
            "C..18",
            "Y",
            "Merchant (goods owner, or its registered identity): customs code",
        ),
        Element("ebcName", "C..100", "Y", "Merchant: registered name"),
        Element("logisticsNo", "C..60", "Y", "Waybill number; no reuse inside 6 months"),
        Element("logisticsCode", "C..18", "Y", "Logistics company customs code"),
        Element("logisticsName", "C..100", "Y", "Logistics company name"),
        Element("copNo", "C..20", "M", "Own document number"),
        Element("preNo", "C..18", "-", "E-port document number (B + date + serial)"),
        Element(
            "assureCode", "C..30", "Y", "Customs code of the company whose tax guarantee is used"
        ),
        Element("emsNo", "C..30", "M", "Account-book number of the zone warehouse; must for 1210"),
        Element("invtNo", "C..18", "-", "18-char list number given by customs"),
        Element("ieFlag", "C1", "Y", "I import / E export"),
        Element("declTime", "C8", "Y", "Declaration date YYYYMMDD"),
        Element("customsCode", "C4", "Y", "Customs office that takes the declaration"),
        Element("portCode", "C4", "Y", "Customs office of actual entry"),
        Element("ieDate", "C8", "-", "Entry date YYYYMMDD; omit when unknown"),
        Element("buyerIdType", "C1", "Y", "1 = ID card (the only accepted value)"),
        Element("buyerIdNumber", "C..60", "Y", "Buyer ID number"),
        Element("buyerName", "C..60", "Y", "Buyer's legal name"),
        Element("buyerTelephone", "C..30", "Y", "Buyer phone"),
        Element("consigneeAddress", "C..200", "Y", "Delivery address; same as in the waybill"),
        Element("agentCode", "C..18", "Y", "Declaring company code"),
        Element("agentName", "C..100", "Y", "Declaring company name"),
        Element("areaCode", "C..18", "M", "Zone warehouse company code; must for 1210"),
        Element("areaName", "C..100", "M", "Zone warehouse company name; must for 1210"),
        Element("tradeMode", "C4", "Y", "1210 or 9610"),
        Element("trafMode", "C1", "Y", "Transport code (1210: how it leaves the zone)"),
        Element("trafNo", "C..100", "-", "Vehicle / vessel; 9610 only"),
        Element("voyageNo", "C..32", "-", "Voyage / flight; 9610 only"),
        Element("billNo", "C..37", "-", "Master bill (9610)"),
        Element("loctNo", "C..10", "-", "Supervised-site code when the office has several sites"),
        Element("licenseNo", "C..19", "-", "Licence number"),
        Element("country", "C3", "Y", "Origin of shipment; 1210: constant 142"),
        Element("freight", "N19,5", "Y", "Freight really charged"),
        Element("insuredFee", "N19,5", "Y", "Insurance fee; 0 if none"),
        Element("currency", "C3", "Y", "Constant 142", fixed="142"),
        Element("wrapType", "C1", "-", "Package type, 1 digit"),
        Element("packNo", "N9", "Y", "Parcels; limited to 1"),
        Element("grossWeight", "N19,5", "Y", "kg with packing"),
        Element("netWeight", "N19,5", "Y", "kg net"),
        Element("note", "C..1000", "-", "Free text"),
    ),
)

INVENTORY_LIST = Node(
    "InventoryList",
    (
        Element("gnum", "int", "Y", "Line number; one to one with the order lines"),
        Element("itemRecordNo", "C..30", "M", "Account-book item number; must for 1210"),
        Element("itemNo", "C..20", "-", "Seller SKU"),
        Element("itemName", "C..250", "-", "Chinese name shown on the platform"),
        Element("gcode", "C10", "Y", "10-digit tariff code"),
        Element("gname", "C..250", "Y", "Goods name; same as in the order"),
        Element(
            "gmodel",
            "C..510",
            "Y",
            "Name, brand, spec, model, ingredients, content (enough for classification and valuation)",
        ),
        Element("barCode", "C..50", "M", "GTIN; in 621 write 无 when none"),
        Element("country", "C3", "Y", "Country of origin"),
        Element("tradeCountry", "C..3", "-", "Trading country; omit, never send empty"),
        Element("currency", "C3", "Y", "Constant 142", fixed="142"),
        Element("qty", "N19,5", "Y", "Quantity in the deal unit"),
        Element("unit", "C3", "Y", "Deal unit code"),
        Element("qty1", "N19,5", "Y", "Quantity in first statutory unit"),
        Element("unit1", "C3", "Y", "First statutory unit"),
        Element("qty2", "N19,5", "-", "Quantity in second statutory unit"),
        Element("unit2", "C3", "-", "Second statutory unit"),
        Element("price", "N19,5", "Y", "Unit price (gift = 0)"),
        Element("totalPrice", "N19,5", "Y", "price x qty"),
        Element("note", "C..1000", "-", "Free text"),
    ),
)

CEB621 = Message(
    about="The merchant or its agent declares a parcel: the declaration list.",
    root="CEB621Message",
    node="Inventory",
    head=INVENTORY_HEAD,
    lines=INVENTORY_LIST,
    signature="Y",
)

CEB622 = return_message(
    "CEB622Message",
    "InventoryReturn",
    CUSTOMS_CODE,
    EBP_CODE,
    EBC_CODE,
    AGENT_CODE,
    COP_NO,
    PRE_NO,
    INVT_NO,
)

SHAPE_622 = ReceiptShape(CEB622, keys=("copNo",))
"""``guid`` in it is the port's; the list is found by ``copNo`` (customs.md section 1)."""
