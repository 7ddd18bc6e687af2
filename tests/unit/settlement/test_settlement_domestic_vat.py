"""The VAT within a price: once a rate, half up in fen, shared out without losing one."""

import pytest

from settlement.tax.domestic import PricedLine, vat_within


def test_vat_is_the_part_of_a_price_that_the_rate_says():
    """113.00 at 13 % holds 13.00; 109.00 at 9 % holds 9.00."""
    assert vat_within([PricedLine(11_300, 1300), PricedLine(10_900, 900)]) == [1300, 900]


def test_a_half_fen_is_rounded_up():
    """0.03 at 20 %: half a fen exactly is one fen; at 0 % there is none."""
    assert vat_within([PricedLine(3, 2000), PricedLine(500, 0)]) == [1, 0]


def test_lines_of_one_rate_share_what_their_sum_holds():
    """Three times 0.05 at 13 %: each alone holds one fen (0.575), together they hold two."""
    assert vat_within([PricedLine(5, 1300)] * 3) == [1, 1, 0]


@pytest.mark.parametrize("rate", [900, 1300, 600])
def test_net_and_vat_are_the_price(rate):
    """Whatever the lines: their VAT sums to that of the sum."""
    lines = [PricedLine(fen, rate) for fen in range(1, 400, 7)]
    whole = sum(line.total_fen for line in lines)

    (expected,) = vat_within([PricedLine(whole, rate)])

    assert sum(vat_within(lines)) == expected


def test_a_negative_line_is_no_sale():
    """A refund mirrors what was posted; it is never computed."""
    with pytest.raises(ValueError, match="negative"):
        vat_within([PricedLine(-1, 1300)])
