"""Decide what the payment message CEB411 carries, to read and check it.

It is never built here: the payment company alone may send it.
"""

from bonded_display.customs.messages.receipts import ReceiptShape, return_message
from bonded_display.customs.messages.table import Element, Message, Node

PAYMENT_HEAD = Node(
    "PaymentHead",
    (
        Element("guid", "C36", "Y", "Sender's own record id, upper case"),
        Element("appType", "C1", "Y", "1 new, 2 change, 3 delete"),
        Element("appTime", "C14", "Y", "Report time YYYYMMDDhhmmss"),
        Element("appStatus", "C..3", "Y", "1 save, 2 declare"),
        Element("payCode", "C..18", "Y", "Payment company customs code"),
        Element("payName", "C..100", "Y", "Payment company name"),
        Element("payTransactionId", "C..60", "Y", "Payment company's unique transaction number"),
        Element("orderNo", "C..60", "Y", "Platform order number; unique per platform"),
        Element("ebpCode", "C..18", "Y", "Platform customs code"),
        Element("ebpName", "C..100", "Y", "Platform registered name"),
        Element("payerIdType", "C1", "Y", "1 = ID card (only value)"),
        Element("payerIdNumber", "C..60", "Y", "Payer ID number"),
        Element("payerName", "C..60", "Y", "Payer legal name"),
        Element("telephone", "C..60", "-", "Payer phone"),
        Element("amountPaid", "N19,5", "Y", "Amount paid"),
        Element("currency", "C3", "Y", "Constant 142", fixed="142"),
        Element("payTime", "C14", "Y", "YYYYMMDDhhmmss"),
        Element("note", "C..1000", "-", "Free text"),
    ),
)

CEB411 = Message(
    about="The payment company tells what was paid; it is read and checked here, never sent.",
    root="CEB411Message",
    node="Payment",
    head=PAYMENT_HEAD,
    signature="-",
)

CEB412 = return_message(
    "CEB412Message",
    "PaymentReturn",
    Element("payCode", "C..18", "Y", "Payment company customs code"),
    Element("payTransactionId", "C..60", "Y", "Payment company's unique transaction number"),
)

SHAPE_412 = ReceiptShape(CEB412, keys=("payTransactionId", "payCode"))
