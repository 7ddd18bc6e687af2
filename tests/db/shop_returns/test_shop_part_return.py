"""A part of an order that comes back takes its share of everything, and the rest stays sold."""

import random

import pytest

from bonded_display.warehouse.errors import ReturnUnfit
from settlement import refund_part as refunding
from settlement.tax.portions import Portion
from shop.endings import end_return as ending
from shop.endings.ask_return import ask_return
from shop.order.states import IllegalMove
from tests.db.shop.unwinding import crash_once
from tests.db.shop_returns.agreed import agreed
from tests.db.shop_returns.returning import WHY
from tests.support import sample_house
from tests.support.sample_house import one, rows


def test_one_piece_of_three_comes_back(returning):
    """Its price and tax go back, its value leaves the year, a third of the tax the guarantee."""
    order = returning.left(pieces=3)
    returning.signed(order)
    held, billed = (
        one("SELECT SUM(held_fen) FROM guarantee"),
        one("SELECT customs_fen + vat_fen + consumption_fen FROM tax_bill_line WHERE gnum = 1"),
    )
    used = one("SELECT used_fen FROM limit_year")
    case_id = returning.checked(order, pieces=1)

    returning.hear(order, returning.answer(order, case_id, 399))
    returning.work()

    line = order.lines[0]
    part = Portion(1, 0, 1, 3)
    tax_fen = sum(part.of(fen) for fen in (line.duty_fen, line.consumption_fen, line.vat_fen))
    assert [fen for _, fen in returning.house.trade.wallet.refunds.values()] == [
        part.of(line.total_fen) + tax_fen
    ]
    assert one("SELECT state FROM customs_order") == "signed_for"
    assert one("SELECT state FROM declaration_list") == "RELEASED"
    assert rows("SELECT status FROM tax_bill") == [("1",)]
    taken = one("SELECT billed_fen FROM tax_part")
    assert abs(3 * taken - billed) <= 9
    assert one("SELECT SUM(held_fen) FROM guarantee") == held - taken
    assert one("SELECT used_fen FROM limit_year") == used - one("SELECT value_fen FROM tax_part")
    assert sample_house.free_pieces(line.sku) == 6 - 2
    assert one("SELECT state FROM payment") == "captured"
    assert agreed()


@pytest.mark.parametrize("parts", [(1, 2), (2, 1), (1, 1, 1)])
def test_parts_that_together_are_all_of_it_end_the_order(returning, parts):
    """The last one takes what is left: price, tax, freight; list, year and guarantee are free."""
    order = returning.left(pieces=3)
    returning.signed(order)
    for pieces in parts[:-1]:
        case_id = returning.checked(order, pieces=pieces)
        returning.hear(order, returning.answer(order, case_id, 399))
        returning.work()
        assert agreed()
    case_id = returning.checked(order)
    returning.hear(order, returning.answer(order, case_id, 399), returning.void(order))
    returning.work(10)

    returning.undone(order, refunds=len(parts))


@pytest.mark.parametrize("seed", range(6))
def test_answers_to_two_parts_in_any_order_end_in_the_same_books(returning, seed):
    """Both grants, the bill and its void, each twice, between two rounds of the worker each."""
    chance = random.Random(seed)  # a shuffle that can be told again
    order = returning.left(pieces=3)
    returning.signed(order)
    first = returning.checked(order, pieces=1)
    returning.hear(order, returning.answer(order, first, 120))
    granted = returning.answer(order, first, 399)
    if seed % 2:
        returning.hear(order, granted)
        returning.work()
        second = returning.checked(order)
        told = [returning.answer(order, second, 399), returning.bill(order), returning.void(order)]
    else:
        returning.hear(order, granted)
        returning.work(0)
        told = [granted, returning.bill(order)]
        second = None
    told *= 2
    chance.shuffle(told)
    for text in told:
        returning.hear(order, text)
        if chance.random() < 0.5:
            returning.work(1)
    if second is None:
        returning.work()
        second = returning.checked(order)
        returning.hear(order, returning.void(order), returning.answer(order, second, 399))
    returning.work(10)
    returning.house.again()
    returning.work(10)

    returning.undone(order, refunds=2)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (ending, "return_part"),
        (ending, "post_part_back"),
        (ending, "ask_part_refund"),
        (refunding, "_row"),
        (refunding, "_tell"),
    ],
)
def test_worker_that_dies_in_the_middle_of_a_part_goes_on(returning, monkeypatch, place, name):
    """After each step: what was committed stands, the rest is done, once."""
    monkeypatch.setattr(place, name, crash_once(getattr(place, name)))
    order = returning.left(pieces=3)
    returning.signed(order)
    case_id = returning.checked(order, pieces=2)

    returning.hear(order, returning.answer(order, case_id, 399))
    returning.work()
    returning.house.again()
    returning.work()

    assert len(returning.house.trade.wallet.refunds) == 1
    assert one("SELECT state FROM part_refund") == "done"
    assert agreed()


def test_a_part_comes_back_of_what_was_signed_for_and_left(returning):
    """Before the signature, more than left, nothing: refused, and no case is opened."""
    order = returning.left(pieces=3)
    with pytest.raises(IllegalMove):
        ask_return(order.id, reason=WHY, pieces={1: 1})
    returning.signed(order)
    for pieces in ({1: 4}, {2: 1}, {1: 0}, {}):
        with pytest.raises(ReturnUnfit):
            ask_return(order.id, reason=WHY, pieces=pieces)

    assert rows("SELECT id FROM return_case") == []


def test_shares_of_a_line_sum_to_it():
    """Any figure, cut anywhere: no fen is lost or made."""
    for total in (0, 1, 2, 100, 9_999):
        for whole in (1, 3, 7):
            parts = [Portion(1, before, 1, whole).of(total) for before in range(whole)]
            assert sum(parts) == total
            assert all(0 <= part <= total for part in parts)
