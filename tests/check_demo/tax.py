"""Compute the tax on a list by the reference's formula (section 5), with Decimal.

The rates are the checker's own.  What the result is compared with is ``tax_checks``'s.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tests.check_demo.readers.documents import Unreadable, Values

SINGLE_LIMIT = Decimal(5000)
WITHIN = Decimal("0.7")
VAT = Decimal("0.13")
CONTENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:ml|毫升|g|克)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Rates:
    """Consumption tax and duty; ``line`` is the price a ml or g from which the former is due."""

    consumption: Decimal = Decimal(0)
    duty: Decimal = Decimal(0)
    line: Decimal | None = None


NONE = Rates()
RATES = {
    "2204210000": Rates(consumption=Decimal("0.10")),
    "3304990029": Rates(consumption=Decimal("0.15"), line=Decimal(10)),
    "3303000020": Rates(consumption=Decimal("0.15"), line=Decimal(10)),
    "4202210090": Rates(duty=Decimal("0.06")),
}


@dataclass(frozen=True)
class LineTax:
    """Tax on one line in yuan, each rounded half up; ``value`` is the dutiable value."""

    gnum: str
    gcode: str
    value: Decimal
    duty: Decimal
    consumption: Decimal
    vat: Decimal

    @property
    def kinds(self) -> tuple[Decimal, Decimal, Decimal]:
        """Duty, consumption tax, VAT."""
        return self.duty, self.consumption, self.vat


def round_fen(yuan: Decimal) -> Decimal:
    """Return ``yuan`` rounded half up to a fen."""
    return yuan.quantize(Decimal("0.01"), ROUND_HALF_UP)


def shares(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Return ``total`` shared by value; the last takes the remainder."""
    whole = sum(weights, Decimal(0))
    parts = [round_fen(total * weight / whole) for weight in weights[:-1]]
    return [*parts, total - sum(parts, Decimal(0))]


def tax(head: Values, lines: Sequence[Values]) -> list[LineTax]:
    """Return the tax on each line of a list from its own figures.

    Raises ``Unreadable`` where the list is over the limit with more than one item, or where
    the class of a line depends on a content that its ``gmodel`` does not tell.
    """
    extra = head.number("freight") + head.number("insuredFee")
    prices = [line.number("totalPrice") for line in lines]
    values = [p + s for p, s in zip(prices, shares(extra, prices), strict=True)]
    full = is_full_rate(values, lines)
    return [_line_tax(line, value, full=full) for line, value in zip(lines, values, strict=True)]


def is_full_rate(values: Sequence[Decimal], lines: Sequence[Values]) -> bool:
    """Say whether the list is one item over the limit; raises ``Unreadable`` over it otherwise."""
    if sum(values, Decimal(0)) <= SINGLE_LIMIT:
        return False
    if len(lines) != 1 or lines[0].number("qty") != 1:
        raise Unreadable(f"{sum(values)} is over {SINGLE_LIMIT} and not one item")
    return True


def _line_tax(line: Values, value: Decimal, *, full: bool) -> LineTax:
    rates = RATES.get(line["gcode"], NONE)
    consumption = rates.consumption if _is_due(rates, line, value) else Decimal(0)
    duty = value * rates.duty if full else Decimal(0)
    share = Decimal(1) if full else WITHIN
    composed = (value + duty) / (1 - consumption)
    return LineTax(
        gnum=line["gnum"],
        gcode=line["gcode"],
        value=value,
        duty=round_fen(duty),
        consumption=round_fen(composed * consumption * share),
        vat=round_fen(composed * VAT * share),
    )


def _is_due(rates: Rates, line: Values, value: Decimal) -> bool:
    """Say whether the line's consumption tax is due: for cosmetics by the price a ml or g."""
    if rates.line is None:
        return True
    found = CONTENT.findall(line["gmodel"])
    if len(found) != 1:
        raise Unreadable(f"gmodel tells {len(found)} contents in ml or g: {line['gmodel']}")
    return value >= rates.line * line.number("qty") * Decimal(found[0])
