"""Decide what finance sees of one sale: every entry, where the money stands, bill and refund.

The order itself is the shop's; here it is known by its share of a payment.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from settlement.books.asks import NotInBooks
from settlement.books.ledger import EntryRow, entries_of_order, money_now
from settlement.payments.tables import payment, payment_share, refund
from settlement.tax.tables import tax_bill


@dataclass(frozen=True, slots=True)
class SaleView:
    """One order in the books of finance; ``now`` is (an entry of the account, fen left on it)."""

    order_id: int
    order_no: str
    share: RowMapping
    entries: tuple[EntryRow, ...]
    now: tuple[tuple[EntryRow, int], ...]
    bills: tuple[RowMapping, ...]


def sale_view(conn: Connection, order_id: int) -> SaleView:
    """Return one sale; ``NotInBooks`` when no payment was ever asked for it."""
    share = conn.execute(
        select(
            *(payment_share.c.payment_id, payment_share.c.order_no, payment_share.c.share_fen),
            *(payment.c.state, payment.c.provider, payment.c.provider_payment),
            *(payment.c.captured_at, payment.c.opened_at, payment.c.expires_at),
            refund.c.state.label("refund_state"),
            refund.c.amount_fen.label("refund_fen"),
            refund.c.reason,
            refund.c.provider_refund,
            refund.c.done_at,
        )
        .join_from(payment_share, payment, payment.c.id == payment_share.c.payment_id)
        .outerjoin(refund, refund.c.order_id == payment_share.c.order_id)
        .where(payment_share.c.order_id == order_id)
    ).one_or_none()
    if share is None:
        raise NotInBooks
    entries = entries_of_order(conn, order_id)
    bills = conn.execute(
        select(tax_bill).where(tax_bill.c.order_id == order_id).order_by(tax_bill.c.id)
    ).mappings()
    return SaleView(
        order_id=order_id,
        order_no=share.order_no,
        share=share._mapping,
        entries=tuple(entries),
        now=tuple(money_now(entries)),
        bills=tuple(bills),
    )
