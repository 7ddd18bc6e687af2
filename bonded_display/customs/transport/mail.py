"""Decide how a mail from customs is opened: envelope, message, receipts.  Pure.

Envelope and message are refused whole with ``MailMalformed``; of the nodes in it, those that
say too little to act are told apart and hold up none of the others.
"""

from bonded_display.customs.messages.reading.opening import Check, Opened, open_answer
from bonded_display.customs.transport.dxp import unwrap


def open_mail(raw: bytes, check: Check | None = None) -> Opened:
    """Return what the envelope ``raw`` says; raises ``MailMalformed``.

    ``check`` looks at the message's signature before anything in it is read; what was stored
    has been looked at.
    """
    return open_message(unwrap(raw), check)


def open_message(business: bytes, check: Check | None = None) -> Opened:
    """Return what a business message says, at least one receipt; raises ``MailMalformed``."""
    opened = open_answer(business, check)
    if not opened.receipts:
        raise opened.unread[0].problem
    return opened
