"""Record a mail from customs: kept sealed, each receipt in it once, with what it changes.

The order of answers is decided by their return time (``answers``); who fetches mail is
``take_in_mail``.
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bonded_display.customs import desk, lists
from bonded_display.customs.heard import receipts
from bonded_display.customs.heard.finders import Target, find_target
from bonded_display.customs.heard.receipts import Heard
from bonded_display.customs.messages.reading.opening import Opened
from bonded_display.customs.messages.receipts import Receipt
from bonded_display.customs.tables import customs_mail, customs_receipt
from bonded_display.customs.transport.mail import open_mail
from kernel import audit, clock, crypto, db, ids, locks, metrics
from kernel.batch import insert_new
from kernel.clock import Instant

MOST_ODD = 20
"""Oddities named in the line about a mail; the mail itself is kept whole."""


@dataclass(frozen=True)
class Recorded:
    """What became of one mail: for each receipt ``taken``, ``repeat`` or why it only is kept."""

    mail_id: int
    outcomes: tuple[str, ...]
    repeated: bool = False
    """True when this very mail had come before."""


def record_receipt(raw: bytes, *, name: str) -> Recorded:
    """Record the mail ``raw`` (a DxpMsg) that came as ``name``; all its receipts or none.

    A node that says too little to act is kept with the mail and waits for a person.  Raises
    ``MailMalformed`` before anything is written when nothing in it can be understood, or its
    signature is not one that is believed.
    """
    at = clock.now()
    trust = desk.current().trust
    opened = open_mail(raw, lambda root: trust.check(root, at))
    found = opened.receipts
    digest = hashlib.sha256(raw).hexdigest()
    with db.write() as conn:
        targets = receipts.lock_orders(conn, found)
        mail_id = ids.new()
        kept = {
            "id": mail_id,
            "name": name,
            "sha256": digest,
            "raw_sealed": crypto.seal(raw, _context(mail_id)),
            "taken_at": at,
        }
        if not insert_new(conn, customs_mail, kept):
            known = select(customs_mail.c.id).where(customs_mail.c.sha256 == digest)
            return Recorded(conn.execute(known).scalar_one(), (), repeated=True)
        _flag(conn, mail_id, opened)
        outcomes = [
            _take(conn, Heard(receipt, mail_id, place, at), target)
            for place, (receipt, target) in enumerate(zip(found, targets, strict=True))
        ]
    for receipt, outcome in zip(found, outcomes, strict=True):
        if receipt.kind in receipts.BILLS and outcome == receipts.UNMATCHED:
            _look_again(receipt, at)
    return Recorded(mail_id, tuple(outcomes))


def _look_again(bill: Receipt, at: Instant) -> None:
    """Let a bill act whose list was given its number in the same moment, by another worker.

    Each of the two commits before it looks for the other: whoever comes last finds it.
    """
    invt_no = bill.fields["invtNo"]
    with db.write() as conn:  # whoever is giving a list this number now has ended then
        locks.take(conn, locks.Rank.CUSTOMS_NUMBER, invt_no)
    with db.write() as conn:
        (target,) = receipts.lock_orders(conn, [bill])
        if target is not None:
            _take_waiting_bills(conn, invt_no, at)


def _flag(conn: Connection, mail_id: int, opened: Opened) -> None:
    """Leave a line about what is odd in the mail, and about each node that nobody understood."""
    subject = f"customs_mail:{mail_id}"
    odd = sorted({*opened.odd, *(odd for receipt in opened.receipts for odd in receipt.odd)})
    if odd:
        told = {"kind": opened.kind, "odd": odd[:MOST_ODD]}
        audit.record(conn, "customs.mail_odd", subject=subject, detail=told)
    for unread in opened.unread:
        detail = {"kind": opened.kind, "place": unread.place, **unread.problem.facts}
        audit.record(conn, "customs.receipt_unread", subject=subject, detail=detail)
        metrics.papers_for_a_person.labels(paper="receipt").inc()


def _take(conn: Connection, heard: Heard, target: Target | None) -> str:
    """Learn the list's numbers before the answer acts: its facts carry them to the house."""
    if not receipts.is_settled(target):
        target = find_target(conn, heard.receipt)
    invt_no = None
    if heard.receipt.kind == "CEB622" and target and target.list_id and not target.obstacle:
        invt_no = lists.learn_numbers(conn, target.list_id, heard.receipt.fields)
    outcome = receipts.take(conn, heard, target)
    if invt_no:
        _take_waiting_bills(conn, invt_no, heard.at)
    return outcome


def _take_waiting_bills(conn: Connection, invt_no: str, at: Instant) -> None:
    """Let tax bills, and their changes, act that came before the answer with the list's number."""
    table = customs_receipt
    waiting = conn.execute(
        select(table.c.id, table.c.mail_id, table.c.place)
        .where(table.c.kind.in_(receipts.BILLS), table.c.note == receipts.UNMATCHED)
        .where(table.c.doc_key.startswith(f"{invt_no}|", autoescape=True))
        .order_by(table.c.kind, table.c.return_at)
    ).all()
    for row in waiting:
        bill = _kept(conn, row.mail_id)[row.place]
        target = find_target(conn, bill)
        if target is not None and not target.obstacle:
            receipts.act(conn, bill, target, receipt_id=row.id, at=at)


def _kept(conn: Connection, mail_id: int) -> tuple[Receipt, ...]:
    row = conn.execute(select(customs_mail).where(customs_mail.c.id == mail_id)).one()
    return open_mail(crypto.unseal(row.raw_sealed, _context(mail_id))).receipts


def _context(mail_id: int) -> str:
    return f"customs_mail.raw:{mail_id}"
