"""A bill that customs changes: summarised it stands as it is, void it asks for nothing."""

import pytest
from sqlalchemy import select

from kernel import db
from settlement.change_tax_bill import BillChange, change_tax_bill
from settlement.ledger import chart
from settlement.ledger.report import balances
from settlement.pay_tax_slip import pay_tax_slip
from settlement.take_tax_bill import take_tax_bill
from settlement.tax import tables
from settlement.tax.bills import SUMMARISED, VOID
from settlement.tax.errors import SlipUnknown
from tests.db.settlement.test_settlement_tax_bill import ENTITY, bill, declared

__all__ = ["declared"]


SLIP = "051320261231000001"


def changed(clock, status: str, slip_no: str = SLIP) -> bool:
    change = BillChange("0501202611240001", "T1", status, slip_no)
    return change_tax_bill(change, legal_entity_id=ENTITY, at=clock.now())


def standing() -> tuple[str, int, dict[str, int]]:
    with db.read() as conn:
        status = conn.execute(select(tables.tax_bill.c.status)).scalar_one()
        held = conn.execute(select(tables.guarantee.c.held_fen)).scalar_one()
        return status, held, {code: fen for code, fen in balances(conn).items() if fen}


def test_summarised_bill_still_stands_under_the_guarantee(declared, clock):
    """The period's payment restores it, not the summary."""
    take_tax_bill(bill(clock), legal_entity_id=ENTITY, at=clock.now())
    before = standing()

    assert changed(clock, SUMMARISED)

    assert standing() == (SUMMARISED, *before[1:])


def test_number_of_the_slip_that_comes_second_is_kept_and_a_third_changes_nothing(declared, clock):
    """Summarised without it, then with it: the slip is found when it is paid, and once."""
    take_tax_bill(bill(clock), legal_entity_id=ENTITY, at=clock.now())

    assert changed(clock, SUMMARISED, "")
    with pytest.raises(SlipUnknown):
        pay_tax_slip(SLIP, at=clock.now())
    assert changed(clock, SUMMARISED)
    assert changed(clock, SUMMARISED, "051320261231000009")

    with db.read() as conn:
        assert conn.execute(select(tables.tax_bill.c.duty_no)).scalar_one() == SLIP
    assert pay_tax_slip(SLIP, at=clock.now()) == 700


@pytest.mark.parametrize("vat_fen", [399, 400, 401])
def test_void_bill_leaves_the_books_as_before_it_and_the_guarantee_free(declared, clock, vat_fen):
    """A fen above, equal, a fen below the quote; told three times, and summarised after it."""
    with db.read() as conn:
        before = {code: fen for code, fen in balances(conn).items() if fen}
    take_tax_bill(bill(clock, vat_fen=vat_fen), legal_entity_id=ENTITY, at=clock.now())

    assert [changed(clock, status) for status in (VOID, VOID, SUMMARISED, VOID)] == [True] * 4

    assert standing() == (VOID, 0, before)
    assert before[chart.IMPORT_TAX_COLLECTED] == -700


def test_change_of_a_bill_that_is_not_kept_is_told_so(declared, clock):
    """818 overtook 816: the caller asks again."""
    assert not changed(clock, VOID)

    take_tax_bill(bill(clock), legal_entity_id=ENTITY, at=clock.now())
    assert changed(clock, VOID)
    assert standing()[:2] == (VOID, 0)


def test_slip_pays_nothing_for_a_bill_made_void_on_it(declared, clock):
    """Summarised, then void: its hold is free already."""
    take_tax_bill(bill(clock), legal_entity_id=ENTITY, at=clock.now())
    assert changed(clock, SUMMARISED)
    assert changed(clock, VOID)

    assert pay_tax_slip(SLIP, at=clock.now()) == 0
