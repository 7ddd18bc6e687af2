"""Goods that come back, and whose return customs grants, undo their sale: whole, and once."""

import random
from datetime import timedelta

import pytest

from bonded_display.customs.errors import NotReturnable
from bonded_display.warehouse.errors import NotNow, ReturnTooLate, ReturnUnknown
from bonded_display.warehouse.returns.arrive import give_up_return, receive_return
from bonded_display.warehouse.returns.check import check_return
from kernel.actor import Actor
from kernel.metrics import papers_for_a_person
from settlement import refund_order as refunding
from shop.endings import declare_return as declaring
from shop.endings import end_return as ending
from shop.endings.ask_return import ask_return
from shop.endings.declare_return import declare_return_again
from shop.endings.why import Why
from shop.order.states import IllegalMove
from shop.steps import after_return
from shop.storefront_ports import checkout_view
from shop.web.storefront.order_view import Ended
from tests.db.shop.money import ledger
from tests.db.shop.unwinding import crash_once, parked
from tests.db.shop_returns.returning import WHY
from tests.support import sample_house
from tests.support.sample_house import one, rows


def test_goods_that_come_back_undo_their_sale(returning):
    """Signed for, asked, arrived, checked, 625, 626 = 399, then 818 void: as if never sold."""
    order = returning.left()
    returning.signed(order)
    case_id = returning.checked(order)

    returning.hear(order, returning.answer(order, case_id, 120))
    returning.hear(order, returning.answer(order, case_id, 399))
    returning.work()
    assert returning.house.trade.wallet.refunds == {}, "while its tax bill stands"
    returning.hear(order, returning.void(order))
    returning.work(10)

    returning.undone(order)
    shown = checkout_view(Actor("account", order.account_id), order.checkout_id).orders[0]
    assert (shown.ended, shown.why) == (Ended.REFUNDED, Why.RETURNED)


def test_goods_that_came_back_are_not_sold_before_customs_granted_it(returning):
    """Checked: they lie apart, no order can take them; book, tax, year and money stand."""
    order = returning.left()
    returning.signed(order)
    free, books = sample_house.free_pieces(order.lines[0].sku), ledger(order.id)

    case_id = returning.checked(order)

    assert sample_house.free_pieces(order.lines[0].sku) == free
    assert rows("SELECT status, qty FROM lot WHERE location = 'R-01'") == [
        ("returned_pending", order.lines[0].qty)
    ]
    assert rows("SELECT id, before_gate, state FROM goods_return") == [(case_id, 0, "SENT_LOCAL")]
    assert ledger(order.id) == books
    assert one("SELECT state FROM declaration_list") == "RELEASED"
    assert one("SELECT used_fen FROM limit_year") > 0
    assert one("SELECT SUM(held_fen) FROM guarantee") > 0
    assert parked() == []


def test_a_parcel_that_nobody_took_comes_back_without_a_signature(returning):
    """Left the zone, refused at the door: goods in transit are stock again; a late 513 is nothing."""
    order = returning.left()
    case_id = returning.checked(order)
    returning.hear(order, returning.answer(order, case_id, 399), returning.void(order))
    returning.work()

    returning.signed(order)
    returning.work()

    returning.undone(order)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (declaring, "return_goods"),
        (after_return, "end_return"),
        (ending, "restore_goods"),
        (ending, "post_goods_back"),
        (refunding, "_ask"),
        (refunding, "_finish"),
        (refunding, "_book"),
    ],
)
def test_worker_that_dies_in_the_middle_of_a_return_goes_on(returning, monkeypatch, place, name):
    """After each step: what was committed stands, the rest is done, once; done again, nothing."""
    monkeypatch.setattr(place, name, crash_once(getattr(place, name)))
    order = returning.left()
    returning.signed(order)
    case_id = returning.checked(order)
    returning.work(2)

    returning.hear(order, returning.answer(order, case_id, 399), returning.void(order))
    returning.work()
    returning.house.again()
    returning.work()

    returning.undone(order)
    assert one("SELECT count(*) FROM customs_message WHERE kind = 'CEB625'") == 1


