"""Decides what a shopper is told about the goods behind a shelf code.

Leaves reading it to show_offer.py and its words and layout to the storefront.
"""

from dataclasses import dataclass
from enum import StrEnum

from settlement.tax.rates import Tariff
from shop.offer.quote import Part, Quote, Terms, quote


class Closed(StrEnum):
    """Why no order can be placed on an offer now."""

    NOT_OPEN = "not_open"
    PROVIDER = "provider_cannot_declare"
    BARRED = "barred"
    SOLD_OUT = "sold_out"


@dataclass(frozen=True)
class Goods:
    """What the offer shows of its goods; ``free`` is pieces that can be ordered now."""

    item_id: int
    gtin14: str
    brand: str
    model: str
    image: str
    origin_code: str
    free: int
    hs: Tariff | None
    measure_e5: int | None
    measure_kind: str | None


@dataclass(frozen=True)
class Seller:
    """Who sells, who answers for it in China, and where to complain."""

    merchant: str
    merchant_id: int
    agent: str
    agent_id: int
    complaint: str


@dataclass(frozen=True)
class ShownOffer:
    """An offer as seen from one shelf; ``closed`` is None while orders are taken."""

    offer_id: int
    shelf_code: str
    outlet_id: int
    outlet: str
    outlet_en: str
    warehouse_id: int
    warehouse: str
    route: str
    provider: str
    title: str
    title_en: str
    deliver_within_days: int
    terms: Terms
    goods: Goods
    seller: Seller
    closed: Closed | None

    def quote(self, qty: int) -> Quote | None:
        """Return the landed price of so many pieces, or None when none can be told.

        Raises ``OverSingleLimit`` for more than one piece above the limit.
        """
        hs = self.goods.hs
        if hs is None or not hs.on_positive_list:
            return None
        part = Part(qty, hs, self.goods.measure_e5, self.goods.measure_kind)
        return quote(self.terms, [part])
