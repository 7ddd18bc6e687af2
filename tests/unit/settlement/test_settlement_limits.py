"""The limits of one purchase and of one year, to the fen."""

import pytest

from settlement.tax import limits
from settlement.tax.errors import OverSingleLimit, OverWeightLimit, OverYearLimit
from settlement.tax.retail_import import TaxLine, quote_order
from tests.unit.settlement.tariffs import FOOD

NEW_YEAR_2027 = 1_798_732_800_000_000
"""2027-01-01T00:00:00+08:00."""


def test_the_single_limit_itself_passes():
    """5,000.00 with three pieces is within."""
    assert limits.check(500_000, pieces=3, year_used_fen=0) is False


def test_freight_counts_towards_the_single_limit():
    """4,995.00 + 6.00 freight: two pieces are refused, one is taxed in full."""
    with pytest.raises(OverSingleLimit):
        quote_order([TaxLine(1, 2, 499_500, None, FOOD)], 600, 0)

    assert quote_order([TaxLine(1, 1, 499_500, None, FOOD)], 600, 0).full_rate


def test_two_lines_of_one_piece_are_two_pieces():
    """One item means one line with quantity 1."""
    lines = [TaxLine(1, 1, 300_000, None, FOOD), TaxLine(2, 1, 300_000, None, FOOD)]

    with pytest.raises(OverSingleLimit):
        quote_order(lines, 0, 0)


def test_the_year_limit_refuses_the_whole_order():
    """Example 8: 25,400.00 used and 700.00 more."""
    with pytest.raises(OverYearLimit) as refused:
        limits.check(70_000, pieces=1, year_used_fen=2_540_000)

    assert refused.value.facts["left_fen"] == 60_000


def test_one_fen_over_the_year_is_refused():
    """25,999.99 used: 0.01 passes, 0.02 does not."""
    assert limits.check(1, pieces=1, year_used_fen=2_599_999) is False

    with pytest.raises(OverYearLimit):
        limits.check(2, pieces=1, year_used_fen=2_599_999)


def test_a_single_piece_taxed_in_full_counts_to_the_year():
    """6,800.00 within the year passes in full; with 20,000.00 used it does not."""
    assert limits.check(680_000, pieces=1, year_used_fen=1_920_000) is True

    with pytest.raises(OverYearLimit):
        limits.check(680_000, pieces=1, year_used_fen=2_000_000)


def test_the_year_turns_at_midnight_in_china():
    """The last microsecond of 2026 in China is 15:59:59 in Greenwich."""
    assert limits.limit_year_of(NEW_YEAR_2027 - 1) == 2026
    assert limits.limit_year_of(NEW_YEAR_2027) == 2027


@pytest.mark.parametrize(
    ("kind", "asked_e5", "used_e5", "fits"),
    [
        ("sugar", 200_000, 0, True),
        ("sugar", 1, 199_999, True),
        ("sugar", 2, 199_999, False),
        ("rice", 2_000_000, 0, True),
        ("rice", 2_000_001, 0, False),
    ],
)
def test_a_years_weight_is_counted_to_the_gram(kind, asked_e5, used_e5, fits):
    """2 kg of sugar, 20 kg of rice: the limit itself passes, a hundredth of a gram more does not."""
    if fits:
        limits.check_weights({kind: asked_e5}, {kind: used_e5})
        return

    with pytest.raises(OverWeightLimit) as refused:
        limits.check_weights({kind: asked_e5}, {kind: used_e5})

    assert refused.value.facts["left_e5"] == limits.WEIGHT_LIMITS_E5[kind] - used_e5


def test_kinds_do_not_use_each_others_weight():
    """Sugar is used up: rice still passes, and what counts to neither always does."""
    limits.check_weights({"rice": 2_000_000}, {"sugar": 200_000})
    limits.check_weights({}, {"sugar": 200_000, "rice": 2_000_000})
