"""Decide how the port's answer CEB900 is read: a message of ours failed before customs saw it."""

from bonded_display.customs.messages.receipts import ReceiptShape

SHAPE_900 = ReceiptShape(
    root="CEB900Message", node="MessageReturn", keys=("oriCopMsgId", "oriMessageType")
)
"""``oriCopMsgId`` is the envelope's ``CopMsgId``: our sending's own guid."""
