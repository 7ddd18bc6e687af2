"""Decide whether a retail-import order is within the limits of one purchase and one year.

What a person used so far is counted in ``take_limit`` and ``take_weight``; only our own platform is known here,
so customs can still refuse with -621005 or -621018.
"""

from collections.abc import Mapping

from kernel.clock import Instant, china_date
from settlement.tax.errors import OverSingleLimit, OverWeightLimit, OverYearLimit
from settlement.tax.rates import WeightLimit

SINGLE_LIMIT_FEN = 500_000
"""5,000 yuan a customs order, of price + freight + insurance.  Source: customs.md V[17]."""

YEAR_LIMIT_FEN = 2_600_000
"""26,000 yuan a person and calendar year.  Source: customs.md V[17]."""


WEIGHT_LIMITS_E5: Mapping[WeightLimit, int] = {"sugar": 200_000, "rice": 2_000_000}
"""2 kg of sugar, 20 kg of rice a person and calendar year, net.  Source: customs.md V[17]."""


def taxed_in_full(value_fen: int, *, pieces: int) -> bool:
    """Return whether the order is taxed in full: one single piece above the limit.

    Raises ``OverSingleLimit`` when it is above with more than one piece.
    """
    if value_fen <= SINGLE_LIMIT_FEN:
        return False
    if pieces != 1:
        raise OverSingleLimit(value_fen=value_fen, limit_fen=SINGLE_LIMIT_FEN, pieces=pieces)
    return True


def check(quote_value_fen: int, *, pieces: int, year_used_fen: int) -> bool:
    """Return whether full tax applies to an order of ``quote_value_fen`` and ``pieces``.

    ``year_used_fen`` is what the person used in the year before this order.
    Raises ``OverSingleLimit`` and ``OverYearLimit``; each limit itself still passes.
    Source: rules.md section 2; customs.md V[17].
    """
    full = taxed_in_full(quote_value_fen, pieces=pieces)
    if year_used_fen + quote_value_fen > YEAR_LIMIT_FEN:
        raise OverYearLimit(
            value_fen=quote_value_fen, used_fen=year_used_fen, limit_fen=YEAR_LIMIT_FEN
        )
    return full


def check_weights(asked_e5: Mapping[WeightLimit, int], used_e5: Mapping[WeightLimit, int]) -> None:
    """Raise ``OverWeightLimit`` when an order's net weight of a kind is more than is left of it.

    Weights are in 1/100,000 kg, ``used_e5`` is what the person used in the year before; each
    limit itself still passes.
    """
    for kind, net_e5 in asked_e5.items():
        used = used_e5.get(kind, 0)
        if used + net_e5 > WEIGHT_LIMITS_E5[kind]:
            raise OverWeightLimit(
                kind=kind, net_e5=net_e5, used_e5=used, limit_e5=WEIGHT_LIMITS_E5[kind]
            )


def limit_year_of(at: Instant) -> int:
    """Return the calendar year in China whose limit an order of ``at`` uses."""
    return china_date(at).year
