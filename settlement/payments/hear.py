"""Decide what money an event or a provider's answer speaks of, in our own terms.

Whether it is honoured is judged behind the capture port.
"""

from typing import Any

from sqlalchemy import Row, bindparam, select

from kernel import db
from kernel.logs import log
from settlement.payments import tables
from settlement.payments.errors import PaymentMissing
from settlement.payments.ports import HeardPayment
from settlement.payments.providers import provider
from settlement.payments.webhook import MONEY_RECEIVED, PAGE_COMPLETED, ProviderEvent

_OF_CHECKOUT = select(tables.payment).where(
    tables.payment.c.checkout_id == bindparam("of_checkout")
)


def hear(event: ProviderEvent) -> HeardPayment | None:
    """Return the money an event speaks of; None when it speaks of none, or none of ours.

    A payment intent says itself what it received.  A completed page does not: the provider
    is asked, unless the money was settled already.
    """
    checkout_id = event.checkout_id
    if event.kind != MONEY_RECEIVED and event.kind not in PAGE_COMPLETED:
        return None
    if checkout_id is None:
        return None
    try:
        payment = payment_of_checkout(checkout_id)
    except PaymentMissing:
        log.warning("event_of_no_payment", event_id=event.event_id, checkout_id=checkout_id)
        return None
    if event.kind == MONEY_RECEIVED:
        return HeardPayment(
            provider=payment.provider,
            checkout_id=checkout_id,
            session_id=payment.provider_session or "",
            provider_payment=str(event.about.get("id")),
            gross_fen=int(event.about.get("amount_received") or 0),
            currency=str(event.about.get("currency")),
            paid_at=event.at,
            event_id=event.event_id,
        )
    if payment.state not in ("open", "expired"):
        return None
    return ask_provider(payment, session_id=str(event.about.get("id")), evidence=event.event_id)


def ask_provider(payment: Row[Any], *, session_id: str, evidence: str) -> HeardPayment | None:
    """Return the money the provider took on a page, or None while it took none.

    Raises ``ProviderRefused`` and ``ProviderDown``.
    """
    said = provider(payment.provider).retrieve(session_id)
    if said.state != "paid":
        return None
    return HeardPayment(
        provider=payment.provider,
        checkout_id=payment.checkout_id,
        session_id=session_id,
        provider_payment=said.payment_id,
        gross_fen=said.gross_fen,
        currency=said.currency,
        paid_at=said.paid_at,
        event_id=evidence,
    )


def payment_of_checkout(checkout_id: int) -> Row[Any]:
    """Return the payment's row of a checkout; raises ``PaymentMissing``."""
    with db.read() as conn:
        row = conn.execute(_OF_CHECKOUT, {"of_checkout": checkout_id}).one_or_none()
    if row is None:
        raise PaymentMissing(of=f"checkout:{checkout_id}")
    return row
