"""Rounding, sharing and writing of amounts."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kernel import money
from kernel.money import AmountInvalid, QuantityTextInvalid

FEN = st.integers(-(10**12), 10**12)


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**7))
def test_a_half_goes_away_from_nought(numerator, denominator):
    """Any quotient, against the decimal library's own half-up."""
    exact = Fraction(numerator, denominator)
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator)
    assume(abs(scaled) < 10**15)

    rounded = money.half_up(numerator, denominator)

    assert rounded == int(scaled.quantize(Decimal(1), ROUND_HALF_UP))
    assert money.half_up(-numerator, denominator) == -rounded


def test_halves_by_hand():
    """0.5 → 1, 1.5 → 2, 2.5 → 3: not the banker's rounding; a reversal mirrors it."""
    assert [money.half_up(n, 2) for n in (1, 3, 5, -1, -3)] == [1, 2, 3, -1, -2]


@pytest.mark.parametrize("denominator", [0, -1])
def test_a_denominator_is_positive(denominator):
    """A quotient by nought or less is a mistake of the caller."""
    with pytest.raises(ValueError, match="denominator"):
        money.half_up(1, denominator)


@given(FEN, st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_shares_sum_to_the_total_within_a_fen_each(total_fen, weights):
    """Any total over any weights: nothing is lost, and nobody is a whole fen off."""
    assume(sum(weights) > 0)

    shares = money.spread(total_fen, weights)

    assert sum(shares) == total_fen
    exact = [Fraction(total_fen * weight, sum(weights)) for weight in weights]
    assert all(abs(share - part) < 1 for share, part in zip(shares, exact, strict=True))
    assert money.spread(-total_fen, weights) == [-share for share in shares]


def test_equal_remainders_favour_the_earlier():
    """Ten fen among three, and a fen between two of no other difference."""
    assert money.spread(10, [1, 1, 1]) == [4, 3, 3]
    assert money.spread(1, [0, 5, 5]) == [0, 1, 0]
    assert money.spread(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_a_total_needs_something_to_be_shared_by(weights):
    """No weights, none that counts, a negative one."""
    with pytest.raises(ValueError, match="weight"):
        money.spread(100, weights)


@given(FEN)
def test_an_amount_survives_being_written(fen):
    """What is written for a file reads back as the same fen."""
    assert money.parse_yuan(money.yuan_text(fen)) == fen


@given(st.integers(-(10**16), 10**16))
def test_a_quantity_survives_being_written(value):
    """What is written for customs reads back, and carries no needless nought."""
    text = money.e5_text(value)

    assert money.parse_e5(text) == value
    assert "." not in text or text[-1] != "0"


@pytest.mark.parametrize("text", ["", ".5", "1.", "1.234", "1,000", "1e3", "١", "+1", " 1", "--1"])
def test_what_is_no_amount_is_refused(text):
    """A third decimal above all: no part of a fen is dropped in silence."""
    with pytest.raises(AmountInvalid):
        money.parse_yuan(text)


def test_noughts_past_the_second_decimal_are_no_loss():
    """Customs writes five decimals: 12.30000 is 12.30."""
    assert money.parse_yuan("12.30000") == 1230
    assert money.parse_e5("1.500000") == 150_000


@pytest.mark.parametrize("text", ["1.000001", "", "1.5.0", "NaN"])
def test_what_is_no_quantity_is_refused(text):
    """A sixth decimal that counts, nothing, nonsense."""
    with pytest.raises(QuantityTextInvalid):
        money.parse_e5(text)


def test_amounts_as_people_read_them():
    """Thousands are parted, the sign stands before the currency."""
    assert money.show_fen(123_456) == "¥1,234.56"
    assert money.show_fen(-5, "en") == "-¥0.05"
    assert [money.e5_text(v) for v in (150_000, 100_000, 1, 0, -50_000)] == [
        "1.5",
        "1",
        "0.00001",
        "0",
        "-0.5",
    ]
