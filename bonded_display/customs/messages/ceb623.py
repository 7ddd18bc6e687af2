"""Decide what the withdrawal message CEB623 carries: a list taken back before release.

The goods return CEB625 opens with the same head, so both are written here once.  When customs
takes a withdrawal is left to the verbs; what the receipt means, to ``receipts``.
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


def head_about_list(name: str, app_type: str) -> Node:
    """Return the head of a document that names a list customs already knows."""
    return Node(
        name,
        (
            Element("guid", "C36", "Y", "Sender's own record id, upper case"),
            Element("appType", "C1", "Y", app_type),
            Element("appTime", "C14", "Y", "Report time YYYYMMDDhhmmss"),
            Element("appStatus", "C..3", "Y", "1 save, 2 declare"),
            Element("customsCode", "C4", "Y", "Customs office that takes the declaration"),
            Element("orderNo", "C..60", "Y", "Platform order number; unique per platform"),
            Element("ebpCode", "C..18", "Y", "Platform customs code"),
            Element("ebpName", "C..100", "Y", "Platform registered name"),
            Element("ebcCode", "C..18", "Y", "Merchant customs code"),
            Element("ebcName", "C..100", "Y", "Merchant registered name"),
            Element("logisticsNo", "C..60", "Y", "Waybill number"),
            Element("logisticsCode", "C..18", "Y", "Logistics company customs code"),
            Element("logisticsName", "C..100", "Y", "Logistics company name"),
            Element("copNo", "C..20", "M", "Own document number"),
            Element("preNo", "C..18", "-", "E-port document number (B + date + serial)"),
            Element("invtNo", "C..18", "Y", "Original list number"),
            Element("buyerIdType", "C1", "Y", "1 = ID card (the only accepted value)"),
            Element("buyerIdNumber", "C..60", "Y", "Buyer ID number"),
            Element("buyerName", "C..60", "Y", "Buyer's legal name"),
            Element("buyerTelephone", "C..30", "Y", "Buyer phone"),
            Element("agentCode", "C..18", "Y", "Declaring company code"),
            Element("agentName", "C..100", "Y", "Declaring company name"),
            Element("reason", "C..1000", "Y", "Reason"),
            Element("note", "C..1000", "-", "Free text"),
        ),
    )


ABOUT_LIST = (CUSTOMS_CODE, AGENT_CODE, EBP_CODE, EBC_CODE, COP_NO, PRE_NO, INVT_NO)
"""What the receipts of both carry."""

WITHDRAWAL = head_about_list("InvtCancel", "1 only")

CEB623 = Message(
    about="The same takes a list back before release: a withdrawal.",
    root="CEB623Message",
    node="InvtCancel",
    head=WITHDRAWAL,
    flat=True,
    signature="Y",
)

CEB624 = return_message("CEB624Message", "InvtCancelReturn", *ABOUT_LIST)

SHAPE_624 = ReceiptShape(CEB624, keys=("copNo",))
"""``guid`` in it is the port's; the withdrawal is found by its own ``copNo``."""
