"""Decide how a person sends a message again that was set aside, and what they are told.

Which bytes go is ``customs.sendings``': those that were signed.
"""

from bonded_display.customs.sendings import send
from kernel import audit, db
from kernel.errors import Problem
from kernel.logs import log
from shop.operations.errors import MessageStuck


def send_again(message_id: int) -> None:
    """Send one message that was set aside; one that went meanwhile stays as it is.

    Raises ``MessageStuck`` when its own fault is still there, ``MessageNotFound``,
    ``MailboxUnavailable``; it stays set aside then.
    """
    try:
        send(message_id)
    except Problem:
        raise
    except Exception as fault:
        log.exception("message_stuck", message_id=str(message_id))
        raise MessageStuck(trouble=type(fault).__name__) from fault
    with db.write() as conn:
        audit.record(conn, "send_again", subject=f"customs_message:{message_id}", detail={})
