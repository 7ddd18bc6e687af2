"""What holds for every order beyond the worked examples, and where the law itself jumps."""

import dataclasses
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kernel.money import E5
from settlement.tax import limits
from settlement.tax.errors import OverYearLimit
from settlement.tax.freight import share_by_value
from settlement.tax.levy import Rates, levy
from settlement.tax.ordinary_import import ordinary_import_tax
from settlement.tax.retail_import import TaxLine, full_rate_tax, quote_order, retail_import_tax
from tests.unit.settlement.tariffs import COSMETICS, FOOD, SPIRITS, WINE

RATES = st.builds(
    Rates,
    vat_bp=st.integers(0, 2_000),
    duty_bp=st.integers(0, 10_000),
    consumption_bp=st.integers(0, 6_000),
    specific=st.tuples(st.integers(0, 10**9), st.integers(1, 10**7)),
)
VALUE = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("fen", "consumption_fen", "vat_fen", "tax_class"),
    [
        (99_900, 0, 9_091, "cosmetics_below"),
        (100_000, 12_353, 10_706, "cosmetics_above"),
        (100_100, 12_365, 10_717, "cosmetics_above"),
    ],
)
def test_perfume_of_100_ml_around_ten_yuan_a_millilitre(fen, consumption_fen, vat_fen, tax_class):
    """9.99, 10.00 and 10.01 a millilitre, worked out by hand: at the line 139.68 more are due."""
    (line,) = quote_order([TaxLine(1, 1, fen, 100 * E5, COSMETICS, "ml")], 0).lines

    assert (line.consumption_fen, line.vat_fen, line.tax_class) == (
        consumption_fen,
        vat_fen,
        tax_class,
    )


def test_the_single_limit_is_met_to_the_fen():
    """5,000.00 of two pieces is at 70 %; 5,000.01 of one piece in full, with duty of nought."""
    two = quote_order([TaxLine(1, 2, 500_000, None, FOOD)], 0)
    one = quote_order([TaxLine(1, 1, 500_000, None, FOOD)], 1)

    assert (two.full_rate, two.tax_fen) == (False, 45_500)
    assert (one.full_rate, one.tax_fen) == (True, 65_000)


def test_the_year_limit_is_met_to_the_fen():
    """25,999.99 used and 0.01 more passes; 0.02 is refused with what is left."""
    limits.check(1, pieces=1, year_used_fen=2_599_999)

    with pytest.raises(OverYearLimit) as refused:
        limits.check(2, pieces=1, year_used_fen=2_599_999)

    assert refused.value.facts["left_fen"] == 1


@given(VALUE, RATES, st.sampled_from([7_000, 10_000]))
def test_a_levy_is_the_formula_of_the_reference_to_the_fen(value_fen, rates, due_bp):
    """Worked out beside it in fractions: duty, then P = (V + D + s) / (1 - c), each half up."""
    c, part = Fraction(rates.consumption_bp, 10_000), Fraction(due_bp, 10_000)
    duty = Fraction(value_fen * rates.duty_bp, 10_000)
    specific = Fraction(*rates.specific)
    composed = (value_fen + duty + specific) / (1 - c)

    due = levy(value_fen, rates, due_bp=due_bp)

    assert due.duty_fen == half_up(duty)
    assert due.consumption_fen == half_up((composed * c + specific) * part)
    assert due.vat_fen == half_up(composed * Fraction(rates.vat_bp, 10_000) * part)


def half_up(exact: Fraction) -> int:
    """Return the nearest whole number by the standard library's own rounding."""
    doubled = exact * 2
    if doubled.denominator == 1:
        half = Decimal(doubled.numerator) / 2
        return int(half.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return round(exact)


@given(VALUE, VALUE, RATES)
def test_an_ordinary_import_owes_more_for_more_and_never_less_than_nought(one, other, rates):
    """Monotone without exception: no threshold and no limit is in it."""
    low, high = sorted((one, other))
    less, more = (ordinary_import_tax(value, rates=rates) for value in (low, high))

    assert 0 <= less.duty_fen <= more.duty_fen
    assert 0 <= less.consumption_fen <= more.consumption_fen
    assert 0 <= less.vat_fen <= more.vat_fen


@given(VALUE, RATES)
def test_in_full_is_never_less_than_within_the_limits(value_fen, rates):
    """70 % of two taxes without duty against all of three."""
    within = retail_import_tax(
        value_fen,
        vat_bp=rates.vat_bp,
        consumption_bp=rates.consumption_bp,
        specific=rates.specific,
    )

    assert within.duty_fen == 0
    assert within.tax_fen <= full_rate_tax(value_fen, rates).tax_fen


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1, max_size=99))
@example(1, [1] * 99)
@example(49, [1] * 99)
def test_shares_lose_no_fen_and_none_is_below_nought(total_fen, prices):
    """Up to 99 lines, gifts of no price among them; a line of no price bears none but the last."""
    assume(sum(prices) > 0)

    shares = share_by_value(total_fen, prices)

    assert sum(shares) == total_fen
    assert min(shares) >= 0
    free = [share for price, share in zip(prices[:-1], shares[:-1], strict=True) if not price]
    assert not any(free)


LINE = st.builds(
    TaxLine,
    gnum=st.integers(1, 99),
    qty=st.integers(1, 5),
    total_fen=st.integers(1, 20_000),
    measure_e5=st.integers(1, 1000 * E5),
    hs=st.sampled_from([FOOD, COSMETICS, WINE, SPIRITS]),
    measure_kind=st.sampled_from(["ml", "g", "piece"]),
)


@given(st.lists(LINE, min_size=1, max_size=9), st.integers(0, 8), st.integers(0, 200_000))
def test_without_freight_a_dearer_line_never_lowers_the_tax(lines, place, more_fen):
    """Below the single limit, the consumption threshold included: it jumps, but upwards."""
    at = place % len(lines)
    dearer = list(lines)
    dearer[at] = dataclasses.replace(lines[at], total_fen=lines[at].total_fen + more_fen)

    assert quote_order(lines, 0).tax_fen <= quote_order(dearer, 0).tax_fen


def test_with_freight_a_dearer_line_may_lower_the_tax_of_another():
    """The exception of the law: the perfume reaches ten yuan a ml only by its share of freight.

    When the food beside it gets dearer, the food bears more of the freight and the perfume falls
    below the line; the order as a whole owes less.
    """
    perfume = TaxLine(1, 1, 29_700, 30 * E5, COSMETICS, "ml")
    food = TaxLine(2, 1, 29_700, None, FOOD)
    dearer = dataclasses.replace(food, total_fen=35_000)

    before, after = quote_order([perfume, food], 600), quote_order([perfume, dearer], 600)

    assert [quote.lines[0].tax_class for quote in (before, after)] == [
        "cosmetics_above",
        "cosmetics_below",
    ]
    assert after.tax_fen < before.tax_fen
