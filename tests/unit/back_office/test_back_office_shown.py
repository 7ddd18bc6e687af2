"""What an operator sees of a day and of a person: drawn from sums, masked by rule."""

import pytest

from shop.back_office.masked import masked_buyer, masked_consignee
from shop.back_office.today import Today
from shop.queries import Buyer, Consignee
from shop.web.back_office.chart import draw, rounded_up


def day(placed: dict[int, int], released: dict[int, int], *, passed: int) -> Today:
    """Return a day with counts at some hours."""
    return Today(
        tuple(placed.get(hour, 0) for hour in range(24)),
        tuple(released.get(hour, 0) for hour in range(24)),
        passed,
    )


def test_the_curve_is_the_sum_so_far_and_ends_now():
    """Four orders by three o'clock, two released: in a field of 960 x 200 whose top is four."""
    chart = draw(day({0: 1, 2: 3}, {2: 2}, passed=3))

    assert chart.placed == "0,200 40,150 80,150 120,0"
    assert chart.released == "0,200 40,200 80,200 120,100"
    assert (chart.placed_sum, chart.released_sum, chart.top) == (4, 2, 4)


@pytest.mark.parametrize(
    ("most", "top"), [(0, 4), (4, 4), (5, 5), (6, 10), (11, 20), (41, 50), (99, 100), (101, 200)]
)
def test_the_top_is_a_number_people_count_in(most: int, top: int):
    """Never below what is drawn, never below four."""
    assert rounded_up(most) == top


def test_a_buyer_is_known_by_little():
    """One character of the name, the province of the number, the ends of the phone."""
    shown = masked_buyer(Buyer("欧阳小明", "110105199003072346", "+8613812340001"))

    assert (shown.name, shown.id_number, shown.phone) == (
        "欧***",
        "1101************46",
        "138****0001",
    )


def test_what_is_too_short_to_mask_is_hidden_whole():
    """A name of one character and a short phone show nothing that helps to guess them."""
    shown = masked_buyer(Buyer("王", "1234", "110"))

    assert (shown.name, shown.id_number, shown.phone) == ("王*", "****", "***")


def test_of_an_address_the_district_is_left():
    """Where the home is, the courier knows."""
    there = Consignee("陈小明", "13700137000", "浙江省杭州市西湖区文三路90号3幢502室", "330106")

    assert masked_consignee(there).address == "浙江省杭州市西湖区****"
