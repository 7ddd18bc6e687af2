"""Take in what waits in the mailbox: record it, or set it aside with the reason.

A mail is forgotten only when it is stored; one that fails for our own fault stays and is tried
again, and does not hold up the others.
"""

from dataclasses import dataclass

from bonded_display.customs import desk
from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.ports import Mailbox
from bonded_display.customs.record_receipt import record_receipt
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
        record_receipt(mailbox.read(name), name=name)
    except MailMalformed as problem:
        _park(mailbox, name, problem)
        return "parked"
    except Exception:  # noqa: BLE001  one mail must not hold up the others
        log.exception("customs.mail_left", mail=name)
        return "left"
    mailbox.taken(name)
    return "recorded"


def _park(mailbox: Mailbox, name: str, problem: MailMalformed) -> None:
    mailbox.park(name, f"{problem.reason} {problem.detail}".strip())
    with db.write() as conn:
        audit.record(
            conn, "customs.mail_parked", subject=f"customs_mail:{name[:60]}", detail=problem.facts
        )
