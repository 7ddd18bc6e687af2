"""Decide what the order message CEB311 carries: its elements, in the schema's order.

Who may send it and when is left to ``submit_order``; what its receipt means, to ``receipts``.
"""

from bonded_display.customs.messages.receipts import ReceiptShape, return_message
from bonded_display.customs.messages.table import Element, Message, Node

ORDER_HEAD = Node(
    "OrderHead",
    (
        Element("guid", "C36", "Y", "Sender's own record id, upper case"),
        Element("appType", "C1", "Y", "1 new, 2 change, 3 delete"),
        Element("appTime", "C14", "Y", "Report time YYYYMMDDhhmmss"),
        Element("appStatus", "C..3", "Y", "1 save, 2 declare"),
        Element("orderType", "C1", "Y", "Constant I (import)"),
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
        Element(
            "goodsValue",
            "N19,5",
            "Y",
            "Goods at actual deal price; non-cash deductions are NOT taken off",
        ),
        Element("freight", "N19,5", "Y", "Freight not inside the goods price; 0 if none"),
        Element("discount", "N19,5", "Y", "Points / vouchers / other non-cash part; 0 if none"),
        Element("taxTotal", "N19,5", "Y", "Tax pre-collected from the buyer; 0 if none"),
        Element(
            "acturalPaid",
            "N19,5",
            "Y",
            "(sic) = goodsValue + freight + taxTotal - discount; equals CEB411 amountPaid",
        ),
        Element("currency", "C3", "Y", "Constant 142", fixed="142"),
        Element("buyerRegNo", "C..60", "Y", "Buyer's account id on the platform"),
        Element("buyerName", "C..60", "Y", "Buyer's legal name"),
        Element("buyerTelephone", "C..30", "Y", "Buyer phone"),
        Element("buyerIdType", "C1", "Y", "1 = ID card (the only accepted value)"),
        Element("buyerIdNumber", "C..60", "Y", "Buyer ID number"),
        Element("payCode", "C..18", "-", "Payment company customs code"),
        Element("payName", "C..100", "-", "Payment company name"),
        Element("payTransactionId", "C..60", "-", "Payment company's unique transaction number"),
        Element("batchNumbers", "C..100", "-", "Goods batch numbers"),
        Element("consignee", "C..100", "Y", "Receiver name; same text as in the waybill"),
        Element("consigneeTelephone", "C..50", "Y", "Receiver phone; same as in the waybill"),
        Element("consigneeAddress", "C..200", "Y", "Delivery address; same as in the waybill"),
        Element("consigneeDistrict", "C6", "-", "6-digit administrative division code"),
        Element("note", "C..1000", "-", "Free text"),
    ),
)

ORDER_LIST = Node(
    "OrderList",
    (
        Element("gnum", "int", "Y", "Line number from 1, no gaps"),
        Element("itemNo", "C..30", "-", "Seller SKU"),
        Element("itemName", "C..250", "Y", "Chinese name shown on the platform"),
        Element(
            "gmodel",
            "C..510",
            "Y",
            "Name, brand, spec, model, ingredients, content (enough for classification and valuation)",
        ),
        Element("itemDescribe", "C..1000", "-", "Description"),
        Element("barCode", "C..50", "-", "GTIN; in 621 write 无 when none"),
        Element("unit", "C3", "Y", "Deal unit code"),
        Element("qty", "N19,5", "Y", "Quantity in the deal unit"),
        Element("price", "N19,5", "Y", "Unit price (gift = 0)"),
        Element("totalPrice", "N19,5", "Y", "price x qty"),
        Element("currency", "C3", "Y", "Constant 142", fixed="142"),
        Element("country", "C3", "Y", "Country of origin"),
        Element("note", "C..1000", "-", "Explain price far from market, promotion"),
    ),
)

CEB311 = Message(
    about="The platform or the merchant tells what was ordered and paid.",
    root="CEB311Message",
    node="Order",
    head=ORDER_HEAD,
    lines=ORDER_LIST,
    signature="-",
)

CEB312 = return_message(
    "CEB312Message",
    "OrderReturn",
    Element("ebpCode", "C..18", "Y", "Platform customs code"),
    Element("ebcCode", "C..18", "Y", "Merchant customs code"),
    Element("orderNo", "C..60", "Y", "Platform order number"),
)

SHAPE_312 = ReceiptShape(CEB312, keys=("orderNo", "ebpCode"))
