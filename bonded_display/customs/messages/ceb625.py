"""Decide what the goods-return message CEB625 carries: lines of a released list that come back.

Which goods may still come back is left to the verbs; what the receipt means, to ``receipts``.
"""

from bonded_display.customs.messages.ceb623 import ABOUT_LIST, head_about_list
from bonded_display.customs.messages.receipts import ReceiptShape, return_message
from bonded_display.customs.messages.table import Element, Message, Node

RETURN_HEAD = head_about_list("InvtRefundHead", "1 new, 2 change, 3 delete")

RETURN_LIST = Node(
    "InvtRefundList",
    (
        Element("gnum", "int", "Y", "Line number IN THE ORIGINAL LIST"),
        Element("gcode", "C10", "Y", "10-digit tariff code"),
        Element("gname", "C..250", "Y", "Goods name; same as in the order"),
        Element("qty", "N19,5", "Y", "Quantity returned; not more than declared"),
        Element("unit", "C3", "Y", "Deal unit code"),
        Element("note", "C..1000", "-", "Free text"),
    ),
)

CEB625 = Message(
    about="The same declares goods of a released list that come back: a goods return.",
    root="CEB625Message",
    node="InvtRefund",
    head=RETURN_HEAD,
    lines=RETURN_LIST,
    signature="Y",
)

CEB626 = return_message("CEB626Message", "InvtRefundReturn", *ABOUT_LIST)

SHAPE_626 = ReceiptShape(CEB626, keys=("copNo",))
"""``guid`` in it is the port's; the goods return is found by its own ``copNo``."""
