"""Decides the landed price of so many pieces of one offer: goods, freight, tax.

Leaves the tax itself to settlement.tax and the shopper's yearly limit to placing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from settlement.tax.rates import Tariff
from settlement.tax.retail_import import OrderQuote, TaxLine, quote_order
from shop.offer.errors import PriceChanged


@dataclass(frozen=True)
class Terms:
    """An offer's money; ``price_version`` rises with every change of it."""

    price_fen: int
    freight_fen: int
    freight_free_from_fen: int | None
    price_version: int


@dataclass(frozen=True)
class Part:
    """Pieces of one account-book item with what its tax depends on."""

    qty: int
    hs: Tariff
    measure_e5: int | None = None
    measure_kind: str | None = None


@dataclass(frozen=True)
class Quote:
    """A landed price in fen; ``total_fen`` is what is paid, its parts sum to it."""

    qty: int
    goods_fen: int
    freight_fen: int
    tax: OrderQuote

    @property
    def duty_fen(self) -> int:
        """Return the customs duty, 0 within the limits."""
        return sum(line.duty_fen for line in self.tax.lines)

    @property
    def consumption_fen(self) -> int:
        """Return the consumption tax."""
        return sum(line.consumption_fen for line in self.tax.lines)

    @property
    def vat_fen(self) -> int:
        """Return the VAT."""
        return sum(line.vat_fen for line in self.tax.lines)

    @property
    def total_fen(self) -> int:
        """Return goods, freight and tax together."""
        return self.goods_fen + self.freight_fen + self.tax.tax_fen


def quote(terms: Terms, parts: Sequence[Part]) -> Quote:
    """Return the landed price of the parts of one order, in fen.

    Raises what ``quote_order`` raises: ``OverSingleLimit``, ``NotOnPositiveList``,
    ``MeasureMissing``.
    Source: rules 2 (dutiable value is price, freight and insurance).
    """
    lines = [
        TaxLine(
            gnum,
            part.qty,
            terms.price_fen * part.qty,
            part.measure_e5,
            part.hs,
            measure_kind=part.measure_kind,
        )
        for gnum, part in enumerate(parts, 1)
    ]
    goods_fen = sum(line.total_fen for line in lines)
    freight_fen = freight(terms, goods_fen)
    tax = quote_order(lines, freight_fen)
    return Quote(sum(part.qty for part in parts), goods_fen, freight_fen, tax)


def freight(terms: Terms, goods_fen: int) -> int:
    """Return the freight in fen: none from the offer's threshold on."""
    free_from = terms.freight_free_from_fen
    return 0 if free_from is not None and goods_fen >= free_from else terms.freight_fen


def check_shown(now: Quote, terms: Terms, *, shown_total_fen: int, price_version: int) -> None:
    """Raise ``PriceChanged`` unless the shopper confirmed this very total and version."""
    if (shown_total_fen, price_version) != (now.total_fen, terms.price_version):
        raise PriceChanged(shown_fen=shown_total_fen, now_fen=now.total_fen)
