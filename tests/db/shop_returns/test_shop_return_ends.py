"""Every return can be finished: refused for good, part of it unfit, scanned at the wrong place."""

from threading import Thread

import pytest

from bonded_display.stock.book import book_balance
from bonded_display.warehouse.errors import (
    NotNow,
    PartUnsigned,
    ReturnElsewhere,
    ReturnUnderWay,
    UnfitPieces,
)
from bonded_display.warehouse.returns.arrive import receive_return
from bonded_display.warehouse.returns.check import check_return
from kernel import db
from kernel.errors import Problem
from shop.endings import declare_return as declaring
from shop.endings.ask_return import ask_return
from shop.endings.declare_return import declare_return_again
from shop.endings.send_back_refused import send_back_refused
from tests.db.shop.money import ledger
from tests.db.shop_returns.agreed import agreed
from tests.db.shop_returns.returning import WHY
from tests.support import sample_house
from tests.support.sample_house import one, rows


def test_goods_whose_return_customs_refused_for_good_go_to_the_shopper_again(returning):
    """They lie apart no more, nothing of the sale changes, and the order may come back anew."""
    order = returning.left()
    returning.signed(order)
    free, books = sample_house.free_pieces(order.lines[0].sku), ledger(order.id)
    case_id = returning.checked(order)
    returning.hear(order, returning.answer(order, case_id, 100))
    returning.work()

    assert [send_back_refused(case_id) for _ in range(2)] == [True, False]
    returning.house.again()
    returning.work()

    assert one("SELECT state FROM return_case") == "refused"
    assert rows("SELECT status, qty FROM lot WHERE location = 'R-01'") == [("returned_pending", 0)]
    assert rows("SELECT kind, qty FROM movement WHERE kind = 'given_back'") == [("given_back", -1)]
    assert one("SELECT count(*) FROM customs_message WHERE kind = 'CEB625'") == 1
    assert sample_house.free_pieces(order.lines[0].sku) == free
    assert (ledger(order.id), one("SELECT state FROM customs_order")) == (books, "signed_for")
    assert agreed()
    again = returning.checked(order)
    returning.hear(order, returning.answer(order, again, 399), returning.void(order))
    returning.work(10)
    assert one("SELECT state FROM customs_order") == "returned"
    assert ledger(order.id) == {}
    assert agreed()


def test_goods_of_which_customs_has_not_spoken_or_granted_stay(returning):
    """While 625 is under way, and once it is granted, they are not sent back; nothing changes."""
    order = returning.left()
    returning.signed(order)
    case_id = ask_return(order.id, reason=WHY)
    with pytest.raises(NotNow):
        send_back_refused(case_id)
    assert returning.checked(order) == case_id
    with pytest.raises(NotNow):
        send_back_refused(case_id)
    returning.hear(order, returning.answer(order, case_id, 399))
    with pytest.raises(NotNow):
        send_back_refused(case_id)


def test_of_two_who_declare_again_and_send_back_in_the_same_moment_one_wins(returning, monkeypatch):
    """One has read the case and is about to declare; the other sends the goods to the shopper."""
    order = returning.left()
    returning.signed(order)
    case_id = returning.checked(order)
    returning.hear(order, returning.answer(order, case_id, 100))
    returning.work()
    before = declaring.return_goods

    def with_a_rival(*given, **more):
        rival = Thread(target=send_back_refused, args=(case_id,))
        rival.start()
        rival.join(30)
        return before(*given, **more)

    monkeypatch.setattr(declaring, "return_goods", with_a_rival)
    with pytest.raises(NotNow):
        declare_return_again(case_id)

    assert one("SELECT state FROM return_case") == "refused"
    assert one("SELECT count(*) FROM customs_message WHERE kind = 'CEB625'") == 1
    assert rows("SELECT state FROM goods_return") == [("REJECTED",)]


