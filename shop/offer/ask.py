"""Decides what a shopper confirms when placing, and what placing answers.

Leaves judging it to shop.place_order.
"""

from dataclasses import dataclass, field

from kernel.clock import Instant


@dataclass(frozen=True)
class Consignee:
    """Who receives the parcel: phone as +86…, whole address from province to flat."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    district_code: str

    def as_dict(self) -> dict[str, str]:
        """Return the fields by name, phone as +86…."""
        return {
            "name": self.name,
            "phone": self.phone,
            "address": self.address,
            "district_code": self.district_code,
        }


@dataclass(frozen=True)
class PlaceAsk:
    """One confirmed offer: the total and price version are those the shopper saw."""

    shelf_code: str | None
    offer_id: int
    qty: int
    consignee: Consignee
    shown_total_fen: int
    price_version: int
    notices_version: str

    def as_dict(self) -> dict[str, object]:
        """Return the fields by name, for the hash under which the ask is remembered."""
        return {**vars(self), "consignee": self.consignee.as_dict()}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a form, as far as their cookies tell without a look at the database."""

    token_hash: str = field(repr=False)
    outlet_id: int | None
    correlation: str
    device: str = ""


@dataclass(frozen=True)
class Placed:
    """A checkout of an account that stands; ``replayed`` when its key was answered before."""

    account_id: int
    checkout_id: int
    order_ids: tuple[int, ...]
    total_fen: int
    expires_at: Instant
    replayed: bool = False
