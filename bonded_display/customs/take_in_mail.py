"""Take in what waits in the mailbox: record it, or set it aside with the reason.

A mail is forgotten only when it is stored; one that fails for our own fault stays and is tried
again, and does not hold up the others.  Several workers share what waits.
"""

from dataclasses import dataclass

from bonded_display.customs import desk
from bonded_display.customs.errors import MailboxUnavailable, MailMalformed
from bonded_display.customs.ports import Mailbox
from bonded_display.customs.record_receipt import record_receipt
from bonded_display.customs.transport.files import safe_name
from kernel import audit, db
from kernel.logs import log


@dataclass(frozen=True)
class TakenIn:
    """How many mails were recorded, set aside unread, and left for another try."""

    recorded: int = 0
    parked: int = 0
    left: int = 0


def take_in_mail() -> TakenIn:
    """Take in every mail that waits now; raises ``MailboxUnavailable``."""
    mailbox = desk.current().mailbox
    outcomes = [_take(mailbox, name) for name in mailbox.waiting()]
    return TakenIn(*(outcomes.count(what) for what in ("recorded", "parked", "left")))


def _take(mailbox: Mailbox, name: str) -> str:
    try:
        with mailbox.alone(name) as mine:
            return _record(mailbox, name) if mine else "elsewhere"
    except MailboxUnavailable as problem:
        log.warning("customs.mail_left", mail=safe_name(name), problem=str(problem))
    except Exception:  # noqa: BLE001  one mail must not hold up the others
        log.exception("customs.mail_left", mail=safe_name(name))
    return "left"


def _record(mailbox: Mailbox, name: str) -> str:
    """Record one mail and forget it; a crash between the two brings it once more, as a repeat."""
    try:
        record_receipt(mailbox.read(name), name=safe_name(name))
    except MailMalformed as problem:
        _park(mailbox, name, problem)
        return "parked"
    mailbox.taken(name)
    return "recorded"


def _park(mailbox: Mailbox, name: str, problem: MailMalformed) -> None:
    mailbox.park(name, f"{problem.reason} {problem.detail}".strip())
    subject = f"customs_mail:{safe_name(name)[:60]}"
    with db.write() as conn:
        audit.record(conn, "customs.mail_parked", subject=subject, detail=problem.facts)
