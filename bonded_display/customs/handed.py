"""Decide what the rooms above hand to the customs desk: plain values, copied where they stand.

How they are written into messages is left to ``messages.fill_311`` and ``messages.fill_621``.
"""

import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache

from kernel.clock import Instant


@dataclass(frozen=True)
class Party:
    """A company as customs knows it: 10-digit customs code and registered name."""

    code: str
    name: str


@dataclass(frozen=True)
class Parties:
    """The companies of one customs order, frozen when it was placed."""

    platform: Party
    merchant: Party
    agent: Party
    """Declares the list: 621 ``agentCode``."""
    zone_warehouse: Party
    """The account book's company: 621 ``areaCode``."""
    courier: Party
    transmitter: Party
    """Sends and signs: ``copCode``; its key must be the desk's."""

    def as_text(self) -> str:
        """Return the JSON kept in ``declaration_list.parties``."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "Parties":
        """Return the parties of a stored text; ``TypeError`` when one is missing."""
        return _parties(text)


@lru_cache(maxsize=256)
def _parties(text: str) -> Parties:
    """Few parties trade, and each text is read with every list of theirs."""
    return Parties(**{role: Party(**party) for role, party in json.loads(text).items()})


@dataclass(frozen=True)
class Person:
    """The buyer: legal name, 18-character ID number, telephone.  Never stored in the clear."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True)
class Consignee:
    """Who receives the parcel: the very texts that the courier declares in 511."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    district_code: str = ""
    """Six digits, or empty."""


@dataclass(frozen=True)
class PaidBy:
    """The payment company's own words about the payment, for 311; left out when not known yet."""

    pay_code: str
    pay_name: str
    pay_transaction_id: str


@dataclass(frozen=True)
class OrderLine:
    """One line of the order; ``gnum`` is the same as on the list."""

    gnum: int
    sku: str
    gtin14: str
    item_name: str
    """Chinese name as shown to the shopper; the list's ``gname`` says the same."""
    gmodel: str
    unit_code: str
    qty: int
    price_fen: int
    total_fen: int
    origin_code: str
    note: str = ""
    """Why the price is far from the market's, for example a public price cut."""


@dataclass(frozen=True)
class OrderDocument:
    """Everything CEB311 says about one customs order."""

    order_id: int
    order_no: str
    parties: Parties
    buyer_reg_no: str
    """The buyer's account number on the platform."""
    person: Person
    consignee: Consignee
    goods_fen: int
    freight_fen: int
    discount_fen: int
    tax_fen: int
    paid_fen: int
    """Goods + freight + tax - discount: the order's share of the payment, as 411 says it."""
    lines: tuple[OrderLine, ...]
    paid_by: PaidBy | None = None
    note: str = ""


@dataclass(frozen=True)
class DraftLine:
    """One line of a declaration list, copied from the order line and its account-book item."""

    gnum: int
    account_book_item_id: int
    item_record_no: str
    sku: str
    gtin14: str
    """GTIN-14, or empty when the goods have none."""
    hs_code: str
    gname: str
    gmodel: str
    origin_code: str
    qty: int
    unit_code: str
    qty1_e5: int
    """Whole line in the first statutory unit, 1/100,000."""
    unit1_code: str
    qty2_e5: int | None
    unit2_code: str | None
    price_fen: int
    total_fen: int


@dataclass(frozen=True)
class DraftList:
    """A paid order's declaration list before it is sent; written in the commit of the payment."""

    id: int
    order_id: int
    warehouse_id: int
    order_no: str
    waybill_no: str | None
    """None while the courier's pool is dry; ``set_waybill`` brings it."""
    account_book_no: str
    customs_code: str
    port_code: str
    traf_mode: str
    parties: Parties
    goods_fen: int
    freight_fen: int
    insurance_fen: int
    quoted_tax_fen: int
    gross_e5: int
    """Whole parcel, kg in 1/100,000."""
    net_e5: int
    created_at: Instant
    lines: tuple[DraftLine, ...]
