"""The tax guarantee is full: lists wait, none is lost, and they go by themselves, oldest first."""

import pytest
from sqlalchemy import text

from bonded_display.customs.handed import PaidBy, Parties
from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.submit_order import submit_order
from demo.other_side import PAYMENT_COMPANY
from kernel import db, deliveries
from settlement.tax import guarantees
from settlement.tax.limits import limit_year_of
from shop.handovers.customs_desk import order_document
from shop.queries import Order
from shop.steps import after_customs
from tests.http.back_office.house import HANDLERS, Trade
from tests.support.sample_house import one, rows
from tests.unit.customs.examples import PARTIES
from tests.unit.customs.receipts import order_receipt

NEW_YEAR_2027 = 1_798_732_800_000_000


def ready(trade: Trade) -> Order:
    """Return an order whose list may go: paid, its three documents accepted."""
    order = trade.paid()
    paid_by = PaidBy(PAYMENT_COMPANY, "盒付支付科技有限公司", f"PAY{trade.sold:012d}")
    submit_order(order_document(order, paid_by=paid_by))
    platform = Parties.from_text(order.parties)
    told = order_receipt(
        order.order_no, status=120, time=trade._time(), platform=platform.platform.code
    )
    trade.hear(told.replace(PARTIES.merchant.code, platform.merchant.code))
    for kind in ("payment", "waybill"):
        record_acceptance(order.id, kind, status="120", return_time_text=trade._time())
    return order


def work() -> None:
    """Let the handlers run until each has done its work or waits."""
    handlers = HANDLERS | {"submit_list": after_customs.submit_list_when_ready}
    while deliveries.run_due(handlers, most=200):
        pass


def sent() -> list[int]:
    """Return the orders whose lists hold tax, in the order in which they went."""
    held = rows("SELECT document FROM guarantee_movement WHERE kind = 'hold' ORDER BY at, id")
    return [
        one(
            "SELECT id FROM customs_order WHERE declaration_list_id = :id",
            id=int(document.partition(":")[2]),
        )
        for (document,) in held
    ]


def test_full_lists_wait_and_go_oldest_first(trade: Trade, clock) -> None:
    """Room for one of three; each restore lets the next go within seconds, none is parked."""
    orders = []
    for _ in range(3):
        orders.append(ready(trade))
        clock.tick(1)
    fen = one("SELECT MAX(quoted_tax_fen) FROM declaration_list")
    with db.write() as conn:
        conn.execute(text("UPDATE guarantee SET limit_fen = :fen"), {"fen": fen})

    work()
    assert sent() == [orders[0].id]
    waiting = rows("SELECT trouble FROM delivery WHERE state = 'waiting' AND trouble <> ''")
    assert waiting == [("guarantee_exhausted",)] * 2

    for order, following in zip(orders, [orders[:2], orders], strict=False):
        with db.write() as conn:
            document = f"declaration_list:{order.declaration_list_id}"
            guarantees.restore_many(conn, [document], at=clock.now())
        clock.tick(5)
        work()
        assert sent() == [one.id for one in following]

    assert rows("SELECT handler FROM delivery WHERE state = 'parked'") == []
    assert rows("SELECT document FROM guarantee_queue") == []


@pytest.mark.parametrize(("turned", "year"), [(False, 2026), (True, 2027)])
def test_a_release_counts_to_its_own_year(trade: Trade, clock, turned, year) -> None:
    """Sent in December; released in December, or after the turn of the year in China."""
    order = trade.sent()
    assert limit_year_of(clock.now()) == 2026
    if turned:
        clock.set(NEW_YEAR_2027)

    trade.answered(order, 120)
    trade.answered(order, 800)
    trade.settle()

    assert rows("SELECT year FROM limit_use WHERE order_id = :id", id=order.id) == [(year,)]
    assert rows("SELECT SUM(used_fen) FROM limit_year WHERE year <> :year", year=year)[0][0] in (
        None,
        0,
    )
