"""Take in again mail that was parked because nobody knew its certificate, once it is trusted.

A mail is forgotten in the folder only when it is recorded; a crash between the two brings it once
more, as a repeat.  What is damaged itself stays: reading it again would change nothing.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from bonded_display.customs import desk
from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.record_receipt import record_receipt
from bonded_display.customs.sign.trust import read_trust
from bonded_display.customs.transport import parking
from bonded_display.customs.transport.parking import ParkedMail
from kernel import audit, db
from kernel.config import Config
from kernel.logs import log

OF_TRUST = frozenset({"signature_unknown", "signature_missing", "signature_dates"})
"""Reasons that lie with whom we trust, not with the mail."""


@dataclass(frozen=True)
class TakenAgain:
    """How many mails were recorded, how many stay for the reason they have, or fail for ours."""

    recorded: int = 0
    stay: int = 0
    failed: int = 0


def renew_trust(config: Config) -> None:
    """Let this process trust the certificates that lie in the folder now; the same change nothing.

    Raises ``ValueError`` naming a file that is no certificate.
    """
    folder, required = Path(config.trusted_certificates_dir), config.mail_signature == "required"
    trust, current = read_trust(folder, required=required), desk.current()
    if trust != current.trust:
        desk.use(replace(current, trust=trust))


def may_come_again(mail: ParkedMail) -> bool:
    """Whether trusting a certificate may make this mail one that is taken."""
    return mail.read_whole and mail.reason in OF_TRUST


def take_parked_again(bad: Path) -> TakenAgain:
    """Take in every mail of the folder ``bad`` whose reason lies with whom we trust.

    Safe to run again, also after a crash at any step.  Raises ``MailboxUnavailable`` when the
    folder cannot be read; nothing was changed then.
    """
    parking.tidy(bad)
    outcomes = [_take(bad, mail) for mail in parking.parked(bad) if may_come_again(mail)]
    return TakenAgain(*(outcomes.count(what) for what in ("recorded", "stay", "failed")))


def _take(bad: Path, mail: ParkedMail) -> str:
    try:
        return _record(bad, mail)
    except Exception:  # noqa: BLE001  one mail must not hold up the others
        log.exception("customs.parked_mail_left", mail=mail.name)
        return "failed"


def _record(bad: Path, mail: ParkedMail) -> str:
    raw = parking.read_parked(bad, mail.name)
    try:
        record_receipt(raw, name=mail.name)
    except MailMalformed as problem:
        if problem.reason != mail.reason:
            parking.write_reason(bad, mail.name, f"{problem.reason} {problem.detail}".strip())
        return "stay"
    with db.write() as conn:
        detail = {"reason": mail.reason, "detail": mail.detail[:40]}
        audit.record(
            conn,
            "customs.parked_mail_taken",
            subject=f"customs_mail:{mail.name[:60]}",
            detail=detail,
        )
    parking.forget_parked(bad, mail.name)
    return "recorded"
