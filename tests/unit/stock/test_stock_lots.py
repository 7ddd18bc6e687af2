"""Which lots a picker takes."""

from datetime import date

import pytest

from bonded_display.stock.errors import LotsShort
from bonded_display.stock.lots import FreeLot, LotPick, choose_lots

TODAY = date(2026, 11, 24)


def choose(lots: list[FreeLot], qty: int) -> tuple[LotPick, ...]:
    return choose_lots(lots, qty, account_book_item_id=5, on=TODAY)


def test_lots_are_picked_by_earliest_expiry():
    """Two lots; the early one has two pieces, three are wanted."""
    late = FreeLot(1, "LATE", "A-01-1", 9, date(2028, 1, 1))
    early = FreeLot(2, "EARLY", "B-02-1", 2, date(2027, 1, 1))

    picks = choose([late, early], 3)

    assert picks == (LotPick(2, "EARLY", "B-02-1", 2), LotPick(1, "LATE", "A-01-1", 1))


def test_an_expired_lot_is_left_where_it_lies():
    """The only other lot expires today: two pieces cannot be picked, the refusal counts one."""
    lots = [
        FreeLot(1, "OLD", "A-01-1", 9, TODAY),
        FreeLot(2, "NEW", "A-01-2", 1, date(2027, 1, 1)),
    ]

    with pytest.raises(LotsShort) as refused:
        choose(lots, 2)

    assert refused.value.facts == {"account_book_item_id": 5, "wanted": 2, "free": 1}
