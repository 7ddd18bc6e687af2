"""Decide how a mail from customs is opened: envelope, message, receipts.  Pure.

A mail is taken whole or not at all: ``MailMalformed`` when any node of it cannot be understood.
"""

from bonded_display.customs.messages.reading.opening import open_answer
from bonded_display.customs.messages.receipts import Receipt
from bonded_display.customs.transport.dxp import unwrap


def open_mail(raw: bytes) -> list[Receipt]:
    """Return the receipts in the envelope ``raw``; raises ``MailMalformed``."""
    return open_message(unwrap(raw))


def open_message(business: bytes) -> list[Receipt]:
    """Return the receipts in a business message; raises ``MailMalformed``."""
    opened = open_answer(business)
    if opened.unread:
        raise opened.unread[0].problem
    return list(opened.receipts)
