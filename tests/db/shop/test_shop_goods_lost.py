"""What customs took for good is booked at what it cost: out of stock, to where its loss belongs."""

import pytest

from bonded_display.warehouse.inspection.cases import bring_to_bay
from bonded_display.warehouse.inspection.outcomes import Result
from bonded_display.warehouse.inspection.record_result import record_result
from settlement import post_goods_lost as posting
from shop.steps import after_inspection
from tests.db.shop.money import every_posting_is_nought
from tests.db.shop.test_shop_inspection import PAPER, in_bay, packed, wanted
from tests.db.shop.unwinding import crash_once, parked
from tests.support.sample_house import one, rows

STOCK = "1405"


def booked() -> list[tuple[str, int]]:
    """Return what was booked of lost goods, account by account, and of no order's."""
    return rows(
        "SELECT e.account_code, SUM(e.amount_fen) FROM entry e JOIN posting p"
        " ON p.id = e.posting_id WHERE p.kind = 'goods_lost' AND e.order_id IS NULL"
        " GROUP BY e.account_code HAVING SUM(e.amount_fen) <> 0 ORDER BY e.account_code"
    )


def cost(pieces: int) -> int:
    """Return the landed cost of pieces of the goods that were sold, in fen."""
    fen = one(
        "SELECT u.unit_cost_fen FROM unit_cost u JOIN order_line l"
        " ON l.account_book_item_id = u.account_book_item_id"
    )
    assert fen > 0
    return fen * pieces


@pytest.mark.parametrize(
    ("status", "result", "account"),
    [
        (502, Result.SEIZED, "6711.01"),
        (500, Result.DESTROYED, "6711.01"),
        (700, Result.SENT_BACK, "1901.03"),
    ],
)
def test_goods_that_are_gone_leave_stock_at_their_cost(unwinding, status, result, account):
    """A loss, or what is to be settled with the supplier; the order's money goes back all the same."""
    order = wanted(unwinding, status)
    record_result(in_bay(order), result, document_no=PAPER)

    unwinding.work()
    unwinding.again()
    unwinding.work()

    fen = cost(order.lines[0].qty)
    assert booked() == sorted([(STOCK, -fen), (account, fen)])
    assert every_posting_is_nought()
    unwinding.undone(order, gone=order.lines[0].qty)


def test_samples_that_customs_kept_are_booked_and_what_is_seized_later_beside_them(unwinding):
    """One of one kept, another picked in its place, then all seized: two postings, each once."""
    order = wanted(unwinding, 500)
    case_id = in_bay(order)
    record_result(case_id, Result.SAMPLED, document_no=PAPER, sampled={1: 1})
    unwinding.work()
    assert booked() == [(STOCK, -cost(1)), ("6602.01", cost(1))]
    assert one("SELECT state FROM customs_order") == "declared"

    unwinding.trade.answered(order, 502)
    unwinding.work(1)
    packed()
    assert bring_to_bay(str(order.waybill_no)) == case_id
    record_result(case_id, Result.SEIZED, document_no=PAPER)
    unwinding.work()

    seized = cost(order.lines[0].qty)
    assert booked() == [
        (STOCK, -cost(1) - seized),
        ("6602.01", cost(1)),
        ("6711.01", seized),
    ]
    assert every_posting_is_nought()
    assert parked() == []


def test_goods_found_whole_are_booked_nowhere(unwinding):
    """Intact: stock keeps its cost."""
    order = wanted(unwinding, 500)
    record_result(in_bay(order), Result.INTACT, document_no=PAPER)
    unwinding.work()

    assert rows("SELECT id FROM posting WHERE kind = 'goods_lost'") == []


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (after_inspection, "refuse_order"),
        (after_inspection, "post_goods_lost"),
        (posting, "post"),
    ],
)
def test_worker_that_dies_while_it_books_a_loss_goes_on(unwinding, monkeypatch, place, name):
    """Refused, and dead before the books; booked, and dead before it is told: booked once."""
    monkeypatch.setattr(place, name, crash_once(getattr(place, name)))
    order = wanted(unwinding, 502)
    record_result(in_bay(order), Result.SEIZED, document_no=PAPER)

    unwinding.work(10)

    fen = cost(order.lines[0].qty)
    assert booked() == [(STOCK, -fen), ("6711.01", fen)]
    unwinding.undone(order, gone=order.lines[0].qty)
