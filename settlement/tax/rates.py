"""Decide what a tariff code says about retail import on one day, as a value.

Where the figures come from is ``tariff``'s business; what is due is ``retail_import``'s.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

WeightLimit = Literal["sugar", "rice"]


class ConsumptionRule(StrEnum):
    """How the consumption tax of a code is decided."""

    NONE = "none"
    AD_VALOREM = "ad_valorem"
    COSMETICS_MEASURE = "cosmetics_measure"
    SPECIFIC = "specific"


@dataclass(frozen=True, slots=True)
class Tariff:
    """Rates of one tariff code in force on one day; rates in basis points (1300 is 13 %).

    ``cosmetics_measure`` taxes a line from ``line_per_measure_fen`` a millilitre or gram, or
    from ``line_per_piece_fen`` a piece.  ``specific`` adds ``specific_fen`` for every
    ``specific_per_e5`` of measure (50 fen per 500 ml: 50, 50_000_000).  ``weight_limit`` says to
    which yearly limit of weight the code counts.
    """

    hs_code: str
    vat_bp: int
    duty_bp: int = 0
    consumption_rule: ConsumptionRule = ConsumptionRule.NONE
    consumption_bp: int = 0
    line_per_measure_fen: int | None = None
    line_per_piece_fen: int | None = None
    specific_fen: int = 0
    specific_per_e5: int = 1
    on_positive_list: bool = True
    unit1: str = ""
    unit2: str | None = None
    weight_limit: WeightLimit | None = None
