"""Bills are summarised on a slip (818); once it is paid, the guarantee is whole again."""

from datetime import date

import pytest
from sqlalchemy import select

from kernel import clock as kernel_clock
from kernel import db, outbox
from kernel.errors import Unavailable
from settlement.change_tax_bill import BillChange, change_tax_bill, pay_tax_slip
from settlement.take_tax_bill import take_tax_bill
from settlement.tax import guarantees, tables
from settlement.tax.bills import TaxBill
from settlement.tax.errors import BillNotYet, GuaranteeExhausted, SlipUnknown
from settlement.wait_for_guarantee import wait_for_guarantee

SLIP = "051320261231000001"


def hold(number: int, amount_fen: int) -> bool:
    """Return whether a list found room; else it keeps its place."""
    try:
        with db.write() as conn:
            guarantees.hold(
                conn,
                purpose="retail_tax",
                document=f"declaration_list:{number}",
                amount_fen=amount_fen,
                at=kernel_clock.now(),
            )
    except GuaranteeExhausted as full:
        wait_for_guarantee(full)
        return False
    return True


def change(number: int, status: str = "2") -> bool:
    told = BillChange(f"INV{number}", f"T{number}", status, SLIP)
    return change_tax_bill(told, legal_entity_id=1, at=kernel_clock.now())


def held() -> int:
    with db.read() as conn:
        return int(conn.execute(select(tables.guarantee.c.held_fen)).scalar_one())


@pytest.fixture
def billed(database, clock):
    """Lists 1 to 3 of 3.00 each are billed and fill the guarantee of 9.00; list 4 waits."""
    with database.write() as conn:
        filed = (1, "retail_tax", 5, "1400000000", "0500", 900)
        guarantees.put_guarantee(
            conn, guarantees.Guarantee(*filed, date(2026, 1, 1), date(2026, 12, 31))
        )
    for number in (1, 2, 3):
        assert hold(number, 300)
        bill = TaxBill(
            number, 10 + number, f"INV{number}", f"T{number}", 0, 300, 0, 300, clock.now()
        )
        assert take_tax_bill(bill, legal_entity_id=1, at=clock.now())
    assert not hold(4, 500)
    return database


def test_a_paid_slip_restores_its_bills_and_lets_the_queue_go(billed, clock):
    """Two of three bills are on it; customs tells it twice, and it is paid twice."""
    assert [change(1), change(2), change(2)] == [True, True, False]
    assert held() == 900

    freed = [pay_tax_slip(SLIP, at=clock.now()) for _ in range(2)]

    assert freed == [600, 0]
    assert held() == 300
    assert hold(4, 500)
    with db.read() as conn:
        bill = tables.tax_bill.c
        query = select(bill.status, bill.duty_no, bill.paid_at).order_by(bill.tax_no)
        rows = conn.execute(query).all()
        names = conn.execute(select(outbox.fact_table.c.name)).scalars().all()
    assert [tuple(row) for row in rows] == [("2", SLIP, clock.now())] * 2 + [("1", None, None)]
    assert names.count("tax.slip_paid") == 1


def test_a_change_that_comes_before_its_bill_is_tried_again(billed):
    """818 overtook 816: an outage of moments, not a refusal."""
    with pytest.raises(BillNotYet) as early:
        change(9)

    assert isinstance(early.value, Unavailable)


def test_a_void_bill_is_paid_by_no_slip(billed, clock):
    """Summarised with another, then void: the slip restores what the other holds."""
    assert [change(1), change(2), change(1, status="3")] == [True] * 3
    assert held() == 600

    assert pay_tax_slip(SLIP, at=clock.now()) == 300
    assert held() == 300


@pytest.mark.parametrize("number", ["", "0513"])
def test_a_slip_that_no_bill_is_on_is_not_paid(billed, clock, number):
    """A slip's number is mistyped, or nothing was summarised yet."""
    with pytest.raises(SlipUnknown):
        pay_tax_slip(number, at=clock.now())

    assert held() == 900