def test_of_three_pieces_one_used_the_other_two_are_declared(returning):
    """The used one goes to the shopper again and stays sold; the two come back as a part."""
    order = returning.left(pieces=3)
    returning.signed(order)
    case_id = ask_return(order.id, reason=WHY)
    receive_return(str(order.waybill_no), warehouse_id=order.warehouse_id)

    for _ in range(2):
        check_return(case_id, fit=True, location="R-01", unfit={1: 1})
    returning.work(1)
    returning.hear(order, returning.answer(order, case_id, 399))
    returning.work()

    assert rows("SELECT SUM(qty), SUM(unfit_qty) FROM return_line") == [(3, 1)]
    assert rows("SELECT qty FROM goods_return_line") == [(2,)]
    assert one("SELECT SUM(qty) FROM movement WHERE kind = 'came_back'") == 2
    with db.read() as conn:
        assert book_balance(conn, order.lines[0].account_book_item_id).returned == 2
    assert one("SELECT state FROM customs_order") == "signed_for"
    assert len(returning.house.trade.wallet.refunds) == 1
    assert agreed()
    last = returning.checked(order)
    returning.hear(order, returning.answer(order, last, 399), returning.void(order))
    returning.work(10)
    returning.undone(order, refunds=2)


@pytest.mark.parametrize("unfit", [{1: 3}, {1: 4}, {2: 1}, {1: -1}, {1: 0}])
def test_pieces_said_to_be_unfit_are_some_of_those_that_came(returning, unfit):
    """All of them, more, of another line, fewer than none: nothing is recorded."""
    order = returning.left(pieces=3)
    returning.signed(order)
    case_id = ask_return(order.id, reason=WHY)
    receive_return(str(order.waybill_no), warehouse_id=order.warehouse_id)

    with pytest.raises(UnfitPieces):
        check_return(case_id, fit=True, location="R-01", unfit=unfit)

    assert one("SELECT state FROM return_case") == "arrived"
    assert one("SELECT SUM(unfit_qty) FROM return_line") == 0


def test_a_parcel_nobody_signed_for_is_not_split(returning):
    """Its part could not be booked: refused until the signature is here."""
    order = returning.left(pieces=3)
    case_id = ask_return(order.id, reason=WHY)
    receive_return(str(order.waybill_no), warehouse_id=order.warehouse_id)
    with pytest.raises(PartUnsigned):
        check_return(case_id, fit=True, location="R-01", unfit={1: 1})

    returning.signed(order)

    check_return(case_id, fit=True, location="R-01", unfit={1: 1})
    assert one("SELECT state FROM return_case") == "checked"


def test_two_who_judge_one_parcel_in_the_same_moment_leave_one_judgement(returning):
    """Fit says the one, unfit the other: one stands, the other is told; the goods follow it."""
    order = returning.left()
    returning.signed(order)
    case_id = ask_return(order.id, reason=WHY)
    receive_return(str(order.waybill_no), warehouse_id=order.warehouse_id)
    told: list[str] = []

    def judge(*, fit: bool) -> None:
        try:
            check_return(case_id, fit=fit, location="R-01")
            told.append("checked" if fit else "unfit")
        except Problem as problem:
            told.append(problem.code)

    both = [Thread(target=judge, kwargs={"fit": fit}) for fit in (True, False)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)

    state = one("SELECT state FROM return_case")
    assert sorted(told) == sorted([state, NotNow.code])
    pieces = one("SELECT COALESCE(SUM(qty), 0) FROM movement WHERE kind = 'came_back'")
    assert pieces == (1 if state == "checked" else 0)


def test_a_parcel_scanned_at_another_warehouse_is_not_taken_in(returning):
    """It has to come to the place it left; the case goes on waiting."""
    order = returning.left()
    ask_return(order.id, reason=WHY)

    with pytest.raises(ReturnElsewhere):
        receive_return(str(order.waybill_no), warehouse_id=order.warehouse_id + 1)

    assert one("SELECT state FROM return_case") == "asked"


def test_a_return_asked_for_with_other_pieces_while_one_is_open_is_told(returning):
    """The same pieces again: the open one; others: refused, for the open one stands."""
    order = returning.left(pieces=3)
    returning.signed(order)
    case_id = ask_return(order.id, reason=WHY, pieces={1: 1})

    assert ask_return(order.id, reason=WHY, pieces={1: 1}) == case_id
    with pytest.raises(ReturnUnderWay):
        ask_return(order.id, reason=WHY, pieces={1: 2})
