"""Decide how a placed checkout becomes payable: one payment a checkout, one page a payment.

The row is written before the provider is asked, so its event can never come too early.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from kernel import clock, crypto, db, ids
from kernel.batch import insert_new
from kernel.clock import MINUTE, SECOND, Instant
from settlement.payments import tables
from settlement.payments.errors import CheckoutExpired, PaymentNotOpen, SharesDiffer
from settlement.payments.provider import OpenAsk, OpenedPayment
from settlement.payments.providers import provider

LEAST_OPEN = 30 * MINUTE
"""A provider opens no page for less.  Source: Stripe, Checkout Session ``expires_at``."""

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class PayableOrder:
    """An order's share of the payment in fen."""

    order_id: int
    order_no: str
    share_fen: int


@dataclass(frozen=True, slots=True)
class PayableCheckout:
    """What the shopper confirmed and pays once; ``title`` is shown on the provider's page."""

    checkout_id: int
    total_fen: int
    orders: Sequence[PayableOrder]
    expires_at: Instant
    return_url: str
    provider: str
    title: str
    home_shard: int = 0


def open_payment(checkout: PayableCheckout) -> str:
    """Return the address at which the shopper pays; asked again, the same one.

    Raises ``SharesDiffer``, ``CheckoutExpired``, ``PaymentNotOpen``, ``ProviderUnknown``,
    ``ProviderRefused`` and ``ProviderDown``; after the last the same call opens it.
    """
    shares_fen = sum(order.share_fen for order in checkout.orders)
    if shares_fen != checkout.total_fen:
        raise SharesDiffer(total_fen=checkout.total_fen, shares_fen=shares_fen)
    row = _row_of(checkout)  # asked from the row: the provider refuses a key with other words
    if row.pay_url is not None:
        return str(row.pay_url)
    ask = OpenAsk(
        checkout_id=checkout.checkout_id,
        order_ids=[order.order_id for order in checkout.orders],
        amount_fen=row.amount_fen,
        expires_at=row.expires_at,
        return_url=row.return_url,
        title=row.title,
        key=f"open-{row.id}-{row.expires_at // SECOND}",
    )
    opened = provider(row.provider).open(ask)
    _keep(row.id, opened)
    return opened.pay_url


def _row_of(checkout: PayableCheckout) -> Row[Any]:
    """Return the open payment of the checkout, made if there is none.

    One that an outage kept from getting its page gets the later end asked for now, once the
    provider would refuse its own: the page that may have been made then was shown to nobody.
    """
    with db.write() as conn:
        row = _payment_of(conn, checkout.checkout_id)
        if row is not None and row.state != "open":
            raise PaymentNotOpen(checkout_id=checkout.checkout_id, state=row.state)
        now = clock.now()
        if (row is None or row.pay_url is None) and now >= checkout.expires_at:
            raise CheckoutExpired(checkout_id=checkout.checkout_id)
        if row is None:
            _begin(conn, checkout)
        elif row.pay_url is None and row.expires_at < now + LEAST_OPEN:
            later = max(row.expires_at, checkout.expires_at)
            table = tables.payment
            conn.execute(table.update().where(table.c.id == row.id).values(expires_at=later))
        else:
            return row
        begun = _payment_of(conn, checkout.checkout_id)
        assert begun is not None
        return begun


def _payment_of(conn: Connection, checkout_id: int) -> Row[Any] | None:
    table = tables.payment
    return conn.execute(select(table).where(table.c.checkout_id == checkout_id)).one_or_none()


def _begin(conn: Connection, checkout: PayableCheckout) -> None:
    """Write the payment with its shares, unless a second press of the button was first."""
    payment_id = ids.new()
    if insert_new(conn, tables.payment, _new_payment(payment_id, checkout)):
        conn.execute(tables.payment_share.insert(), _shares(payment_id, checkout))


def _new_payment(payment_id: int, checkout: PayableCheckout) -> Mapping[str, object]:
    provider(checkout.provider)
    now = clock.now()
    return {
        "id": payment_id,
        "checkout_id": checkout.checkout_id,
        "provider": checkout.provider,
        "amount_fen": checkout.total_fen,
        "title": checkout.title[:LONGEST_TITLE],
        "return_url": checkout.return_url,
        "state": "open",
        "payer_check": "unchecked",
        "opened_at": now,
        "asked_at": now,
        "expires_at": checkout.expires_at,
        "seq": 1,
        "home_shard": checkout.home_shard,
    }


def _shares(payment_id: int, checkout: PayableCheckout) -> list[dict[str, object]]:
    return [
        {
            "payment_id": payment_id,
            "order_id": order.order_id,
            "order_no": order.order_no,
            "share_fen": order.share_fen,
        }
        for order in checkout.orders
    ]


def _keep(payment_id: int, opened: OpenedPayment) -> None:
    """Keep the page, and what was asked and answered, letter by letter, for customs to ask."""
    raw = {"request": opened.raw.request, "response": opened.raw.response}
    table = tables.payment
    with db.write() as conn:
        conn.execute(
            table.update()
            .where(table.c.id == payment_id)
            .values(
                provider_session=opened.session_id,
                pay_url=opened.pay_url,
                expires_at=opened.expires_at,
                raw_sealed=crypto.seal_json(raw, f"payment.raw:{payment_id}"),
            )
        )
