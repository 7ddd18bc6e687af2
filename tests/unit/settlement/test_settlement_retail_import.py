"""The worked examples of the reference, in fen, and what holds for every order."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import E5
from settlement.tax import errors
from settlement.tax.freight import share_by_value
from settlement.tax.levy import Rates
from settlement.tax.ordinary_import import ordinary_import_tax
from settlement.tax.retail_import import OrderQuote, TaxLine, quote_order, retail_import_tax
from tests.unit.settlement.tariffs import BAG, COSMETICS, FOOD, SPIRITS, WINE


def perfume(total_fen: int, ml: int, *, gnum: int = 1) -> TaxLine:
    return TaxLine(gnum, 1, total_fen, ml * E5, COSMETICS, "ml")


def mask(total_fen: int, sheets: int = 5, qty: int = 1) -> TaxLine:
    return TaxLine(1, qty, total_fen, sheets * E5, COSMETICS, "piece")


def taxes(quote: OrderQuote) -> list[tuple[int, int, int]]:
    return [(line.duty_fen, line.consumption_fen, line.vat_fen) for line in quote.lines]


def test_perfume_above_the_line_pays_consumption_tax():
    """Example 1: 50 ml, 780.00 + 20.00 freight, 16.00 a millilitre."""
    quote = quote_order([perfume(78_000, 50)], 2_000, 0)

    assert taxes(quote) == [(0, 9_882, 8_565)]
    assert quote.tax_fen == 18_447
    assert quote.lines[0].tax_class == "cosmetics_above"


@pytest.mark.parametrize(
    ("line", "freight", "tax", "tax_class"),
    [
        pytest.param(TaxLine(1, 6, 178_800, None, FOOD), 0, 16_271, "vat_only", id="2 formula"),
        pytest.param(TaxLine(1, 2, 39_800, None, WINE), 1_200, 7_335, "ad_valorem", id="3 wine"),
        pytest.param(TaxLine(1, 1, 26_800, None, FOOD), 800, 2_512, "vat_only", id="4 health food"),
        pytest.param(mask(7_200), 0, 655, "cosmetics_below", id="5a mask at 14.40"),
        pytest.param(mask(8_000), 0, 1_844, "cosmetics_above", id="5b mask at 16.00"),
        pytest.param(
            TaxLine(1, 1, 40_000, 700 * E5, SPIRITS, "ml"), 0, 11_619, "specific", id="10 spirits"
        ),
    ],
)
def test_worked_examples_within_the_limits(line, freight, tax, tax_class):
    """Examples 2 to 5 and 10: one line each, its rates assumed by the reference."""
    quote = quote_order([line], freight, 0)

    assert quote.tax_fen == tax
    assert quote.lines[0].tax_class == tax_class
    assert not quote.full_rate


def test_one_piece_above_the_limit_is_taxed_in_full():
    """Example 6: one bag of 6,800.00 at 6 % duty; nothing at 70 %."""
    quote = quote_order([TaxLine(1, 1, 680_000, None, BAG)], 0, 0)

    assert taxes(quote) == [(40_800, 0, 93_704)]
    assert quote.tax_fen == 134_504
    assert quote.full_rate


def test_two_pieces_above_the_limit_are_refused():
    """Example 7: two of 2,600.00 in one order."""
    with pytest.raises(errors.OverSingleLimit) as refused:
        quote_order([TaxLine(1, 2, 520_000, None, FOOD)], 0, 0)

    assert refused.value.facts == {"value_fen": 520_000, "limit_fen": 500_000, "pieces": 2}


def test_freight_is_shared_by_value_and_decides_the_tax_class():
    """Example 9: perfume 30 ml at 300.00 passes 10.00 a ml only with its freight share."""
    lines = [perfume(30_000, 30), TaxLine(2, 1, 20_000, None, FOOD)]

    quote = quote_order(lines, 1_500, 0)

    assert [line.freight_fen for line in quote.lines] == [900, 600]
    assert taxes(quote) == [(0, 3_817, 3_308), (0, 0, 1_875)]
    assert quote.tax_fen == 9_000


@pytest.mark.parametrize(
    ("freight", "prices", "shares"),
    [
        (100, [10, 10, 10], [33, 33, 34]),
        (101, [10, 10], [51, 50]),
        (2, [10, 10, 10], [1, 1, 0]),
        (2, [10, 10, 10, 10], [1, 1, 0, 0]),
        (5, [10, 0], [5, 0]),
        (0, [10, 20], [0, 0]),
    ],
)
def test_freight_shares_are_rounded_half_up_and_the_last_line_takes_the_rest(
    freight, prices, shares
):
    """A few fen over many lines never leave one below nought."""
    assert share_by_value(freight, prices) == shares


def test_display_sale_is_taxed_as_an_ordinary_import():
    """Rules section 6: 200.00 at duty 14 %, consumption 10 %, VAT 13 %."""
    due = ordinary_import_tax(20_000, rates=Rates(vat_bp=1300, duty_bp=1400, consumption_bp=1000))

    assert (due.duty_fen, due.consumption_fen, due.vat_fen) == (2_800, 2_533, 3_293)
    assert due.tax_fen == 8_626


def test_recorded_bill_is_met():
    """The one recorded 816 of the reference: 410.00 at 9.1 % is 37.31."""
    assert retail_import_tax(41_000, vat_bp=1300).tax_fen == 3_731


@pytest.mark.parametrize(
    ("line", "tax_class"),
    [
        (perfume(49_999, 50), "cosmetics_below"),
        (perfume(50_000, 50), "cosmetics_above"),
        (mask(7_499), "cosmetics_below"),
        (mask(7_500), "cosmetics_above"),
        (mask(14_999, qty=2), "cosmetics_below"),
        (mask(15_000, qty=2), "cosmetics_above"),
        (TaxLine(1, 1, 30_000, 30 * E5, COSMETICS, "g"), "cosmetics_above"),
    ],
)
def test_the_cosmetics_line_itself_is_taxed(line, tax_class):
    """One fen below 10 yuan a ml or g, or 15 a sheet, is below; the figure itself is above."""
    assert quote_order([line], 0, 0).lines[0].tax_class == tax_class


def test_insurance_is_part_of_the_value():
    """Insurance of 2.00 is shared as freight is, and taxed."""
    quote = quote_order([TaxLine(1, 1, 9_800, None, FOOD)], 0, 200)

    assert quote.value_fen == 10_000
    assert quote.tax_fen == 910


@pytest.mark.parametrize(
    ("lines", "freight", "error"),
    [
        ([TaxLine(1, 0, 100, None, FOOD)], 0, errors.TaxFigureInvalid),
        ([TaxLine(1, 1, -1, None, FOOD)], 0, errors.TaxFigureInvalid),
        ([TaxLine(1, 1, 0, None, FOOD)], 0, errors.TaxFigureInvalid),
        ([], 0, errors.TaxFigureInvalid),
        ([TaxLine(1, 1, 100, None, FOOD)], -1, errors.TaxFigureInvalid),
        ([TaxLine(1, 1, 100, None, COSMETICS)], 0, errors.MeasureMissing),
        ([TaxLine(1, 1, 100, 0, COSMETICS, "ml")], 0, errors.MeasureMissing),
        ([TaxLine(1, 1, 100, E5, COSMETICS, None)], 0, errors.MeasureMissing),
        (
            [TaxLine(1, 1, 100, None, dataclasses.replace(FOOD, on_positive_list=False))],
            0,
            errors.NotOnPositiveList,
        ),
    ],
)
def test_a_figure_that_cannot_be_declared_is_refused(lines, freight, error):
    """Nothing is computed from a quantity of nought, a negative price or a missing measure."""
    with pytest.raises(error):
        quote_order(lines, freight, 0)


LINE = st.builds(
    TaxLine,
    gnum=st.integers(1, 99),
    qty=st.integers(1, 20),
    total_fen=st.integers(1, 20_000),
    measure_e5=st.integers(1, 1000 * E5),
    hs=st.sampled_from([FOOD, COSMETICS, WINE, SPIRITS]),
    measure_kind=st.sampled_from(["ml", "g", "piece"]),
)


@given(st.lists(LINE, min_size=1, max_size=12), st.integers(0, 9_999), st.integers(0, 999))
def test_lines_sum_to_the_order_and_nothing_is_negative(lines, freight, insurance):
    """Whatever is ordered: shares, values and taxes of the lines make up the order's."""
    quote = quote_order(lines, freight, insurance)

    assert sum(line.freight_fen for line in quote.lines) == freight
    assert sum(line.insurance_fen for line in quote.lines) == insurance
    assert sum(line.value_fen for line in quote.lines) == quote.value_fen
    assert sum(line.tax_fen for line in quote.lines) == quote.tax_fen
    for line in quote.lines:
        figures = (line.freight_fen, line.insurance_fen, line.consumption_fen, line.vat_fen)
        assert min(figures) >= 0
        assert line.duty_fen == 0


@given(LINE, st.integers(0, 700_000), st.integers(0, 700_000))
def test_more_value_is_never_less_tax(line, one, other):
    """One piece: its tax grows with its price, over the cosmetics line and the single limit."""
    low, high = sorted((one + 1, other + 1))

    def tax(total_fen: int) -> int:
        piece = dataclasses.replace(line, qty=1, total_fen=total_fen)
        return quote_order([piece], 0, 0).tax_fen

    assert tax(low) <= tax(high)
