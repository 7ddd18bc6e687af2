"""Decides what a shopper is told about the goods behind a shelf code.

Leaves reading it to show_offer.py and its words and layout to the storefront.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bonded_display.stock.choose import Choice, Level, choose_item
from bonded_display.stock.errors import StockShort
from settlement.tax.rates import Tariff
from shop.offer.quote import Part, Quote, Terms, quote


class Closed(StrEnum):
    """Why no order can be placed on an offer now."""

    NOT_OPEN = "not_open"
    PROVIDER = "provider_cannot_declare"
    BARRED = "barred"
    SOLD_OUT = "sold_out"


@dataclass(frozen=True)
class Filed:
    """What an account-book item tells the shopper and the tax; ``hs`` None: no rates today."""

    origin_code: str
    hs: Tariff | None
    measure_e5: int | None
    measure_kind: str | None


@dataclass(frozen=True)
class Goods:
    """What is offered, with its account-book items and what is free of them on a day."""

    item_id: int
    gtin14: str
    brand: str
    model: str
    image: str
    on: date
    filed: Mapping[int, Filed]
    levels: tuple[Level, ...]

    @property
    def free(self) -> int:
        """Return the pieces that can be ordered now."""
        return sum(
            level.free
            for level in self.levels
            if level.expires_on is None or level.expires_on > self.on
        )

    @property
    def origin_code(self) -> str:
        """Return the origin of the piece that would be sent now, or ''."""
        return self._next().origin_code if self.filed else ""

    @property
    def barred(self) -> bool:
        """Return whether the piece that would be sent now may not be sold as retail import."""
        if not self.filed:
            return True
        hs = self._next().hs
        return hs is None or not hs.on_positive_list

    def _next(self) -> Filed:
        return self.filed[self.choices(1)[0].account_book_item_id]

    def choices(self, qty: int) -> Sequence[Choice]:
        """Return the account-book items that placing would take; raises ``StockShort``.

        One piece is always told, even when none is free: the page names price and origin of
        what was there.
        """
        try:
            return choose_item(self.levels, qty, item_id=self.item_id, on=self.on)
        except StockShort:
            if qty > 1:
                raise
            return (Choice(min(self.filed), 1),)


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
        """Return the landed price of so many pieces as placing computes it, or None if barred.

        Raises ``StockShort``, and ``OverSingleLimit`` for more than one piece above the limit.
        """
        if self.goods.barred:
            return None
        parts = []
        for choice in self.goods.choices(qty):
            filed = self.goods.filed[choice.account_book_item_id]
            if filed.hs is None:
                return None
            parts.append(Part(choice.qty, filed.hs, filed.measure_e5, filed.measure_kind))
        return quote(self.terms, parts)
