"""Decide how the port's answer CEB900 is read: a message of ours failed before customs saw it."""

from bonded_display.customs.messages.receipts import ReceiptShape
from bonded_display.customs.messages.table import Element, Message, Node

PORT_RETURN = Node(
    "MessageReturn",
    (
        Element("guid", "C36", "Y", "The port's record id"),
        Element("returnStatus", "C..10", "Y", "Below 0: what was wrong"),
        Element("returnInfo", "C..5000", "Y", "What was wrong, in words"),
        Element("returnTime", "C17", "Y", "The port's own time YYYYMMDDhhmmssmmm"),
        Element("oriCopMsgId", "C..255", "Y", "CopMsgId of the envelope that failed"),
        Element("oriMessageType", "C..15", "Y", "Kind of the message that failed"),
        Element("oriBizMessage", "C..", "Y", "The message that failed"),
    ),
)

CEB900 = Message(
    about="The port tells that a message of ours failed before customs saw it.",
    root="CEB900Message",
    node="MessageReturn",
    head=PORT_RETURN,
    flat=True,
    most=1,
)

SHAPE_900 = ReceiptShape(CEB900, keys=("oriCopMsgId",))
"""``oriCopMsgId`` is the envelope's ``CopMsgId``: our sending's own guid."""
