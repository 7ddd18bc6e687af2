"""The judge: one request after the other, each sees what those before it took."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bonded_display.stock.choose import Choice
from bonded_display.stock.errors import StockShort
from kernel.errors import Problem
from settlement.tax.errors import (
    MeasureMissing,
    OverSingleLimit,
    OverWeightLimit,
    OverYearLimit,
)
from settlement.tax.limits import YEAR_LIMIT_FEN
from shop.checkout.judge import Books, judge
from shop.checkout.place_group import _Sitting
from shop.checkout.plan import OrderPlan
from shop.offer.errors import OfferClosed, PriceChanged
from tests.unit.shop.goods import CREAM, PLAIN, TODAY, book_item, levels, request, wanted

FIRST = ((Choice(1, 1),),)


def books(*free: int, used: dict[tuple[str, int], int] | None = None) -> Books:
    return Books(levels(*free), used or {}, on=TODAY)


def test_what_was_expected_is_placed_as_priced():
    """The expected item is free: the plan of the request thread stands, nothing is computed."""
    asked = request(wanted(1), FIRST)

    assert judge(asked, books(1, 0)) is asked.plan


def test_another_item_is_taken_at_the_same_price():
    """The expected one is gone, the other costs the same: placed from the other."""
    plan = judge(request(wanted(1), FIRST), books(0, 1))

    assert isinstance(plan, OrderPlan)
    assert [line.book_item.account_book_item_id for line in plan.lines] == [2]


def test_another_price_is_told_and_not_taken():
    """The split rounds the tax once more: one fen is enough to ask the shopper again."""
    asked = replace(request(wanted(1), FIRST), shown_total_fen=15_601)
    state = books(1, 0)

    told = judge(asked, state)

    assert isinstance(told, PriceChanged)
    assert told.facts["shown_fen"] == 15_601
    assert isinstance(judge(request(wanted(1), FIRST), state), OrderPlan), "nothing was taken"


def test_a_verdict_reached_before_is_kept():
    """The request thread found the offer closed: the judge only repeats it."""
    closed = OfferClosed()
    asked = replace(request(wanted(1), FIRST), refusal=closed)

    assert judge(asked, books(1, 0)) is closed


def test_an_order_of_several_pieces_above_the_single_limit_is_refused():
    """Two pieces of 2,600 yuan; one piece of 5,200 alone would pass, taxed in full."""
    told = judge(
        replace(request(wanted(1, 520_000), FIRST), wanted=(wanted(2, 260_000),), expected=()),
        books(2, 0),
    )

    assert isinstance(told, OverSingleLimit)
    assert isinstance(judge(request(wanted(1, 520_000), FIRST), books(1)), OrderPlan)


def test_a_year_is_counted_within_the_group():
    """The first order takes what was left: the second of the same person is refused."""
    asked = [request(wanted(1), FIRST, number=number) for number in (1, 2)]
    value = asked[0].plan.value_fen
    state = books(5, used={("1:aa", 2026): YEAR_LIMIT_FEN - value})

    first, second = (judge(one, state) for one in asked)

    assert isinstance(first, OrderPlan)
    assert isinstance(second, OverYearLimit)
    assert state.used_fen("1:aa", 2026) == YEAR_LIMIT_FEN


def test_a_years_weight_is_counted_within_the_group():
    """A kilogram of sugar an order: the third of one person is refused, another person's passes."""
    sugar = replace(PLAIN, hs_code="1701999090", weight_limit="sugar")
    asked = [
        request(wanted(2, tariff=sugar), ((Choice(1, 2),),), number=number) for number in (1, 2, 3)
    ]
    other = request(wanted(2, tariff=sugar), ((Choice(1, 2),),), number=4)
    other.frozen = replace(other.frozen, person_lookup="1:bb")
    state = books(8)

    told = [judge(one, state) for one in (*asked, other)]

    assert [type(one) for one in told] == [OrderPlan, OrderPlan, OverWeightLimit, OrderPlan]
    assert state.used_e5("1:aa", 2026) == {"sugar": 200_000}


@given(
    free=st.lists(st.integers(0, 6), min_size=1, max_size=3),
    wishes=st.lists(st.integers(1, 5), max_size=12),
)
def test_never_more_than_is_free(free: list[int], wishes: list[int]) -> None:
    """Whatever is wanted in whatever order: sums fit, and nobody is refused what was there."""
    state, left = books(*free), sum(free)

    for number, qty in enumerate(wishes, start=1):
        expected = ((Choice(1, qty),),)
        told = judge(request(wanted(qty, 100, items=len(free)), expected, number=number), state)
        assert isinstance(told, OrderPlan | StockShort | PriceChanged)
        if isinstance(told, OrderPlan):
            left -= told.pieces
        if isinstance(told, StockShort):
            assert left < qty
            assert told.facts["free"] == left
        assert left >= 0


@given(wishes=st.lists(st.integers(1, 4), min_size=1, max_size=8))
def test_a_refused_request_leaves_the_books_alone(wishes: list[int]) -> None:
    """Judged twice with nothing free, then with plenty: the refusals took nothing."""
    state = books(0)

    told = [
        judge(request(wanted(qty, 100, items=1), ((Choice(1, qty),),)), state) for qty in wishes
    ]

    assert all(isinstance(one, Problem) for one in told)
    assert state.used_fen("1:aa", 2026) == 0


def test_what_cannot_be_priced_now_is_not_remembered():
    """The other item lacks its measure: told as what it is, and its key stays unused."""
    expected = ((Choice(1, 1),),)
    whole, bare = book_item(1, CREAM, measure_e5=5_000_000), book_item(2, CREAM)
    want = replace(wanted(1), book_items={1: whole, 2: bare})
    sitting = _Sitting({}, books(0, 1), at=5)

    told = sitting.hear(request(want, expected))

    assert isinstance(told, MeasureMissing)
    assert sitting.answer_rows == []
    assert sitting.placed == []
