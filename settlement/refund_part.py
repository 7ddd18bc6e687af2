"""Decide how the money of goods that came back, a part of an order, goes back to its wallet, once.

What came back, and what it is worth, is decided above; the rest of the order is ``refund_order``'s.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from kernel import clock, db, outbox
from kernel.clock import Instant
from settlement.ledger.post import post
from settlement.ledger.postings import Books, part_refunded
from settlement.payments import tables
from settlement.payments.errors import PaymentMissing
from settlement.payments.providers import provider


@dataclass(frozen=True, kw_only=True)
class PartRefund:
    """What goes back for one return: price and tax as the shopper paid them, in fen."""

    return_id: int
    order_id: int
    sale_fen: int
    tax_fen: int


def ask_part_refund(conn: Connection, ask: PartRefund) -> None:
    """Note what is to go back, in the transaction in which the goods are taken back."""
    share, table = tables.payment_share, tables.part_refund
    payment_id = conn.execute(
        select(share.c.payment_id).where(share.c.order_id == ask.order_id)
    ).scalar_one_or_none()
    if payment_id is None:
        raise PaymentMissing(of=f"customs_order:{ask.order_id}")
    conn.execute(
        table.insert(),
        {
            "return_id": ask.return_id,
            "payment_id": payment_id,
            "order_id": ask.order_id,
            "sale_fen": ask.sale_fen,
            "tax_fen": ask.tax_fen,
            "state": "asked",
            "asked_at": clock.now(),
        },
    )


def refund_part(return_id: int, *, legal_entity_id: int) -> int:
    """Return the fen given back for one return; a second time nothing more goes back.

    The provider is asked under the return's number, so a crash between resumes with the same
    key.  Then, in one commit: done, advance and tax collected against provider clearing, and
    the fact ``payment.refunded``; of a part worth nought only the first.  Raises ``PaymentMissing``, ``ProviderRefused``,
    ``ProviderDown``.  Source: rules.md section 8.
    """
    with db.read() as conn:
        asked = _row(conn, return_id)
    amount_fen = int(asked.sale_fen + asked.tax_fen)
    if asked.state == "done":
        return amount_fen
    number = None
    if amount_fen:
        number = provider(asked.provider).refund(
            asked.provider_payment, amount_fen, key=f"refund-{return_id}"
        )
    now = clock.now()
    with db.write() as conn:
        if _finish(conn, return_id, number, at=now) and amount_fen:
            books = Books(legal_entity_id, now)
            figures = (asked.sale_fen, asked.tax_fen)
            post(
                conn,
                part_refunded(books, order_id=asked.order_id, return_id=return_id, parts=figures),
            )
            _tell(conn, asked, amount_fen)
    return amount_fen


def _finish(conn: Connection, return_id: int, number: str | None, *, at: Instant) -> bool:
    table = tables.part_refund
    done = conn.execute(
        table.update()
        .where(table.c.return_id == return_id, table.c.state == "asked")
        .values(state="done", provider_refund=number, done_at=at)
    )
    return done.rowcount == 1


def _row(conn: Connection, return_id: int) -> Row[Any]:
    table, payment = tables.part_refund, tables.payment
    row = conn.execute(
        select(table, payment.c.provider, payment.c.provider_payment)
        .join_from(table, payment, payment.c.id == table.c.payment_id)
        .where(table.c.return_id == return_id)
    ).one_or_none()
    if row is None:
        raise PaymentMissing(of=f"goods_return:{return_id}")
    return row


def _tell(conn: Connection, asked: Row[Any], amount_fen: int) -> None:
    payment = tables.payment
    seq = conn.execute(
        payment.update()
        .where(payment.c.id == asked.payment_id)
        .values(seq=payment.c.seq + 1)
        .returning(payment.c.seq)
    ).scalar_one()
    outbox.record(
        conn,
        "payment.refunded",
        subject=f"payment:{asked.payment_id}",
        subject_seq=int(seq),
        payload={
            "payment_id": str(asked.payment_id),
            "order_id": str(asked.order_id),
            "refund_id": str(asked.return_id),
            "amount_fen": amount_fen,
            "reason": "part returned",
        },
        at=clock.now(),
    )
