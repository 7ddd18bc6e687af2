"""Decide how a mail from customs is opened: envelope, message, receipts.  Pure.

A mail is taken whole or not at all: ``MailMalformed`` when any node of it cannot be understood.
"""

from bonded_display.customs.messages.reading.opening import Check, open_answer
from bonded_display.customs.messages.receipts import Receipt
from bonded_display.customs.transport.dxp import unwrap


def open_mail(raw: bytes, check: Check | None = None) -> list[Receipt]:
    """Return the receipts in the envelope ``raw``; raises ``MailMalformed``.

    ``check`` looks at the message's signature before anything in it is read; what was stored
    has been looked at.
    """
    return open_message(unwrap(raw), check)


def open_message(business: bytes, check: Check | None = None) -> list[Receipt]:
    """Return the receipts in a business message; raises ``MailMalformed``."""
    opened = open_answer(business, check)
    if opened.unread:
        raise opened.unread[0].problem
    return list(opened.receipts)
