"""The money of a part that came back goes back once, whatever becomes of its tax bill."""

from threading import Thread

import pytest
from sqlalchemy import text

from kernel import clock, db
from settlement.change_tax_bill import BillChange, change_tax_bill
from settlement.refund_part import refund_part
from settlement.tax import return_part as taking_off
from settlement.tax.portions import Portion
from shop.endings.part_of_order import sale_of
from shop.queries import read_order
from tests.db.shop.money import every_posting_is_nought, ledger
from tests.db.shop_returns.agreed import agreed
from tests.support.sample_house import one, rows


def refunded(returning) -> list[int]:
    """Return what went back to the wallet, in fen, in the order of the refunds."""
    return [fen for _, fen in returning.house.trade.wallet.refunds.values()]


def billed_anew(returning, order) -> str:
    """Return customs' second bill of the list."""
    return returning.bill(order).replace("T2026001", "T2026002")


def test_a_part_granted_while_its_bill_is_void_waits_for_the_next_bill(returning):
    """Customs corrects its bill: void, and another one later; the part's money goes back then."""
    order = returning.left(pieces=3)
    returning.signed(order)
    case_id = returning.checked(order, pieces=1)
    returning.hear(order, returning.void(order))
    returning.work()
    returning.hear(order, returning.answer(order, case_id, 399))
    returning.work()
    assert (one("SELECT state FROM return_case"), refunded(returning)) == ("checked", [])

    returning.hear(order, billed_anew(returning, order))
    returning.work()

    assert one("SELECT state FROM return_case") == "restored"
    assert len(refunded(returning)) == 1
    assert agreed()


def test_a_bill_in_place_of_a_void_one_asks_what_came_back_before_no_more(returning):
    """Part refunded, bill void, billed anew: the part's tax is not owed to the shopper again."""
    order = returning.left(pieces=3)
    returning.signed(order)
    case_id = returning.checked(order, pieces=1)
    returning.hear(order, returning.answer(order, case_id, 399))
    returning.work()
    returning.hear(order, returning.void(order))
    returning.work()
    assert agreed()

    returning.hear(order, billed_anew(returning, order))
    returning.work()

    parts_fen = one("SELECT quoted_fen FROM tax_part")
    assert rows("SELECT quoted_fen FROM tax_bill WHERE status = '1'") == [
        (order.tax_fen - parts_fen,)
    ]
    assert ledger(order.id).get("2241.01", 0) == 0
    assert agreed()
    last = returning.checked(order)
    anew = returning.void(order).replace("T2026001", "T2026002")
    returning.hear(order, returning.answer(order, last, 399), anew)
    returning.work(10)
    assert sum(refunded(returning)) == order.paid_share_fen
    assert ledger(order.id) == {}


def test_a_part_that_is_worth_nothing_does_not_hold_up_the_rest(returning):
    """No money for it, and nothing asked of the provider; the rest goes back all the same."""
    order = returning.left(pieces=3)
    returning.signed(order)
    case_id = returning.checked(order, pieces=1)
    returning.hear(order, returning.answer(order, case_id, 399))
    returning.work(0)
    with db.write() as conn:
        conn.execute(
            text(
                "INSERT INTO part_refund (return_id, payment_id, order_id, sale_fen, tax_fen,"
                " state, asked_at) SELECT 1, payment_id, order_id, 0, 0, 'asked', 1"
                " FROM payment_share"
            )
        )

    assert refund_part(1, legal_entity_id=order.platform_enterprise_id) == 0

    assert one("SELECT state FROM part_refund WHERE return_id = 1") == "done"
    assert refunded(returning) == []


def test_the_controls_agree_while_the_last_part_waits_for_its_void_bill(returning):
    """One piece refunded, the rest back in the zone, the bill not void yet, then void."""
    order = returning.left(pieces=3)
    returning.signed(order)
    first = returning.checked(order, pieces=1)
    returning.hear(order, returning.answer(order, first, 399))
    returning.work()
    last = returning.checked(order)
    returning.hear(order, returning.answer(order, last, 399))
    returning.work()

    assert one("SELECT state FROM customs_order") == "returned"
    assert agreed()
    returning.hear(order, returning.void(order))
    returning.work(10)
    returning.undone(order, refunds=2)


def test_a_bill_made_void_in_the_moment_of_a_part_is_taken_back_once(returning, monkeypatch):
    """818 is worked at between the reading of the bill and the posting of the part's share."""
    order = returning.left(pieces=3)
    returning.signed(order)
    case_id = returning.checked(order, pieces=1)
    (bill,) = rows("SELECT invt_no, tax_no FROM tax_bill")
    rivals: list[Thread] = []

    def void() -> None:
        change = BillChange(*bill, "3")
        change_tax_bill(change, legal_entity_id=order.platform_enterprise_id, at=clock.now())

    before = taking_off._part

    def with_a_rival(*given):
        rivals.append(Thread(target=void))
        rivals[-1].start()
        rivals[-1].join(1)
        return before(*given)

    monkeypatch.setattr(taking_off, "_part", with_a_rival)
    returning.hear(order, returning.answer(order, case_id, 399))
    returning.work()
    for rival in rivals:
        rival.join(30)

    assert rows("SELECT status FROM tax_bill") == [("3",)]
    assert every_posting_is_nought()
    assert ledger(order.id).get("2221.01", 0) == 0
    assert agreed()


@pytest.mark.parametrize("discount_fen", [1, 100, 2_000])
def test_parts_of_an_order_with_a_voucher_take_their_share_of_it(returning, discount_fen):
    """Cut anywhere, the prices of all parts sum to what was paid for the goods."""
    order = returning.left(pieces=3)
    with db.write() as conn:
        conn.execute(
            text(
                "UPDATE customs_order SET discount_fen = :fen, paid_share_fen = paid_share_fen"
                " - :fen"
            ),
            {"fen": discount_fen},
        )

    with db.read() as conn:
        order = read_order(conn, order.id)
        parts = [sale_of(conn, order, [Portion(1, n, 1, 3)]).sale_fen for n in range(3)]

    assert sum(parts) == order.goods_fen - discount_fen
