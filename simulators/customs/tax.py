"""Compute the tax on a declaration list the way customs does: with Decimal, line by line.

Formulas and worked examples: the customs reference, section 5.  Whether the list may be taken
at all is ``lists``'s to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from simulators.customs.tariff import Measure, Rates

SINGLE_LIMIT = Decimal(5000)
YEAR_LIMIT = Decimal(26000)
WITHIN_LIMITS = Decimal("0.7")
_COSMETICS_LINE = {"ml": 10, "g": 10, "piece": 15, "sheet": 15}
"""CNY per measure from which cosmetics count as high-end."""
TAXES = ("customs_tax", "value_added_tax", "consumption_tax")
"""How the three are named in customs' books."""


class NoMeasure(Exception):
    """The class of a line depends on its content, and nobody filed the content."""


@dataclass(frozen=True)
class Goods:
    """One line: what was paid for it in CNY, how many deal units, what one unit holds."""

    gnum: int
    gcode: str
    qty: Decimal
    total_price: Decimal
    rates: Rates
    measure: Measure | None


@dataclass(frozen=True)
class LineTax:
    """Tax in CNY on one line; ``value`` is the dutiable value with its share of freight."""

    gnum: int
    gcode: str
    value: Decimal
    duty: Decimal
    vat: Decimal
    consumption: Decimal

    @property
    def total(self) -> Decimal:
        """Return the three together."""
        return self.duty + self.vat + self.consumption


def to_fen(yuan: Decimal) -> Decimal:
    """Round half up to 0.01."""
    return yuan.quantize(Decimal("0.01"), ROUND_HALF_UP)


def shares(total: Decimal, prices: Sequence[Decimal]) -> list[Decimal]:
    """Spread ``total`` over ``prices`` by value, half up; the last line takes the remainder."""
    whole = sum(prices, Decimal(0))
    parts = [to_fen(total * price / whole) if whole else Decimal(0) for price in prices[:-1]]
    return [*parts, total - sum(parts, Decimal(0))]


def _consumption_rate(goods: Goods, value: Decimal) -> Decimal:
    """Return the rate that applies; cosmetics below their line pay none.

    Raises ``NoMeasure``.
    """
    if not goods.rates.is_cosmetics:
        return goods.rates.consumption
    measure = goods.measure or goods.rates.measure
    if measure is None:
        raise NoMeasure(str(goods.gnum))
    per_measure = value / (goods.qty * measure.content)
    is_high_end = per_measure >= _COSMETICS_LINE[measure.unit]
    return goods.rates.consumption if is_high_end else Decimal(0)


def _specific(goods: Goods) -> Decimal:
    """Return the specific consumption tax of the line; raises ``NoMeasure``."""
    if not goods.rates.specific_yuan:
        return Decimal(0)
    measure = goods.measure or goods.rates.measure
    if measure is None:
        raise NoMeasure(str(goods.gnum))
    return goods.rates.specific_yuan * goods.qty * measure.content / goods.rates.specific_per


def line_tax(goods: Goods, value: Decimal, *, in_full: bool) -> LineTax:
    """Return the tax on ``goods`` of dutiable ``value``: each tax rounded half up to 0.01."""
    rate, specific = _consumption_rate(goods, value), _specific(goods)
    part = Decimal(1) if in_full else WITHIN_LIMITS
    duty = value * goods.rates.duty if in_full else Decimal(0)
    composed = (value + duty + specific) / (1 - rate)
    return LineTax(
        goods.gnum,
        goods.gcode,
        value,
        to_fen(duty),
        to_fen(part * composed * goods.rates.vat),
        to_fen(part * (composed * rate + specific)),
    )


def bill(
    lines: Sequence[Goods], *, freight: Decimal, insurance: Decimal, in_full: bool
) -> list[LineTax]:
    """Return the tax on every line, freight and insurance shared over them by value."""
    prices = [goods.total_price for goods in lines]
    carried = zip(shares(freight, prices), shares(insurance, prices), strict=True)
    values = [price + sum(both) for price, both in zip(prices, carried, strict=True)]
    return [
        line_tax(goods, value, in_full=in_full) for goods, value in zip(lines, values, strict=True)
    ]
