"""Decide how a signed message is kept and goes out: stored first, sent after, the same bytes.

A crash between the two is resumed by ``send_unsent``; sending twice is harmless, for guid and
bytes are the same.  A message that a device must sign is stored open, signed after the
transaction, stored again and only then sent.  What is sent, and when, is left to the verbs.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, exists, select

from bonded_display.customs import desk
from bonded_display.customs.errors import MessageNotFound, SigningKeyUnfit
from bonded_display.customs.sign import xmldsig
from bonded_display.customs.tables import customs_message, message_trouble
from bonded_display.customs.transport import dxp
from kernel import clock, crypto, db, ids, metrics
from kernel.clock import Instant
from kernel.errors import Unavailable
from kernel.logs import log

DUE_AFTER = 10 * clock.SECOND
"""Younger messages are still in the hands of whoever stored them."""


_OF_GUID = customs_message.c.guid == bindparam("of_guid")
_ID = select(customs_message.c.id).where(_OF_GUID)
_BY_GUID = select(customs_message).where(_OF_GUID)
_SET_ASIDE = exists().where(message_trouble.c.message_id == customs_message.c.id)
_ROW = select(customs_message, _SET_ASIDE.label("set_aside")).where(
    customs_message.c.id == bindparam("message_id")
)
_SENT = customs_message.update().where(
    customs_message.c.id == bindparam("message_id"), customs_message.c.sent_at.is_(None)
)
_NO_TROUBLE = message_trouble.delete().where(
    message_trouble.c.message_id == bindparam("of_message")
)


@dataclass(frozen=True)
class Sending:
    """A signed message before it is stored."""

    kind: str
    """``CEB311``, ``CEB621``."""
    order_id: int
    list_id: int | None
    guid: str
    signed: bytes


@dataclass(frozen=True)
class Submitted:
    """What became of a submission."""

    message_id: int
    guid: str
    replayed: bool
    """True when the document had been submitted before; the same bytes stand."""


def store(conn: Connection, sending: Sending, at: Instant) -> Submitted:
    """Keep a signed message in the caller's transaction, not sent yet."""
    (submitted,) = store_many(conn, [sending], at)
    return submitted


def store_many(conn: Connection, several: Sequence[Sending], at: Instant) -> list[Submitted]:
    """Keep signed messages in the caller's transaction, not sent yet; in their order."""
    rows = [_new_row(sending, at) for sending in several]
    conn.execute(customs_message.insert(), rows)
    return [Submitted(message_id=row["id"], guid=row["guid"], replayed=False) for row in rows]


def _new_row(sending: Sending, at: Instant) -> dict[str, Any]:
    message_id = ids.new()
    return {
        "id": message_id,
        "kind": sending.kind,
        "order_id": sending.order_id,
        "list_id": sending.list_id,
        "guid": sending.guid,
        "signed_sealed": crypto.seal(sending.signed, _context(message_id)),
        "sha256": hashlib.sha256(sending.signed).hexdigest(),
        "built_at": at,
    }


def stored(conn: Connection, guid: str) -> Submitted:
    """Return the submission that stands under ``guid``; ``MessageNotFound``."""
    row = conn.execute(_ID, {"of_guid": guid}).one_or_none()
    if row is None:
        raise MessageNotFound(message_id=0)
    return Submitted(message_id=row.id, guid=guid, replayed=True)


def signed_bytes(conn: Connection, guid: str) -> bytes:
    """Return the very bytes stored under ``guid``."""
    row = conn.execute(_BY_GUID, {"of_guid": guid}).one()
    return _plain(row)


def send(message_id: int) -> None:
    """Hand a stored message to the transport unless it was, and mark it sent.

    Raises ``MailboxUnavailable`` or ``SignerBusy``; the message stays due then.
    """
    row = _row(message_id)
    if row.sent_at is None:
        _hand_over(row)


def resend(message_id: int) -> None:
    """Hand exactly the stored bytes to the transport, whether or not they went before."""
    _hand_over(_row(message_id))


def _hand_over(row: Any) -> None:
    if db.in_transaction():
        raise RuntimeError("a message is sent after its transaction, not inside one")
    current = desk.current()
    envelope = dxp.Envelope(
        message_id=row.guid,
        sender_id=current.dxp_id,
        receiver_id=current.receiver_id,
        kind=f"{row.kind}Message",
        created_at=row.built_at,
    )
    current.mailbox.send(f"{row.kind}-{row.guid}.xml", dxp.wrap(envelope, _whole(row)))
    with db.write() as conn:
        conn.execute(_SENT, {"message_id": row.id, "sent_at": clock.now()})
        if row.set_aside:
            conn.execute(_NO_TROUBLE, {"of_message": row.id})


def send_unsent(*, older_than: Instant = DUE_AFTER, limit: int = 100) -> int:
    """Send what a crash or a closed mailbox left behind; return how many went.

    One that cannot be sent for a fault of its own is set aside with its trouble and holds up
    none behind it; ``resend`` sends it.  Raises ``MailboxUnavailable``; the rest stay due then.
    """
    with db.read() as conn:
        due = conn.execute(
            select(customs_message.c.id)
            .where(customs_message.c.sent_at.is_(None))
            .where(customs_message.c.id.not_in(select(message_trouble.c.message_id)))
            .where(customs_message.c.built_at <= clock.now() - older_than)
            .order_by(customs_message.c.built_at)
            .limit(limit)
        ).scalars()
        message_ids = list(due)
    return sum(_try(message_id) for message_id in message_ids)


def _try(message_id: int) -> bool:
    try:
        send(message_id)
    except Unavailable:
        raise
    except SigningKeyUnfit as unfit:  # the key's fault: due again once it is renewed
        log.error("message_waits_for_key", message_id=str(message_id), reason=unfit.reason)
        return False
    except Exception as error:  # noqa: BLE001  # the messages behind it are nobody's fault
        log.error("message_set_aside", message_id=str(message_id), trouble=type(error).__name__)
        metrics.papers_for_a_person.labels(paper="message").inc()
        with db.write() as conn:
            conn.execute(
                message_trouble.insert(),
                {
                    "message_id": message_id,
                    "trouble": type(error).__name__,
                    "at": clock.now(),
                },
            )
        return False
    return True


def _row(message_id: int) -> Any:
    with db.read() as conn:
        row = conn.execute(_ROW, {"message_id": message_id}).one_or_none()
    if row is None:
        raise MessageNotFound(message_id=message_id)
    return row


def _whole(row: Any) -> bytes:
    """Return the signed bytes; an open message is signed first, and stored by whoever is first."""
    raw = _plain(row)
    if not xmldsig.is_open(raw):
        return raw
    whole = desk.complete(desk.current(), raw, clock.now())
    with db.write() as conn:
        done = conn.execute(
            customs_message.update()
            .where(customs_message.c.id == row.id, customs_message.c.sha256 == row.sha256)
            .values(
                signed_sealed=crypto.seal(whole, _context(row.id)),
                sha256=hashlib.sha256(whole).hexdigest(),
            )
        )
    return whole if done.rowcount == 1 else _plain(_row(row.id))


def _plain(row: Any) -> bytes:
    plain = crypto.unseal(row.signed_sealed, _context(row.id))
    if hashlib.sha256(plain).hexdigest() != row.sha256:
        raise RuntimeError(f"stored message {row.id} is not what was signed")
    return plain


def _context(message_id: int) -> str:
    return f"customs_message.signed:{message_id}"
