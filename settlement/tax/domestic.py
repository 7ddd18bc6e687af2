"""Decide how much VAT lies within the price of domestic goods sold at a till.

Which rate a tariff code has is ``tariff``'s, which code goods have is known to the rooms above.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.money import half_up, spread

BP = 10_000


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line's price with VAT in fen, and its rate in basis points: 1300 is 13 %."""

    total_fen: int
    vat_bp: int


def vat_within(lines: Sequence[PricedLine]) -> list[int]:
    """Return the VAT in fen within each line's price, in their order.

    The price includes VAT: of what one rate's lines sum to, ``sum * rate / (1 + rate)`` is VAT,
    rounded half up in fen once a rate, and shared out to its lines by largest remainder.

    Raises ``ValueError`` when a line is negative: a refund mirrors what its sale posted.
    Source: VAT Law of the PRC (in force 2026-01-01) art. 10, which names one rate for selling
    and for importing the same goods, so the tariff's rate counts here too; its predecessor's
    implementing rules art. 14 (sales amount = price with tax / (1 + rate)).  That a sale is
    rounded a rate and not a line is our setting, as the slip shows one sum.
    """
    shares = [0] * len(lines)
    for rate in sorted({line.vat_bp for line in lines}):
        places = [at for at, line in enumerate(lines) if line.vat_bp == rate]
        totals = [lines[at].total_fen for at in places]
        if min(totals) < 0:
            raise ValueError("a line of a sale is negative")
        vat_fen = half_up(sum(totals) * rate, BP + rate)
        for at, share in zip(places, _spread(vat_fen, totals), strict=True):
            shares[at] = share
    return shares


def _spread(vat_fen: int, totals: Sequence[int]) -> list[int]:
    return spread(vat_fen, totals) if vat_fen else [0] * len(totals)
