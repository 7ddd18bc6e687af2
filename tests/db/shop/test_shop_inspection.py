"""What customs does with a parcel reaches its goods, its money and its shopper."""

import pytest

from bonded_display.stock.controls import differences
from bonded_display.warehouse.exit_batch import add_parcel, open_exit_batch
from bonded_display.warehouse.inspection.cases import bring_to_bay
from bonded_display.warehouse.inspection.outcomes import Result
from bonded_display.warehouse.inspection.record_result import record_result
from bonded_display.warehouse.pack_parcel import pack_parcel
from bonded_display.warehouse.pick_scan import pick_scan
from bonded_display.warehouse.rows import pick_lines
from kernel import db
from kernel.actor import Actor
from kernel.metrics import papers_for_a_person
from shop.endings.why import Why
from shop.endings.withdraw_order import withdraw_order
from shop.queries import Order
from shop.steps import after_inspection
from shop.storefront_ports import checkout_view
from shop.web.storefront.order_view import Ended
from tests.db.shop.unwinding import Unwinding, parked
from tests.support.sample_house import one, rows

PAPER = "查验0501-2026-0007"


def wanted(unwinding: Unwinding, status: int) -> Order:
    """Return an order whose list was accepted and whose parcel customs then wants."""
    order = unwinding.trade.sent()
    unwinding.trade.answered(order, 120)
    unwinding.trade.answered(order, status)
    unwinding.work(2)
    return order


def in_bay(order: Order) -> int:
    """Pick and pack the parcel, and scan it into the bay."""
    packed()
    return bring_to_bay(str(order.waybill_no))


def packed() -> None:
    """Pick and pack the parcel."""
    task_id = one("SELECT id FROM pick_task")
    with db.read() as conn:
        codes = [line.lot_no for line in pick_lines(conn, task_id) for _ in range(line.qty)]
    for code in codes:
        pick_scan(task_id, code)
    pack_parcel(task_id, gross_e5=1_000_000)


@pytest.mark.parametrize("status", [500, 502, 599, 700])
def test_parcel_that_customs_wants_is_picked_before_its_release(unwinding, status):
    """A case and a pick task; stock, claim and money stay; held or sent back, a person is told."""
    told = papers_for_a_person.labels(paper="list")._value.get()
    order = wanted(unwinding, status)

    assert rows("SELECT status, state FROM inspection_case") == [(status, "open")]
    assert rows("SELECT state FROM pick_task") == [("open",)]
    assert one("SELECT state FROM customs_order") == "declared"
    assert unwinding.trade.wallet.refunds == {}
    assert papers_for_a_person.labels(paper="list")._value.get() == told + (status != 500)
    assert one("SELECT state FROM reservation") == "allocated"
    assert one("SELECT SUM(held_fen) FROM guarantee") == order.tax_fen
    assert parked() == []


def test_parcel_found_intact_goes_on_with_its_release(unwinding):
    """500, intact, 800: the case is closed, the order released, one pick task."""
    order = wanted(unwinding, 500)
    record_result(in_bay(order), Result.INTACT, document_no=PAPER)
    unwinding.work(1)
    assert one("SELECT state FROM inspection_case") == "found"

    unwinding.trade.answered(order, 800)
    unwinding.work(2)

    assert one("SELECT state FROM inspection_case") == "closed"
    assert one("SELECT state FROM customs_order") == "released"
    assert rows("SELECT state FROM pick_task") == [("packed",)]
    assert unwinding.trade.wallet.refunds == {}


@pytest.mark.parametrize(
    ("status", "result", "why"),
    [
        (502, Result.SEIZED, Why.KEPT),
        (500, Result.DESTROYED, Why.DESTROYED),
        (700, Result.SENT_BACK, Why.RETURNED_OUT),
    ],
)
def test_parcel_that_is_gone_ends_its_order(unwinding, status, result, why):
    """Goods out of stock and book, money back once, limit and guarantee free, the shopper told."""
    order = wanted(unwinding, status)
    record_result(in_bay(order), result, document_no=PAPER)

    unwinding.work()
    unwinding.again()
    unwinding.work()

    unwinding.undone(order, gone=order.lines[0].qty)
    with db.read() as conn:
        assert differences(conn) == []
    assert one("SELECT state FROM declaration_list") != "CANCELLED"
    shown = checkout_view(Actor("account", order.account_id), order.checkout_id).orders[0]
    assert (shown.ended, shown.why) == (Ended.REFUNDED, why)


def test_inspection_that_overtakes_a_withdrawal_leaves_the_order_to_customs(unwinding):
    """623 is on its way, 500 comes, 624 refuses: a person is told and the parcel is shown."""
    order = unwinding.trade.sent()
    unwinding.trade.answered(order, 120)
    withdraw_order(order.id, reason="消费者取消")
    unwinding.trade.answered(order, 500)
    unwinding.withdrawal_answered(order, 100)
    unwinding.work()

    assert one("SELECT state FROM declaration_list") == "INSPECTION"
    assert rows("SELECT state FROM inspection_case") == [("open",)]
    assert unwinding.trade.wallet.refunds == {}
    assert parked() == []


def test_release_that_overtakes_the_opening_of_a_case_leaves_none_open(unwinding, monkeypatch):
    """500 and 800 at once, and the worker dies on the first: the parcel may leave all the same."""
    died = []
    opening = after_inspection.open_case

    def dying(ask):
        if not died:
            died.append(ask)
            raise RuntimeError("the worker died here")
        return opening(ask)

    monkeypatch.setattr(after_inspection, "open_case", dying)
    order = unwinding.trade.sent()
    unwinding.trade.answered(order, 120)
    unwinding.work(1)

    unwinding.trade.answered(order, 500)
    unwinding.trade.answered(order, 800)
    unwinding.work()

    assert rows("SELECT state, status FROM inspection_case") == [("closed", 500)]
    packed()
    batch = open_exit_batch(order.warehouse_id, vehicle_no="沪B12345")
    add_parcel(batch, waybill_no=str(order.waybill_no))
    assert one("SELECT count(*) FROM exit_parcel") == 1
    assert parked() == []


def test_parcel_found_intact_and_then_detained_is_seized_and_ends_its_order(unwinding):
    """500, intact, 502: its case is open again, and the seizure is recorded under its own paper."""
    order = wanted(unwinding, 500)
    record_result(in_bay(order), Result.INTACT, document_no=PAPER)

    unwinding.trade.answered(order, 502)
    unwinding.work(2)
    assert rows("SELECT state, status FROM inspection_case") == [("open", 502)]
    record_result(bring_to_bay(str(order.waybill_no)), Result.SEIZED, document_no="扣留0007")
    unwinding.work()

    unwinding.undone(order, gone=order.lines[0].qty)


def test_parcel_that_was_sampled_is_seized_later_and_every_piece_counts_once(unwinding):
    """One piece kept, the parcel packed anew, then seized: two losses of one line."""
    order = wanted(unwinding, 500)
    record_result(in_bay(order), Result.SAMPLED, document_no=PAPER, sampled={1: 1})
    packed()

    unwinding.trade.answered(order, 502)
    unwinding.work(2)
    record_result(bring_to_bay(str(order.waybill_no)), Result.SEIZED, document_no="扣留0007")
    unwinding.work()

    qty = order.lines[0].qty
    assert rows("SELECT gnum, qty FROM inspection_loss") == [(1, qty + 1)]
    assert one("SELECT SUM(qty) FROM movement WHERE kind = 'taken'") == -(qty + 1)
    unwinding.undone(order, gone=qty + 1)
    with db.read() as conn:
        assert differences(conn) == []
