"""Decide duty, consumption tax and VAT on one dutiable value, exactly, in integers.

Which rates apply and which part of them is due is the caller's business.
"""

from dataclasses import dataclass

from kernel.money import half_up
from settlement.tax.errors import TaxFigureInvalid

FULL_BP = 10_000


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates in basis points and the specific tax as an exact fraction of fen."""

    vat_bp: int
    duty_bp: int = 0
    consumption_bp: int = 0
    specific: tuple[int, int] = (0, 1)


@dataclass(frozen=True, slots=True)
class Levy:
    """What is due on one value, in fen."""

    duty_fen: int
    consumption_fen: int
    vat_fen: int

    @property
    def tax_fen(self) -> int:
        """Return the sum of the three."""
        return self.duty_fen + self.consumption_fen + self.vat_fen


def levy(value_fen: int, rates: Rates, *, due_bp: int = FULL_BP) -> Levy:
    """Return duty, consumption tax and VAT in fen on ``value_fen``, each rounded half up.

    Composed price P = (V + D + s) / (1 - c); consumption P*c + s; VAT P*v; of the last two
    the part ``due_bp`` is due (7000 is 70 %).  Nothing is rounded before the end.

    Raises ``TaxFigureInvalid`` when ``value_fen`` is negative.
    Source: customs.md section 5 (V[15], V[16]); rounding per tax per line is unverified.
    """
    if value_fen < 0:
        raise TaxFigureInvalid(figure="value_fen", value=value_fen)
    specific, over = rates.specific
    rest_bp = FULL_BP - rates.consumption_bp
    # base = (V + D + s) * FULL_BP * over;  P = base / (over * rest_bp)
    base = value_fen * (FULL_BP + rates.duty_bp) * over + FULL_BP * specific
    bottom = over * rest_bp * FULL_BP
    consumption = base * rates.consumption_bp + FULL_BP * rest_bp * specific
    return Levy(
        duty_fen=half_up(value_fen * rates.duty_bp, FULL_BP),
        consumption_fen=half_up(consumption * due_bp, bottom * FULL_BP),
        vat_fen=half_up(base * rates.vat_bp * due_bp, bottom * FULL_BP),
    )
