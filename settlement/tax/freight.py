"""Decide each line's share of a sum that the order carries only once.

Shares between orders of one checkout are another rule (``kernel.money.spread``).
"""

from collections.abc import Sequence

from kernel.money import half_up
from settlement.tax.errors import TaxFigureInvalid


def share_by_value(total_fen: int, prices_fen: Sequence[int]) -> list[int]:
    """Return the shares of ``total_fen`` in fen by price; the last line takes the remainder.

    Shares before the last are rounded half up, but never past what is left to share, so no
    line is below nought.
    Raises ``TaxFigureInvalid`` when a figure is negative or no line has a price.
    Source: customs.md section 5, freight by value (unverified: 816 decides).
    """
    whole = sum(prices_fen)
    if whole <= 0:
        raise TaxFigureInvalid(figure="goods_fen", value=whole)
    if total_fen < 0:
        raise TaxFigureInvalid(figure="freight_fen", value=total_fen)
    left = total_fen
    shares = []
    for price in prices_fen[:-1]:
        share = min(left, half_up(total_fen * price, whole))
        shares.append(share)
        left -= share
    return [*shares, left]
