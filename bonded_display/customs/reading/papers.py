"""Decide who may read a stored message in the clear: staff, one at a time, each reading kept.

The line in the audit trail is committed before anything is unsealed.  How a paper is set for
reading is ``show_xml``'s.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from bonded_display.customs import sendings
from bonded_display.customs.errors import MessageNotFound
from bonded_display.customs.reading.oddities import Oddity, by_path, find_oddities
from bonded_display.customs.reading.show_xml import ShownLine, show_xml
from bonded_display.customs.tables import customs_mail, customs_message, customs_receipt
from bonded_display.customs.transport.dxp import unwrap
from kernel import audit, crypto, db


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One message in the clear: as it was signed or came, and set for reading.

    ``differs_from`` names what it was compared with: the guid of the sending before it, or the
    mail of the answer before it, of the same kind and about the same paper.
    """

    kind: str
    name: str
    raw: bytes = field(repr=False)
    business: bytes = field(repr=False)
    lines: tuple[ShownLine, ...] = field(repr=False)
    differs_from: str = ""
    odd: tuple[Oddity, ...] = field(default=(), repr=False)
    """Where an answer breaks its own schema."""

    @property
    def marks(self) -> dict[str, list[Oddity]]:
        """The oddities by the path of the line they are marked on."""
        return by_path(self.odd)


def open_sent(message_id: int, *, order_id: int) -> Paper:
    """Return a message we sent for the order, marked where it differs from the one before.

    Raises ``MessageNotFound``.  Audited as ``customs.message_read``.
    """
    with db.write() as conn:
        row = _sent(conn, message_id, order_id)
        before = _before(conn, row)
        _keep(conn, f"customs_message:{message_id}", order_id, kind=row.kind)
    with db.read() as conn:
        raw = sendings.signed_bytes(conn, row.guid)
        earlier = sendings.signed_bytes(conn, before) if before else None
    return Paper(
        kind=row.kind,
        name=f"{row.kind}-{row.guid}.xml",
        raw=raw,
        business=raw,
        lines=show_xml(raw, before=earlier),
        differs_from=before or "",
    )


def open_heard(receipt_id: int, *, order_id: int | None) -> Paper:
    """Return the mail in which customs answered for the order, its envelope taken off.

    ``order_id`` is None for an answer that is about no document of ours.  Raises
    ``MessageNotFound``.  Audited as ``customs.message_read``.
    """
    with db.write() as conn:
        row = conn.execute(
            select(
                *(customs_receipt.c.kind, customs_receipt.c.doc_key, customs_receipt.c.return_at),
                *(customs_mail.c.id, customs_mail.c.name),
            )
            .join(customs_mail, customs_mail.c.id == customs_receipt.c.mail_id)
            .where(customs_receipt.c.id == receipt_id, customs_receipt.c.order_id == order_id)
        ).one_or_none()
        if row is None:
            raise MessageNotFound(message_id=receipt_id)
        before = _heard_before(conn, row, order_id)
        _keep(conn, f"customs_mail:{row.id}", order_id or 0, kind=row.kind)
    with db.read() as conn:
        raw = _mail(conn, row.id)
        earlier = unwrap(_mail(conn, before.id)) if before else None
    business = unwrap(raw)
    return Paper(
        kind=row.kind,
        name=row.name,
        raw=raw,
        business=business,
        lines=show_xml(business, before=earlier),
        differs_from=before.name if before else "",
        odd=find_oddities(business),
    )


def _mail(conn: Connection, mail_id: int) -> bytes:
    sealed = conn.execute(
        select(customs_mail.c.raw_sealed).where(customs_mail.c.id == mail_id)
    ).scalar_one()
    return crypto.unseal(sealed, f"customs_mail.raw:{mail_id}")


def _heard_before(conn: Connection, row: Any, order_id: int | None) -> Any:
    """The mail of the answer before it about the same paper, by customs' own time."""
    table = customs_receipt.c
    return conn.execute(
        select(customs_mail.c.id, customs_mail.c.name)
        .join(customs_receipt, table.mail_id == customs_mail.c.id)
        .where(table.order_id == order_id, table.kind == row.kind, table.doc_key == row.doc_key)
        .where(table.return_at < row.return_at, customs_mail.c.id != row.id)
        .order_by(table.return_at.desc(), table.id.desc())
        .limit(1)
    ).one_or_none()


def _sent(conn: Connection, message_id: int, order_id: int) -> Any:
    table = customs_message.c
    row = conn.execute(
        select(table.id, table.kind, table.guid, table.order_id).where(
            table.id == message_id, table.order_id == order_id
        )
    ).one_or_none()
    if row is None:
        raise MessageNotFound(message_id=message_id)
    return row


def _before(conn: Connection, row: Any) -> str | None:
    table = customs_message.c
    return conn.execute(
        select(table.guid)
        .where(table.order_id == row.order_id, table.kind == row.kind, table.id < row.id)
        .order_by(table.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _keep(conn: Connection, subject: str, order_id: int, *, kind: str) -> None:
    detail = {"kind": kind, "order_id": str(order_id)}
    audit.record(conn, "customs.message_read", subject=subject, detail=detail)
