"""Decide what a payment provider must be able to do; which one is meant is ``providers``'.

The answers are values; the calls are never made within a transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from kernel.clock import Instant

ProviderState = Literal["open", "paid", "expired"]
PayerAnswer = Literal["same", "different", "unchecked"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do beside taking money."""

    can_declare: bool
    show_qr: bool


@dataclass(frozen=True, slots=True)
class OpenAsk:
    """What is to be paid: fen of CNY, for which checkout and orders, until when."""

    checkout_id: int
    order_ids: Sequence[int]
    amount_fen: int
    expires_at: Instant
    return_url: str
    title: str
    key: str


@dataclass(frozen=True, slots=True)
class RawExchange:
    """What was asked of a provider and what it answered, letter by letter; no key is in it."""

    request: str = field(repr=False)
    response: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedPayment:
    """The provider's page for one payment; ``raw`` is how it was opened."""

    session_id: str
    pay_url: str
    expires_at: Instant
    raw: RawExchange


@dataclass(frozen=True, slots=True)
class ProviderPayment:
    """What the provider says about a session now; the figures stand when it is paid."""

    state: ProviderState
    gross_fen: int = 0
    currency: str = ""
    payment_id: str = ""
    paid_at: Instant = 0


@dataclass(frozen=True, slots=True)
class DeclareAsk:
    """What a payment company is asked to declare: our share of a payment, in fen."""

    request_no: str
    order_no: str
    ebp_code: str
    ebp_name: str
    amount_fen: int
    provider_payment: str


@dataclass(frozen=True, slots=True)
class Declared:
    """What the payment company says about a declaration now."""

    state: str
    pay_transaction_id: str
    pay_code: str
    pay_name: str
    return_status: str = ""
    return_time_text: str = ""


class PaymentProvider(Protocol):
    """Takes and gives back money."""

    name: str
    capabilities: Capabilities

    def open(self, ask: OpenAsk) -> OpenedPayment:
        """Return the page to pay on; the same key gives the same page."""

    def retrieve(self, session_id: str) -> ProviderPayment:
        """Return what became of a page."""

    def refund(self, payment_id: str, amount_fen: int, *, key: str) -> str:
        """Return the provider's number of a refund; the same key refunds once."""


@runtime_checkable
class DeclaringProvider(Protocol):
    """Also declares payments to customs (CEB411), in its own name and with its own key."""

    name: str

    def declare(self, ask: DeclareAsk) -> Declared:
        """Cause the declaration; the same request number causes one."""

    def query(self, request_no: str) -> Declared:
        """Return what became of a declaration."""

    def redeclare(self, request_no: str) -> Declared:
        """Cause a rejected declaration to be sent anew; ``Answered`` for one that is not rejected."""

    def check_payer(self, provider_payment: str, *, name: str, id_number: str) -> PayerAnswer:
        """Return whether the payer is this person, as far as the company can say."""
