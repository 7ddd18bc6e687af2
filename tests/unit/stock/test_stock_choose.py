"""Which account-book item serves a line."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonded_display.stock.choose import Choice, Level, choose_item
from bonded_display.stock.errors import StockShort

TODAY = date(2026, 11, 24)
ITEM = 7


def level(id: int, free: int, expires_on: date | None = None, *, held: int = 0) -> Level:
    return Level(id, ITEM, free + held, held, expires_on)


def choose(levels: list[Level], qty: int) -> tuple[Choice, ...]:
    return choose_item(levels, qty, item_id=ITEM, on=TODAY)


def test_earliest_expiry_that_covers_the_line_is_taken():
    """Three account-book items; the first to expire has one piece too few."""
    levels = [
        level(1, 9, date(2027, 9, 1)),
        level(2, 2, date(2027, 1, 1)),
        level(3, 5, date(2027, 5, 1)),
    ]

    chosen = choose(levels, 3)

    assert chosen == (Choice(3, 3),)


def test_a_line_nobody_covers_alone_is_split_by_expiry():
    """Two and five pieces lie free, six are wanted: two lines, the early goods first."""
    levels = [level(1, 5, date(2027, 9, 1)), level(2, 2, date(2027, 1, 1))]

    chosen = choose(levels, 6)

    assert chosen == (Choice(2, 2), Choice(1, 4))


def test_held_pieces_are_not_free():
    """Five lie there, four are held: two cannot be sold, and nothing is chosen."""
    with pytest.raises(StockShort) as refused:
        choose([level(1, 1, held=4)], 2)

    assert refused.value.facts == {"item_id": ITEM, "wanted": 2, "free": 1}


def test_goods_are_not_sold_on_the_day_they_expire():
    """Best before is today: refused; tomorrow: sold."""
    assert choose([level(1, 3, date(2026, 11, 25))], 1) == (Choice(1, 1),)

    with pytest.raises(StockShort):
        choose([level(1, 3, TODAY)], 1)


def test_goods_without_a_date_go_last():
    """A dated and an undated item cover the line: the dated goes first."""
    assert choose([level(1, 5), level(2, 5, date(2029, 1, 1))], 2) == (Choice(2, 2),)


@pytest.mark.parametrize("qty", [0, -1])
def test_nothing_is_chosen_for_no_pieces(qty: int):
    """A quantity that slipped past its check does not become a line."""
    with pytest.raises(ValueError, match="positive"):
        choose([level(1, 5)], qty)


levels_of_stock = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.dates(date(2026, 11, 1), date(2027, 3, 1))),
    max_size=6,
).map(lambda rows: [level(n, free, on, held=held) for n, (free, held, on) in enumerate(rows)])


@given(levels_of_stock, st.integers(1, 30))
def test_a_choice_is_whole_and_never_beyond_what_is_free(levels: list[Level], qty: int):
    """Whatever lies there: the parts sum to the line, each within its level, or it is refused."""
    free = {lv.account_book_item_id: lv.free for lv in levels if lv.expires_on > TODAY}
    if sum(free.values()) < qty:
        with pytest.raises(StockShort):
            choose(levels, qty)
        return

    chosen = choose(levels, qty)

    assert sum(part.qty for part in chosen) == qty
    assert all(0 < part.qty <= free[part.account_book_item_id] for part in chosen)
    assert (len(chosen) == 1) == any(pieces >= qty for pieces in free.values())
