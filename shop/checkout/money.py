"""Decide what settled money says in the books and to the house: its posting and its facts.

Pure: what became of the money is judged, and written, in ``capture_group``.
"""

from dataclasses import dataclass

from bonded_display.stock.allocate import Reserved
from kernel import ids
from kernel.actor import SYSTEM
from kernel.clock import Instant
from kernel.outbox import Fact
from settlement.ledger import postings
from settlement.ledger.posting import Posting
from settlement.payments.capture import PaymentNow
from settlement.payments.ports import HeardPayment
from shop.queries import Checkout, Order


@dataclass(frozen=True, slots=True)
class Money:
    """One payment with everything it is judged on."""

    heard: HeardPayment
    payment: PaymentNow
    checkout: Checkout
    orders: tuple[Order, ...]
    reserved: tuple[Reserved, ...]


def captured_posting(money: Money, at: Instant) -> Posting:
    """Return the posting of money that is honoured, order by order."""
    return postings.captured(
        _books(money, at),
        payment_id=money.payment.payment_id,
        orders=[
            postings.PaidOrder(order.id, order.paid_share_fen, order.tax_fen)
            for order in money.orders
        ],
    )


def owed_posting(money: Money, at: Instant) -> Posting:
    """Return the posting of money that goes back."""
    return postings.owed(
        _books(money, at),
        payment_id=money.payment.payment_id,
        gross_fen=money.heard.gross_fen,
        shares=[(order.id, order.paid_share_fen) for order in money.orders],
    )


def _books(money: Money, at: Instant) -> postings.Books:
    return postings.Books(
        money.orders[0].platform_enterprise_id, at, correlation=money.checkout.correlation
    )


def paid_fact(money: Money, order: Order, at: Instant) -> Fact:
    """Return ``order.paid``: from here on the order goes its way by itself."""
    return Fact(
        id=ids.new(),
        name="order.paid",
        subject=f"customs_order:{order.id}",
        subject_seq=order.seq + 1,
        at=at,
        actor=SYSTEM.owner,
        correlation=money.checkout.correlation,
        payload={
            "order_id": str(order.id),
            "checkout_id": str(money.checkout.id),
            "payment_id": str(money.payment.payment_id),
            "paid_fen": order.paid_share_fen,
            "outlet_id": str(order.outlet_id) if order.outlet_id else None,
            "provider": money.payment.provider,
        },
    )


def owed_fact(money: Money, at: Instant, *, reason: str) -> Fact:
    """Return ``payment.owed``: the refund is its handler's."""
    return Fact(
        id=ids.new(),
        name="payment.owed",
        subject=f"payment:{money.payment.payment_id}",
        subject_seq=money.payment.seq + 1,
        at=at,
        actor=SYSTEM.owner,
        correlation=money.checkout.correlation,
        payload={
            "payment_id": str(money.payment.payment_id),
            "checkout_id": str(money.checkout.id),
            "order_ids": [str(order.id) for order in money.orders],
            "gross_fen": money.heard.gross_fen,
            "reason": reason,
        },
    )
