"""A paid order that customs refuses for good is undone by itself, whole and once."""

import pytest
from sqlalchemy import text

from bonded_display.customs.changes.withdraw_list import withdraw_list
from kernel import db
from kernel.actor import Actor
from kernel.metrics import papers_for_a_person
from settlement import refund_order as refunding
from shop import refuse_order as refusing
from shop.endings.why import Why
from shop.endings.withdraw_order import withdraw_order
from shop.order.states import IllegalMove
from shop.steps import after_ending
from shop.storefront_ports import checkout_view
from shop.web.storefront.order_view import Ended
from tests.db.shop.unwinding import crash_once, parked
from tests.support.sample_house import one, rows


def sent_kinds() -> list[str]:
    return [kind for (kind,) in rows("SELECT kind FROM customs_message ORDER BY id")]


@pytest.mark.parametrize(("status", "why"), [(-621005, Why.OVER_SINGLE), (-621018, Why.OVER_YEAR)])
def test_terminal_refusal_undoes_the_order_within_a_minute(unwinding, status, why):
    """Declarations withdrawn, stock, limit and guarantee free, money back, the shopper told."""
    order = unwinding.trade.sent()
    assert one("SELECT SUM(held_fen) FROM guarantee") == order.tax_fen
    began = unwinding.clock.now()

    unwinding.terminal(order, status)
    unwinding.work(2)

    unwinding.undone(order)
    assert unwinding.clock.now() - began <= 60_000_000
    assert one("SELECT state FROM declaration_list") == "CANCELLED"
    assert rows("SELECT state FROM document WHERE kind = 'order'") == [("CANCELLED",)]
    assert sent_kinds() == ["CEB311", "CEB621", "CEB311"]
    assert one("SELECT state FROM waybill_number WHERE order_id = :id", id=order.id) == "void"
    shown = checkout_view(Actor("account", order.account_id), order.checkout_id).orders[0]
    assert (shown.ended, shown.why) == (Ended.REFUNDED, why)


def test_refusal_told_again_and_again_refunds_once(unwinding):
    """The same answer, another one, and every handler run a second and a third time."""
    order = unwinding.trade.sent()
    for status in (-621018, -621018, -621005):
        unwinding.terminal(order, status)
        unwinding.work(2)

    for _ in range(2):
        unwinding.again()
        unwinding.work()

    unwinding.undone(order)
    assert sent_kinds() == ["CEB311", "CEB621", "CEB311"]


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (refusing, "void_pick_of_order"),
        (refunding, "_ask"),
        (refunding, "_finish"),
        (refunding, "_book"),
        (after_ending, "withdraw_list"),
        (after_ending, "withdraw_order_document"),
        (after_ending, "void_waybill"),
    ],
)
def test_worker_that_dies_in_the_middle_goes_on_where_it_was(unwinding, monkeypatch, place, name):
    """After each step of the way: what was committed stands, the rest is done, once."""
    monkeypatch.setattr(place, name, crash_once(getattr(place, name)))
    order = unwinding.trade.sent()

    unwinding.terminal(order)
    unwinding.work()

    unwinding.undone(order)
    assert sent_kinds() == ["CEB311", "CEB621", "CEB311"]


def test_provider_that_gave_the_money_back_and_went_silent_gives_it_once(unwinding, monkeypatch):
    """The answer is lost on the way; asked again, the key is the same."""
    wallet = unwinding.trade.wallet
    monkeypatch.setattr(wallet, "refund", crash_once(wallet.refund))
    order = unwinding.trade.sent()

    unwinding.terminal(order)
    unwinding.work()

    unwinding.undone(order)


