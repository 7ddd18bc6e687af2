"""Bills are summarised on a slip (818); once it is paid, the guarantee is whole again."""

from datetime import date

import pytest
from sqlalchemy import select

from kernel import clock as kernel_clock
from kernel import db, outbox
from settlement.pay_tax_slip import pay_tax_slip
from settlement.take_tax_bill import take_tax_bill
from settlement.tax import guarantees, tables
from settlement.tax.bills import VOID, TaxBill, put_on_slip
from settlement.tax.errors import GuaranteeExhausted, HoldMissing, SlipUnknown
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


def put(number: int) -> bool:
    with db.write() as conn:
        return put_on_slip(conn, invt_no=f"INV{number}", tax_no=f"T{number}", duty_no=SLIP)


def bill(number: int, *, tax_no: str = "", vat_fen: int = 300) -> TaxBill:
    figures = (0, vat_fen, 0, 300, kernel_clock.now())
    return TaxBill(number, 10 + number, f"INV{number}", tax_no or f"T{number}", *figures)


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
        assert take_tax_bill(bill(number), legal_entity_id=1, at=clock.now())
    assert not hold(4, 500)
    return database


def test_a_paid_slip_restores_its_bills_and_lets_the_queue_go(billed, clock):
    """Two of three bills are on it; customs tells it twice, and it is paid twice."""
    assert [put(1), put(2), put(2), put(9)] == [True, True, False, False]
    assert held() == 900

    freed = [pay_tax_slip(SLIP, at=clock.now()) for _ in range(2)]

    assert freed == [600, 0]
    assert held() == 300
    assert hold(4, 500)
    with db.read() as conn:
        table = tables.tax_bill.c
        query = select(table.status, table.duty_no, table.paid_at).order_by(table.tax_no)
        rows = conn.execute(query).all()
        names = conn.execute(select(outbox.fact_table.c.name)).scalars().all()
    assert [tuple(row) for row in rows] == [("2", SLIP, clock.now())] * 2 + [("1", None, None)]
    assert names.count("tax.slip_paid") == 1


def test_a_bill_in_place_of_a_void_one_uses_the_guarantee_anew(billed, clock):
    """Customs voided bill 1, which set 3.00 free, and bills 3.01 under a new number."""
    table = tables.tax_bill
    with db.write() as conn:
        conn.execute(table.update().where(table.c.tax_no == "T1").values(status=VOID))
        guarantees.void(conn, document="declaration_list:1", at=clock.now())
    assert held() == 600

    anew = bill(1, tax_no="T1A", vat_fen=301)
    assert take_tax_bill(anew, legal_entity_id=1, at=clock.now())

    assert held() == 901
    assert not put(1), "the void one is on no slip"
    with pytest.raises(HoldMissing):
        take_tax_bill(bill(8), legal_entity_id=1, at=clock.now())


@pytest.mark.parametrize("number", ["", "0513"])
def test_a_slip_that_no_bill_is_on_is_not_paid(billed, clock, number):
    """A slip's number is mistyped, or nothing was summarised yet."""
    with pytest.raises(SlipUnknown):
        pay_tax_slip(number, at=clock.now())

    assert held() == 900