@pytest.mark.parametrize("seed", range(6))
def test_answers_to_a_return_in_any_order_end_in_the_same_books(returning, seed):
    """120 and 399 of the return, 816 again, its 818, 899 and an old 120 of the list, each twice."""
    chance = random.Random(seed)  # a shuffle that can be told again
    order = returning.left()
    case_id = returning.checked(order)
    told = [
        returning.answer(order, case_id, 120),
        returning.answer(order, case_id, 399),
        returning.bill(order),
        returning.void(order),
        returning.of_list(order, 899),
        returning.of_list(order, 120, late_s=-3600),
    ] * 2
    chance.shuffle(told)

    for number, text in enumerate(told):
        returning.hear(order, text)
        if number == seed:
            returning.signed(order, work=False)
        if chance.random() < 0.5:
            returning.work(1)
    returning.work(10)

    returning.undone(order)
    assert one("SELECT count(*) FROM fact WHERE name = 'list.set_aside'") == 0


@pytest.mark.parametrize("status", [100, -625209])
def test_a_refused_return_goes_to_a_person_and_may_be_declared_again(returning, status):
    """Nothing is undone and nobody sent to pick; declared again it has its number, and ends."""
    order = returning.left()
    returning.signed(order)
    case_id = returning.checked(order)
    told = papers_for_a_person.labels(paper="goods_return")._value.get()

    returning.hear(order, returning.answer(order, case_id, status))
    returning.work()

    assert papers_for_a_person.labels(paper="goods_return")._value.get() == told + 1
    assert one("SELECT state FROM customs_order") == "signed_for"
    assert rows("SELECT state FROM pick_task") == [("loaded",)]
    declare_return_again(case_id)
    returning.hear(order, returning.answer(order, case_id, 399), returning.void(order))
    returning.work()
    returning.undone(order)


def test_goods_that_are_not_as_they_left_are_not_declared(returning):
    """Opened and used: the parcel is the shopper's again, and nothing of the sale changes."""
    order = returning.left()
    returning.signed(order)
    case_id = ask_return(order.id, reason=WHY)
    receive_return(order.order_no, warehouse_id=order.warehouse_id)

    for _ in range(2):
        check_return(case_id, fit=False)
    returning.work()

    assert one("SELECT state FROM return_case") == "unfit"
    assert rows("SELECT id FROM goods_return") == []
    assert one("SELECT state FROM customs_order") == "signed_for"
    with pytest.raises(NotNow):
        check_return(case_id, fit=True, location="R-01")
    assert ask_return(order.id, reason=WHY) != case_id


def test_a_return_is_asked_for_within_thirty_days_of_the_release(returning):
    """On the 31st day it is refused; a parcel that came in time is not declared after it either."""
    order = returning.left()
    returning.signed(order)
    case_id = ask_return(order.id, reason=WHY)
    assert ask_return(order.id, reason="again") == case_id
    receive_return(str(order.waybill_no), warehouse_id=order.warehouse_id)

    returning.house.clock.tick(timedelta(days=30).total_seconds())

    with pytest.raises(ReturnTooLate):
        check_return(case_id, fit=True, location="R-01")
    check_return(case_id, fit=False)
    with pytest.raises(ReturnTooLate):
        ask_return(order.id, reason=WHY)
    assert rows("SELECT kind FROM movement WHERE kind = 'came_back'") == []


def test_a_parcel_that_comes_after_forty_five_days_is_not_taken_in(returning):
    """Asked for in time, it never came: the case is given up."""
    order = returning.left()
    case_id = ask_return(order.id, reason=WHY)
    returning.house.clock.tick(timedelta(days=46).total_seconds())

    with pytest.raises(ReturnTooLate):
        receive_return(str(order.waybill_no), warehouse_id=order.warehouse_id)
    for _ in range(2):
        give_up_return(case_id)

    with pytest.raises(ReturnUnknown):
        receive_return(str(order.waybill_no), warehouse_id=order.warehouse_id)
    with pytest.raises(NotNow):
        check_return(case_id, fit=True, location="R-01")


def test_only_what_has_left_the_zone_comes_back(returning):
    """Released and not gone: that is a withdrawal; returned already: nothing is left."""
    order = returning.house.trade.released()
    with pytest.raises(IllegalMove):
        ask_return(order.id, reason=WHY)
    assert rows("SELECT id FROM return_case") == []
    with pytest.raises(ReturnUnknown):
        receive_return("SF-NONE", warehouse_id=order.warehouse_id)


def test_an_order_whose_list_customs_undid_is_not_returned_again(returning):
    """The grant is heard and no handler has run yet: the list stands no more."""
    order = returning.left()
    case_id = returning.checked(order)
    returning.hear(order, returning.answer(order, case_id, 399))

    with pytest.raises(NotReturnable):
        ask_return(order.id, reason=WHY)
