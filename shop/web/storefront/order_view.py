"""Decides what the order page needs to know of a checkout.

Leaves reading it to whoever fills the storefront's ports, and its words to the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bonded_display.warehouse.returns.term import apply_until
from kernel.clock import Instant, china_date
from shop.endings.why import Why


class Step(StrEnum):
    """What a shopper's order goes through, in this order."""

    PLACED = "placed"
    PAID = "paid"
    DECLARED = "declared"
    RELEASED = "released"
    LEFT_ZONE = "left_zone"
    SIGNED_FOR = "signed_for"


STEPS = tuple(Step)


class Ended(StrEnum):
    """How an order ends before its parcel arrives."""

    EXPIRED = "expired"
    CANCELLED = "cancelled"
    OWED = "owed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    PAYER_DIFFERS = "payer_differs"
    RETURNED = "returned"
    REFUNDED = "refunded"


FINAL = frozenset({Ended.EXPIRED, Ended.CANCELLED, Ended.REFUNDED})


@dataclass(frozen=True)
class LineView:
    """One line of an order, with its share of nothing but its own price."""

    name: str
    name_en: str
    qty: int
    total_fen: int


@dataclass(frozen=True, kw_only=True)
class OrderView:
    """One parcel; ``reached`` says when each step was, ``complaint`` is the merchant's phone."""

    order_id: int
    order_no: str
    reached: Mapping[Step, Instant]
    lines: tuple[LineView, ...]
    goods_fen: int
    freight_fen: int
    duty_fen: int
    consumption_fen: int
    vat_fen: int
    total_fen: int
    list_no: str | None = None
    waybill_no: str | None = None
    ended: Ended | None = None
    why: Why | None = None
    """Why a paid order was refused."""
    coming_back: str | None = None
    """Where its return stands: asked, arrived, checked, unfit."""
    customs_wish: str | None = None
    """What customs wants with the parcel: inspection, detention, return_out, or found (looked at)."""
    complaint: str = ""

    @property
    def return_until(self) -> date | None:
        """Return the last day in China on which a return can be asked for, once it is released."""
        released_at = self.reached.get(Step.RELEASED)
        if released_at is None:
            return None
        return china_date(apply_until(released_at))

    @property
    def step(self) -> Step:
        """Return the last step reached."""
        return max(self.reached, key=STEPS.index)


@dataclass(frozen=True, kw_only=True)
class CheckoutView:
    """What was confirmed and is paid once; personal data is the shopper's own."""

    checkout_id: int
    total_fen: int
    placed_at: Instant
    expires_at: Instant
    can_pay: bool
    outlet: str
    outlet_en: str
    consignee_name: str
    consignee_phone: str
    consignee_address: str
    orders: tuple[OrderView, ...] = field(default_factory=tuple)

    @property
    def moves(self) -> bool:
        """Return whether anything may still happen to one of its orders by itself.

        One that ended after its payment still has its money to come back.
        """
        return any(
            one.step is not STEPS[-1] if one.ended is None else one.ended not in FINAL
            for one in self.orders
        )


@dataclass(frozen=True)
class BriefOrder:
    """One order as the shopper's list shows it; ``state`` is the order's own word."""

    checkout_id: int
    order_no: str
    state: str
    total_fen: int
    placed_at: Instant
    name: str
    pieces: int


@dataclass(frozen=True)
class OrdersPage:
    """One page of a shopper's orders; ``before`` opens the next, when there is one."""

    orders: tuple[BriefOrder, ...]
    before: int | None