def test_order_document_refused_for_good_undoes_the_order_before_any_list(unwinding):
    """Nothing was held; the draft is cancelled and is never sent."""
    order = unwinding.trade.paid()
    with db.write() as conn:
        conn.execute(text("UPDATE guarantee SET limit_fen = limit_fen"))
    unwinding.work(1)

    refusing.refuse_order(order.id, reason="customs -621005")
    unwinding.work()

    unwinding.undone(order)
    assert one("SELECT state FROM declaration_list") == "CANCELLED"
    assert sent_kinds() == []


def test_acceptance_that_comes_after_the_refusal_is_withdrawn_by_itself(unwinding):
    """The refusal was of a copy: the list stands at customs while its money is on the way back."""
    order = unwinding.trade.sent()
    refusing.refuse_order(order.id, reason="payer_differs")
    unwinding.work(1)
    assert one("SELECT state FROM list_withdrawal") == "DRAFT"

    unwinding.trade.answered(order, 120)
    unwinding.work()
    assert sent_kinds()[-1] == "CEB623"
    unwinding.withdrawal_answered(order, 399)
    unwinding.work()

    unwinding.undone(order)
    assert one("SELECT state FROM declaration_list") == "CANCELLED"


def test_withdrawn_order_ends_when_customs_lets_the_list_go(unwinding):
    """Accepted, withdrawn, 399: until then the order stands and nothing goes back."""
    order = unwinding.trade.sent()
    unwinding.trade.answered(order, 120)
    unwinding.work(1)

    assert withdraw_order(order.id, reason="消费者取消").outcome == "sent"
    unwinding.work(1)
    assert one("SELECT state FROM customs_order") == "declared"
    assert unwinding.trade.wallet.refunds == {}
    unwinding.withdrawal_answered(order, 399)
    unwinding.work()

    unwinding.undone(order)
    shown = checkout_view(Actor("account", order.account_id), order.checkout_id).orders[0]
    assert (shown.ended, shown.why) == (Ended.REFUNDED, Why.WITHDRAWN)


def test_refused_withdrawal_goes_to_a_person_and_the_order_goes_on(unwinding):
    """Nothing is undone; released later, it is picked."""
    order = unwinding.trade.sent()
    unwinding.trade.answered(order, 120)
    withdraw_order(order.id, reason="消费者取消")
    before = papers_for_a_person.labels(paper="withdrawal")._value.get()

    unwinding.withdrawal_answered(order, 100)
    unwinding.trade.answered(order, 800)
    unwinding.work()

    assert papers_for_a_person.labels(paper="withdrawal")._value.get() == before + 1
    assert one("SELECT state FROM customs_order") == "released"
    assert rows("SELECT state FROM pick_task") == [("open",)]
    assert unwinding.trade.wallet.refunds == {}


def test_withdrawal_that_waits_goes_out_when_customs_reviews_without_accepting(unwinding):
    """120 is lost and 300 comes with customs' number: 623 goes, and 399 undoes the order."""
    order = unwinding.trade.sent()
    assert withdraw_order(order.id, reason="消费者取消").outcome == "wanted"

    unwinding.trade.answered(order, 300)
    unwinding.work()
    assert sent_kinds()[-1] == "CEB623"
    unwinding.withdrawal_answered(order, 399)
    unwinding.work()

    unwinding.undone(order)


def test_parcel_is_not_picked_while_its_list_is_being_withdrawn(unwinding):
    """Withdrawn, then 800 crosses the withdrawal: no picker goes, nothing nears the gate."""
    order = unwinding.trade.sent()
    unwinding.trade.answered(order, 120)
    unwinding.work(1)
    assert withdraw_order(order.id, reason="消费者取消").outcome == "sent"
    unwinding.work(1)

    unwinding.trade.answered(order, 800)
    unwinding.work()
    assert one("SELECT state FROM list_withdrawal") == "SENT_LOCAL"
    assert rows("SELECT state FROM pick_task") == []

    unwinding.withdrawal_answered(order, 399)
    unwinding.work()
    unwinding.undone(order)
    assert rows("SELECT state FROM pick_task WHERE state <> 'void'") == []


