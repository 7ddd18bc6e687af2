"""Decide how money that came beside a settled payment is read back, what is owed first asked for.

How it is booked and given back is ``settlement.second_payment``'s.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from kernel.clock import Instant
from settlement.payments.tables import payment_share, second_payment

STATES = ("owed", "refunded")


@dataclass(frozen=True, slots=True)
class SecondPaymentRow:
    """One such money; ``payment_id`` settled the order before, ``provider_refund`` when it went."""

    id: int
    payment_id: int
    order_no: str
    provider_payment: str
    gross_fen: int
    state: str
    heard_at: Instant
    provider_refund: str | None
    refunded_at: Instant | None


def count_by_state(conn: Connection) -> dict[str, int]:
    """Return how many are in each state, noughts included."""
    table = second_payment.c
    rows = conn.execute(select(table.state, func.count()).group_by(table.state))
    found = {row[0]: int(row[1]) for row in rows}
    return {state: found.get(state, 0) for state in STATES}


def list_second_payments(
    conn: Connection, *, state: str, before: int | None = None, most: int
) -> list[SecondPaymentRow]:
    """Return those in a state, the newest first, from below the id ``before``."""
    table, share = second_payment.c, payment_share.c
    order_no = (
        select(func.min(share.order_no))
        .where(share.payment_id == table.payment_id)
        .scalar_subquery()
    )
    query = select(
        table.id,
        table.payment_id,
        order_no,
        table.provider_payment,
        table.gross_fen,
        table.state,
        table.heard_at,
        table.provider_refund,
        table.refunded_at,
    ).where(table.state == state)
    if before is not None:
        query = query.where(table.id < before)
    found = conn.execute(query.order_by(table.id.desc()).limit(most))
    return [SecondPaymentRow(*row) for row in found]
