"""Decide how money is taken and given back through Stripe; it cannot declare to customs.

Which of our payments it belongs to, and what that means, is decided by the verbs.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import stripe

from kernel import db
from kernel.calls import CallInsideTransaction
from kernel.clock import SECOND, Instant
from settlement.payments.errors import ProviderDown, ProviderRefused
from settlement.payments.provider import (
    Capabilities,
    OpenAsk,
    OpenedPayment,
    ProviderPayment,
    RawExchange,
)

T = TypeVar("T")

TIMEOUT_S = 10
CURRENCY = "cny"


class _Line(stripe.RequestsClient):
    """The library's own HTTP client, which remembers a thread's last exchange."""

    def __init__(self, *, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self._here = threading.local()

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """Ask, and keep what was asked and answered; the headers hold our key and are not kept."""
        body, *rest = super().request(method, url, *args, **kwargs)
        sent = kwargs.get("post_data") or (args[1] if len(args) > 1 else None)
        said = body.decode("utf-8") if isinstance(body, bytes) else str(body)
        self._here.exchange = RawExchange(f"{method.upper()} {url}\n{sent or ''}", said)
        return (body, *rest)

    def last(self) -> RawExchange:
        """Return what this thread asked last, and the answer."""
        exchange: RawExchange = self._here.exchange
        return exchange


class StripeProvider:
    """Stripe Checkout: a hosted page a payment, in CNY."""

    name = "stripe"
    capabilities = Capabilities(can_declare=False, show_qr=True)

    def __init__(self, *, api_url: str, api_key: str) -> None:
        self._line = _Line(timeout=TIMEOUT_S)
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_url},
            http_client=self._line,
            max_network_retries=0,
        )

    def open(self, ask: OpenAsk) -> OpenedPayment:
        """Return the Checkout Session of one payment; the same key gives the same one.

        Raises ``ProviderRefused`` and ``ProviderDown``.
        """
        session = self._call(
            lambda: self._client.v1.checkout.sessions.create(
                params=_session_params(ask),  # type: ignore[arg-type]
                options={"idempotency_key": ask.key},
            )
        )
        return OpenedPayment(
            session_id=session.id,
            pay_url=str(session.url),
            expires_at=session.expires_at * SECOND,
            raw=self._line.last(),
        )

    def retrieve(self, session_id: str) -> ProviderPayment:
        """Return what became of a session; paid money is what its payment intent received.

        Raises ``ProviderRefused`` and ``ProviderDown``.
        """
        session = self._call(lambda: self._client.v1.checkout.sessions.retrieve(session_id))
        if session.payment_status != "paid":
            return ProviderPayment("expired" if session.status == "expired" else "open")
        number = _id_of(session.payment_intent)
        intent = self._call(lambda: self._client.v1.payment_intents.retrieve(number))
        charge = self._call(lambda: self._client.v1.charges.retrieve(_id_of(intent.latest_charge)))
        return ProviderPayment(
            state="paid",
            gross_fen=intent.amount_received,
            currency=intent.currency,
            payment_id=intent.id,
            paid_at=charge.created * SECOND,
        )

    def refund(self, payment_id: str, amount_fen: int, *, key: str) -> str:
        """Return Stripe's number of the refund of ``amount_fen``; the same key refunds once.

        Raises ``ProviderRefused`` and ``ProviderDown``.
        """
        made = self._call(
            lambda: self._client.v1.refunds.create(
                params={"payment_intent": payment_id, "amount": amount_fen},
                options={"idempotency_key": key},
            )
        )
        return made.id

    def _call(self, ask: Callable[[], T]) -> T:
        if db.in_transaction():
            raise CallInsideTransaction("stripe")
        try:
            return ask()
        except (stripe.APIConnectionError, stripe.RateLimitError) as error:
            raise ProviderDown(provider=self.name) from error
        except stripe.StripeError as error:
            if (error.http_status or 500) >= 500:
                raise ProviderDown(provider=self.name) from error
            reason = error.code or type(error).__name__
            raise ProviderRefused(provider=self.name, reason=reason) from error


def _session_params(ask: OpenAsk) -> dict[str, Any]:
    checkout_id = str(ask.checkout_id)
    return {
        "mode": "payment",
        "client_reference_id": checkout_id,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": CURRENCY,
                    "unit_amount": ask.amount_fen,
                    "product_data": {"name": ask.title},
                },
            }
        ],
        "metadata": {"order_ids": ",".join(str(order_id) for order_id in ask.order_ids)},
        "payment_intent_data": {"metadata": {"checkout_id": checkout_id}},
        "expires_at": _seconds(ask.expires_at),
        "success_url": ask.return_url,
        "cancel_url": ask.return_url,
    }


def _seconds(at: Instant) -> int:
    return at // SECOND


def _id_of(value: Any) -> str:
    """Return an id where Stripe may send the id or the object."""
    return value if isinstance(value, str) else str(value.id)
