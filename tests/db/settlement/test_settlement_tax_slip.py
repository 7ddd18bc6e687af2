"""Bills are summarised on a slip (818); once it is paid, the guarantee is whole again."""

from datetime import date

import pytest
from sqlalchemy import func, select

from kernel import clock as kernel_clock
from kernel import db, outbox
from settlement.pay_tax_slip import pay_tax_slip
from settlement.take_tax_bill import take_tax_bill
from settlement.tax import guarantees, tables
from settlement.tax.bills import VOID, TaxBill, put_on_slip
from settlement.tax.errors import GuaranteeExhausted, HoldMissing, SlipUnknown
from settlement.wait_for_guarantee import wait_for_guarantee
from tests.support.many_lists import listened

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


def test_a_bill_in_place_of_a_void_one_stands_under_its_lists_own_guarantee(billed, clock):
    """An older guarantee has room now: the list was declared under the other, which is full."""
    with db.write() as conn:
        filed = (0, "retail_tax", 5, "1400000001", "0500", 900)
        guarantees.put_guarantee(
            conn, guarantees.Guarantee(*filed, date(2026, 1, 1), date(2026, 12, 31))
        )
        table = tables.tax_bill
        conn.execute(table.update().where(table.c.tax_no == "T1").values(status=VOID))
        guarantees.void(conn, document="declaration_list:1", at=clock.now())

    assert take_tax_bill(bill(1, tax_no="T1A", vat_fen=301), legal_entity_id=1, at=clock.now())

    with db.read() as conn:
        table = tables.guarantee
        query = select(table.c.id, table.c.held_fen).order_by(table.c.id)
        assert [tuple(row) for row in conn.execute(query)] == [(0, 0), (1, 901)]


def test_many_documents_are_restored_in_few_statements_with_the_same_figures(billed, clock):
    """300 under one guarantee, one of them free already: each once, and a dozen statements."""
    with db.write() as conn:
        conn.execute(tables.guarantee.update().values(limit_fen=1_000_000))
        for number in range(1_000, 1_300):
            guarantees.hold(
                conn,
                purpose="retail_tax",
                document=f"declaration_list:{number}",
                amount_fen=number,
                at=clock.now(),
            )
        guarantees.restore_many(conn, ["declaration_list:1000"], at=clock.now())
    before = held()
    documents = [f"declaration_list:{number}" for number in (*range(1_000, 1_300), 404)]

    with listened(billed) as said, db.write() as conn:
        freed = guarantees.restore_many(conn, documents, at=clock.now())
    with db.write() as conn:
        again = guarantees.restore_many(conn, documents, at=clock.now())

    assert (freed, again) == (sum(range(1_001, 1_300)), 0)
    assert held() == before - freed
    assert len(said) <= 12
    with db.read() as conn:
        moved = tables.guarantee_movement.c
        query = select(func.sum(moved.amount_fen), func.count()).where(moved.kind == "restore")
        assert tuple(conn.execute(query).one()) == (-sum(range(1_000, 1_300)), 300)
        assert conn.execute(select(func.sum(moved.amount_fen))).scalar_one() == held()


@pytest.mark.parametrize("number", ["", "0513"])
def test_a_slip_that_no_bill_is_on_is_not_paid(billed, clock, number):
    """A slip's number is mistyped, or nothing was summarised yet."""
    with pytest.raises(SlipUnknown):
        pay_tax_slip(number, at=clock.now())

    assert held() == 900
