"""Decide how payments are read back: by state, one with its shares, declarations and refunds.

How money is taken and given back is ``settlement.payments``'; sealed documents stay sealed here.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    RowMapping,
    Select,
    cast,
    func,
    literal,
    select,
    union_all,
)

from kernel.clock import Instant
from settlement.books.asks import NotInBooks
from settlement.payments.tables import (
    part_refund,
    payment,
    payment_declaration,
    payment_share,
    refund,
)

STATES = ("open", "captured", "owed", "refunded", "expired")


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment in a list; ``back_fen`` went back so far, ``orders`` were paid by it."""

    id: int
    checkout_id: int
    provider: str
    provider_payment: str | None
    amount_fen: int
    gross_fen: int | None
    state: str
    payer_check: str
    opened_at: Instant
    captured_at: Instant | None
    back_fen: int
    orders: int
    order_no: str
    order_id: int


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One payment with everything that hangs on it; each a row of its table."""

    row: RowMapping
    shares: tuple[RowMapping, ...]
    refunds: tuple[RowMapping, ...]


def count_by_state(conn: Connection) -> dict[str, int]:
    """Return how many payments are in each state, noughts included."""
    rows = conn.execute(select(payment.c.state, func.count()).group_by(payment.c.state))
    found = {row[0]: int(row[1]) for row in rows}
    return {state: found.get(state, 0) for state in STATES}


def list_payments(
    conn: Connection,
    *,
    state: str = "",
    only: tuple[int, str] | None = None,
    before: int | None = None,
    most: int,
) -> list[PaymentRow]:
    """Return payments, the newest first, at most ``most``.

    ``state`` keeps one state, ``only`` the payment of an order id or of the provider's number,
    ``before`` goes on after the last id of the page before.
    """
    asked = _payments()
    if state in STATES:
        asked = asked.where(payment.c.state == state)
    if only is not None:
        order_id, number = only
        of_order = select(payment_share.c.payment_id).where(payment_share.c.order_id == order_id)
        asked = asked.where(payment.c.id.in_(of_order) | (payment.c.provider_payment == number))
    if before is not None:
        asked = asked.where(payment.c.id < before)
    rows = conn.execute(asked.order_by(payment.c.id.desc()).limit(most))
    return [PaymentRow(*row) for row in rows]


def _payments() -> Select[Any]:
    """Each payment's refunds and shares are summed for the rows of the page alone."""
    # A sum is a numeric to PostgreSQL; money is integer fen everywhere.
    back = select(cast(func.coalesce(func.sum(refund.c.amount_fen), 0), BigInteger)).where(
        refund.c.payment_id == payment.c.id, refund.c.state == "done"
    )
    part = part_refund.c
    of_parts = func.coalesce(func.sum(part.sale_fen + part.tax_fen), 0)
    parts = select(cast(of_parts, BigInteger)).where(
        part.payment_id == payment.c.id, part.state == "done"
    )
    share = payment_share.c
    orders, order_no, order_id = (
        select(figure).where(share.payment_id == payment.c.id).scalar_subquery()
        for figure in (func.count(), func.min(share.order_no), func.min(share.order_id))
    )
    p = payment.c
    return select(
        *(p.id, p.checkout_id, p.provider, p.provider_payment, p.amount_fen, p.gross_fen),
        *(p.state, p.payer_check, p.opened_at, p.captured_at),
        *(back.scalar_subquery() + parts.scalar_subquery(), orders, order_no, order_id),
    )


def payment_view(conn: Connection, payment_id: int) -> PaymentView:
    """Return one payment; ``NotInBooks`` when there is none."""
    p, share, declared = payment.c, payment_share.c, payment_declaration.c
    row = conn.execute(
        select(*(column for column in p if column.name != "raw_sealed")).where(p.id == payment_id)
    ).one_or_none()
    if row is None:
        raise NotInBooks
    shares = conn.execute(
        select(
            *(share.order_id, share.order_no, share.share_fen),
            *(declared.request_no, declared.state, declared.pay_transaction_id),
            *(declared.pay_name, declared.return_status),
        )
        .outerjoin_from(payment_share, payment_declaration, declared.order_id == share.order_id)
        .where(share.payment_id == payment_id)
        .order_by(share.order_id)
    )
    refunds = conn.execute(_refunds(payment_id))
    return PaymentView(row._mapping, tuple(shares.mappings()), tuple(refunds.mappings()))


def _refunds(payment_id: int) -> CompoundSelect[Any]:
    """Return the question for what went back of a payment: orders, and parts that came back."""
    whole, part = refund.c, part_refund.c
    same = ("state", "provider_refund", "asked_at", "done_at")
    return union_all(
        select(whole.id, whole.amount_fen, whole.reason, *(whole[name] for name in same)).where(
            whole.payment_id == payment_id
        ),
        select(
            part.return_id,
            part.sale_fen + part.tax_fen,
            literal("part returned"),
            *(part[name] for name in same),
        ).where(part.payment_id == payment_id),
    ).order_by("id")
