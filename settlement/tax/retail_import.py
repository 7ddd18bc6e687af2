"""Decide the tax on a retail-import order (trade mode 1210), line by line, as a quote.

The customs bill (CEB816) is the truth; limits of the year are judged in ``limits``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.money import E5
from settlement.tax.errors import MeasureMissing, NotOnPositiveList, TaxFigureInvalid
from settlement.tax.freight import share_by_value
from settlement.tax.levy import FULL_BP, Levy, Rates, levy
from settlement.tax.limits import taxed_in_full
from settlement.tax.rates import ConsumptionRule, Tariff

WITHIN_LIMITS_BP = 7_000
"""The part of VAT and consumption tax due within the limits: 70 %."""

PIECE = "piece"


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One order line as tax sees it; ``total_fen`` is the deal price before vouchers.

    ``measure_e5`` is millilitres, grams or pieces in one deal unit (50 ml: 5_000_000), by
    ``measure_kind`` 'ml', 'g' or 'piece'; both are None where the code does not ask.
    """

    gnum: int
    qty: int
    total_fen: int
    measure_e5: int | None
    hs: Tariff
    measure_kind: str | None = None


@dataclass(frozen=True, slots=True)
class LineQuote:
    """The quote of one line in fen; ``value_fen`` is its price, freight and insurance.

    ``tax_class``: vat_only, ad_valorem, specific, cosmetics_above or cosmetics_below.
    """

    gnum: int
    freight_fen: int
    insurance_fen: int
    value_fen: int
    duty_fen: int
    consumption_fen: int
    vat_fen: int
    tax_class: str

    @property
    def tax_fen(self) -> int:
        """Return what is due on the line."""
        return self.duty_fen + self.consumption_fen + self.vat_fen


@dataclass(frozen=True, slots=True)
class OrderQuote:
    """The quote of one order in fen; ``full_rate`` says that duty and all tax are due."""

    lines: tuple[LineQuote, ...]
    value_fen: int
    tax_fen: int
    full_rate: bool


def quote_order(lines: Sequence[TaxLine], freight_fen: int, insurance_fen: int = 0) -> OrderQuote:
    """Return the tax of one order in fen, on every line with its share of freight.

    Raises ``OverSingleLimit`` above 5,000 yuan with more than one piece (one piece is taxed
    in full), ``NotOnPositiveList``, ``MeasureMissing``, and ``TaxFigureInvalid`` for a
    negative figure, a quantity below 1 or goods of no price.
    Source: customs.md section 5; rules.md section 2.
    """
    _refuse_unlawful(lines)
    prices = [line.total_fen for line in lines]
    freights = share_by_value(freight_fen, prices)
    insurances = share_by_value(insurance_fen, prices)
    value_fen = sum(prices) + freight_fen + insurance_fen
    full = taxed_in_full(value_fen, pieces=sum(line.qty for line in lines))
    quotes = tuple(
        _quote_line(line, freight, insurance, full_rate=full)
        for line, freight, insurance in zip(lines, freights, insurances, strict=True)
    )
    return OrderQuote(quotes, value_fen, sum(quote.tax_fen for quote in quotes), full)


def retail_import_tax(
    value_fen: int, *, vat_bp: int, consumption_bp: int = 0, specific: tuple[int, int] = (0, 1)
) -> Levy:
    """Return the tax in fen on one declaration-list line bought within the limits.

    ``value_fen`` is the price paid with its share of freight and insurance.  Rates are
    basis points: 1300 is 13 %.  Duty is nil; VAT and consumption tax are due at 70 %,
    each rounded half up.  ``limits.check`` has run before.

    Raises ``TaxFigureInvalid`` when ``value_fen`` is negative.
    Source: Caiguanshui [2016] 18, art. 1-3; the rounding is unverified (816 decides).
    """
    rates = Rates(vat_bp=vat_bp, consumption_bp=consumption_bp, specific=specific)
    return levy(value_fen, rates, due_bp=WITHIN_LIMITS_BP)


def full_rate_tax(value_fen: int, rates: Rates) -> Levy:
    """Return the tax in fen on a single piece above the limit: duty, and all of the rest.

    Raises ``TaxFigureInvalid`` when ``value_fen`` is negative.
    """
    return levy(value_fen, rates, due_bp=FULL_BP)


def _refuse_unlawful(lines: Sequence[TaxLine]) -> None:
    for line in lines:
        if line.qty < 1:
            raise TaxFigureInvalid(figure="qty", value=line.qty)
        if line.total_fen < 0:
            raise TaxFigureInvalid(figure="total_fen", value=line.total_fen)
        if not line.hs.on_positive_list:
            raise NotOnPositiveList(hs_code=line.hs.hs_code)


def _quote_line(line: TaxLine, freight: int, insurance: int, *, full_rate: bool) -> LineQuote:
    value = line.total_fen + freight + insurance
    tax_class, consumption_bp, specific = _consumption(line, value)
    hs = line.hs
    if full_rate:
        due = full_rate_tax(value, Rates(hs.vat_bp, hs.duty_bp, consumption_bp, specific))
    else:
        due = retail_import_tax(
            value, vat_bp=hs.vat_bp, consumption_bp=consumption_bp, specific=specific
        )
    return LineQuote(
        gnum=line.gnum,
        freight_fen=freight,
        insurance_fen=insurance,
        value_fen=value,
        duty_fen=due.duty_fen,
        consumption_fen=due.consumption_fen,
        vat_fen=due.vat_fen,
        tax_class=tax_class,
    )


def _consumption(line: TaxLine, value_fen: int) -> tuple[str, int, tuple[int, int]]:
    """Return the line's tax class, its consumption rate and its specific tax in fen."""
    hs = line.hs
    if hs.consumption_rule is ConsumptionRule.AD_VALOREM:
        return "ad_valorem", hs.consumption_bp, (0, 1)
    if hs.consumption_rule is ConsumptionRule.SPECIFIC:
        measure = _measure_e5(line)
        specific = (hs.specific_fen * line.qty * measure, hs.specific_per_e5)
        return "specific", hs.consumption_bp, specific
    if hs.consumption_rule is ConsumptionRule.COSMETICS_MEASURE:
        if _above_cosmetics_line(line, value_fen):
            return "cosmetics_above", hs.consumption_bp, (0, 1)
        return "cosmetics_below", 0, (0, 1)
    return "vat_only", 0, (0, 1)


def _above_cosmetics_line(line: TaxLine, value_fen: int) -> bool:
    """Return whether the value per ml, g or piece reaches the line of high-end cosmetics.

    10 yuan per ml or g, 15 per piece, the line itself included.  Source: customs.md V[18].
    """
    by_piece = line.measure_kind == PIECE
    least_fen = line.hs.line_per_piece_fen if by_piece else line.hs.line_per_measure_fen
    measure = _measure_e5(line)
    if least_fen is None:
        raise MeasureMissing(gnum=line.gnum, hs_code=line.hs.hs_code)
    return value_fen * E5 >= least_fen * line.qty * measure


def _measure_e5(line: TaxLine) -> int:
    if line.measure_e5 is None or line.measure_e5 <= 0 or line.measure_kind is None:
        raise MeasureMissing(gnum=line.gnum, hs_code=line.hs.hs_code)
    return line.measure_e5
