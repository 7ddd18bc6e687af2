"""Decide how the whole money of one order goes back to the wallet it came from, once.

Why it goes back, and what becomes of stock, limits and documents, is decided elsewhere.
"""

from typing import Any

from sqlalchemy import Connection, Row, select

from kernel import clock, db, ids, outbox
from settlement.ledger.chart import (
    ADVANCES,
    IMPORT_TAX_COLLECTED,
    OWED_TO_SHOPPER,
    PROVIDER_CLEARING,
)
from settlement.ledger.post import post, posted_for
from settlement.ledger.postings import Books, refunded
from settlement.payments import tables
from settlement.payments.errors import (
    NothingToRefund,
    PaymentMissing,
    RefundNeedsReturn,
    RefundUnderWay,
)
from settlement.payments.providers import provider

TAKEN = ("captured", "owed")
MONEY_ONLY = frozenset({PROVIDER_CLEARING, ADVANCES, IMPORT_TAX_COLLECTED, OWED_TO_SHOPPER})
"""What an order has touched in the books before its tax is billed and its goods have left."""


def refund_order(order_id: int, reason: str, *, legal_entity_id: int) -> int:
    """Return the fen given back for an order; a second time nothing more goes back.

    The refund's row and key stand before the provider is asked, so a crash between resumes
    with the same key.  Then, in one commit: refund done, the order's postings mirrored, the
    payment refunded when all its shares are, and the fact ``payment.refunded``.

    Of an order of which a part came back before, the rest.  Raises ``PaymentMissing``,
    ``NothingToRefund``, ``RefundNeedsReturn`` once tax or goods are booked, ``RefundUnderWay``,
    ``ProviderRefused``, ``ProviderDown``.
    Source: rules.md sections 4 and 8.
    """
    asked = _ask(order_id, reason)
    if asked.state == "done":
        return int(asked.amount_fen)
    number = provider(asked.provider).refund(
        asked.provider_payment, asked.amount_fen, key=f"refund-{asked.id}"
    )
    with db.write() as conn:
        if _finish(conn, asked.id, number):
            _book(conn, asked, legal_entity_id)
    return int(asked.amount_fen)


def is_refunded(conn: Connection, order_id: int) -> bool:
    """Return whether the provider has given the order's money back."""
    done = select(tables.refund.c.id).where(
        tables.refund.c.order_id == order_id, tables.refund.c.state == "done"
    )
    return conn.execute(done).first() is not None


def _ask(order_id: int, reason: str) -> Row[Any]:
    """Return the order's refund with its payment, begun if there is none."""
    payment, share, refund = tables.payment, tables.payment_share, tables.refund
    wanted = (
        select(refund, payment.c.provider, payment.c.provider_payment)
        .join_from(refund, payment, payment.c.id == refund.c.payment_id)
        .where(refund.c.order_id == order_id)
    )
    with db.write() as conn:
        known = conn.execute(wanted).one_or_none()
        if known is not None:
            return known
        part = tables.part_refund.c
        open_part = select(part.return_id).where(part.order_id == order_id, part.state == "asked")
        if conn.execute(open_part).first() is not None:
            raise RefundUnderWay(order_id=order_id)
        paid = conn.execute(
            select(payment.c.id, payment.c.state)
            .join_from(share, payment, payment.c.id == share.c.payment_id)
            .where(share.c.order_id == order_id)
        ).one_or_none()
        if paid is None:
            raise PaymentMissing(of=f"customs_order:{order_id}")
        if paid.state not in TAKEN:
            raise NothingToRefund(order_id=order_id, state=paid.state)
        taken_fen = _taken(conn, order_id)
        if taken_fen <= 0:
            raise NothingToRefund(order_id=order_id, state=paid.state)
        conn.execute(
            refund.insert(),
            {
                "id": ids.new(),
                "payment_id": paid.id,
                "order_id": order_id,
                "amount_fen": taken_fen,
                "reason": reason,
                "state": "asked",
                "asked_at": clock.now(),
            },
        )
        return conn.execute(wanted).one()


def _taken(conn: Connection, order_id: int) -> int:
    """Return the fen that the books say the provider took for the order.

    A tax bill that was booked and is void since leaves nothing in its accounts.
    """
    sums: dict[str, int] = {}
    for entry in posted_for(conn, order_id):
        sums[entry.account] = sums.get(entry.account, 0) + entry.amount_fen
    if any(fen for account, fen in sums.items() if account not in MONEY_ONLY):
        raise RefundNeedsReturn(order_id=order_id)
    return sums.get(PROVIDER_CLEARING, 0)


def _finish(conn: Connection, refund_id: int, number: str) -> bool:
    table = tables.refund
    done = conn.execute(
        table.update()
        .where(table.c.id == refund_id, table.c.state == "asked")
        .values(state="done", provider_refund=number, done_at=clock.now())
    )
    return done.rowcount == 1


def _book(conn: Connection, asked: Row[Any], legal_entity_id: int) -> None:
    now = clock.now()
    posted = posted_for(conn, asked.order_id)
    post(conn, refunded(Books(legal_entity_id, now), order_id=asked.order_id, posted=posted))
    seq = _count_change(conn, asked.payment_id)
    outbox.record(
        conn,
        "payment.refunded",
        subject=f"payment:{asked.payment_id}",
        subject_seq=seq,
        payload={
            "payment_id": str(asked.payment_id),
            "order_id": str(asked.order_id),
            "refund_id": str(asked.id),
            "amount_fen": asked.amount_fen,
            "reason": asked.reason,
        },
        at=now,
    )


def _count_change(conn: Connection, payment_id: int) -> int:
    """Raise the payment's counter; it is refunded once every share has gone back."""
    payment, share, refund = tables.payment, tables.payment_share, tables.refund
    left = conn.execute(
        select(share.c.order_id)
        .join_from(share, refund, refund.c.order_id == share.c.order_id, isouter=True)
        .where(share.c.payment_id == payment_id)
        .where(refund.c.state.is_(None) | (refund.c.state != "done"))
    ).first()
    values: dict[str, object] = {"seq": payment.c.seq + 1}
    if left is None:
        values["state"] = "refunded"
    row = conn.execute(
        payment.update().where(payment.c.id == payment_id).values(values).returning(payment.c.seq)
    ).one()
    return int(row.seq)