@pytest.mark.parametrize("status", [100, -623005])
def test_parcel_whose_withdrawal_customs_refuses_after_release_is_picked_after_all(
    unwinding, status
):
    """Its picker was stopped; once customs says no he is sent again, once, and nobody is paid."""
    order = unwinding.trade.released()
    withdraw_list(order.declaration_list_id, reason="消费者取消", before_gate=True)
    unwinding.work(1)
    assert rows("SELECT state FROM pick_task") == [("void",)]

    unwinding.withdrawal_answered(order, status)
    unwinding.work()
    unwinding.again()
    unwinding.work()

    assert rows("SELECT state FROM pick_task") == [("open",)]
    assert one("SELECT SUM(set_aside) FROM lot") == sum(line.qty for line in order.lines)
    assert one("SELECT state FROM customs_order") == "released"
    assert unwinding.trade.wallet.refunds == {}
    assert parked() == []


def test_bill_that_comes_after_the_grant_is_booked_and_undone_by_its_void(unwinding):
    """399 freed the guarantee, then 816, then 818 with status 3: paid back whole, nothing parked."""
    order = unwinding.trade.released()
    withdraw_order(order.id, reason="消费者取消")
    unwinding.withdrawal_answered(order, 399)
    unwinding.work()

    unwinding.trade.billed(order)
    unwinding.work()
    unwinding.bill_void(order)
    unwinding.work(10)

    unwinding.undone(order)
    assert rows("SELECT status FROM tax_bill") == [("3",)]
    assert rows("SELECT handler FROM delivery WHERE state <> 'done'") == []


def test_order_document_of_a_refused_list_is_withdrawn_too(unwinding):
    """Refused by us, then customs refuses the list: nothing of the order stands at customs."""
    order = unwinding.trade.sent()
    refusing.refuse_order(order.id, reason="payer_differs")
    unwinding.work(2)

    unwinding.terminal(order)
    unwinding.work()

    assert one("SELECT state FROM declaration_list") == "CANCELLED"
    assert rows("SELECT state FROM document WHERE kind = 'order'") == [("CANCELLED",)]
    assert sent_kinds() == ["CEB311", "CEB621", "CEB311"]


def test_billed_order_is_paid_back_whole_once_its_bill_is_void(unwinding):
    """Released and billed, withdrawn before the gate: 399, then 818 with status 3."""
    order = unwinding.trade.released()
    unwinding.trade.billed(order)
    assert withdraw_order(order.id, reason="消费者取消").outcome == "sent"
    unwinding.withdrawal_answered(order, 399)
    unwinding.work()
    assert one("SELECT state FROM customs_order") == "refused"
    assert unwinding.trade.wallet.refunds == {}

    unwinding.bill_void(order)
    unwinding.work()

    unwinding.undone(order)
    assert rows("SELECT state FROM pick_task") == [("void",)]
    assert rows("SELECT status FROM tax_bill") == [("3",)]


def test_list_that_is_withdrawn_at_the_desk_stops_its_picker(unwinding):
    """Released and being picked: nothing may reach the gate while customs is asked."""
    order = unwinding.trade.released()
    assert rows("SELECT state FROM pick_task") == [("open",)]

    withdraw_list(order.declaration_list_id, reason="消费者取消", before_gate=True)
    unwinding.work(1)

    assert rows("SELECT state FROM pick_task") == [("void",)]
    assert one("SELECT SUM(set_aside) FROM lot") == 0
    assert one("SELECT state FROM customs_order") == "released"


def test_order_that_left_is_not_withdrawn(unwinding):
    """That is a goods return: nothing is changed."""
    order = unwinding.trade.released()
    with db.write() as conn:
        conn.execute(text("UPDATE customs_order SET state = 'left_zone'"))

    with pytest.raises(IllegalMove):
        withdraw_order(order.id, reason="消费者取消")

    assert rows("SELECT id FROM list_withdrawal") == []
