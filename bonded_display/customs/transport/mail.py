"""Decide how a mail from customs is opened: envelope, message, receipts.  Pure.

Envelope and message are refused whole with ``MailMalformed``; of the nodes in it, those that
say too little to act are told apart and hold up none of the others.
"""

from dataclasses import replace

from bonded_display.customs.messages.reading.opening import Check, Opened, open_answer
from bonded_display.customs.transport.dxp import unwrap

UNREAD = "unread"
"""What is said beside the others about a node that nobody understood."""


def open_mail(raw: bytes, check: Check | None = None) -> Opened:
    """Return what the envelope ``raw`` says; raises ``MailMalformed``.

    ``check`` looks at the message's signature before anything in it is read; what was stored
    has been looked at.
    """
    return open_message(unwrap(raw), check)


def open_message(business: bytes, check: Check | None = None) -> Opened:
    """Return what a business message says, at least one receipt; raises ``MailMalformed``.

    What is odd around the nodes, and about nodes that nobody understood, is told with each.
    """
    opened = open_answer(business, check)
    if not opened.receipts:
        raise opened.unread[0].problem
    around = (*opened.odd, *(f"{one.where}: {UNREAD}" for one in opened.unread))
    if not around:
        return opened
    told = tuple(replace(one, odd=(*one.odd, *around)) for one in opened.receipts)
    return replace(opened, receipts=told)
