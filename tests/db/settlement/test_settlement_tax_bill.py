"""A customs bill is the truth: guarantee and books follow it, the difference finds its owner."""

import dataclasses
from datetime import date

import pytest
from sqlalchemy import select

from kernel import db, outbox
from settlement.ledger import chart
from settlement.ledger.post import post
from settlement.ledger.postings import Books, PaidOrder, captured
from settlement.ledger.report import balances
from settlement.take_tax_bill import take_tax_bill
from settlement.tax import guarantees, tables
from settlement.tax.bills import TaxBill
from settlement.tax.errors import BillChanged, BillVoided, HoldMissing, SecondBill

LIST, ORDER, ENTITY = 7, 1, 1


@pytest.fixture
def declared(database, clock):
    """An order paid with 7.00 of tax, whose list holds 7.00 under the guarantee."""
    with database.write() as conn:
        guarantees.put_guarantee(
            conn,
            guarantees.Guarantee(
                id=1,
                purpose="retail_tax",
                guarantor_enterprise_id=5,
                assure_code="1400000000",
                customs_office="0500",
                limit_fen=1_000,
                valid_from_on=date(2026, 1, 1),
                valid_to_on=date(2026, 12, 31),
            ),
        )
        post(
            conn,
            captured(
                Books(ENTITY, clock.now()), payment_id=9, orders=[PaidOrder(ORDER, 10_700, 700)]
            ),
        )
        guarantees.hold(
            conn,
            purpose="retail_tax",
            document=f"declaration_list:{LIST}",
            amount_fen=700,
            at=clock.now(),
        )
    return database


def bill(clock, *, vat_fen: int = 400, tax_no: str = "T1") -> TaxBill:
    """Return a bill of 3.00 consumption tax and ``vat_fen``, quoted at 7.00."""
    return TaxBill(
        list_id=LIST,
        order_id=ORDER,
        invt_no="0501202611240001",
        tax_no=tax_no,
        customs_fen=0,
        vat_fen=vat_fen,
        consumption_fen=300,
        quoted_fen=700,
        return_at=clock.now(),
    )


@pytest.mark.parametrize(
    ("vat_fen", "owed_fen", "expense_fen", "differences"),
    [(400, 0, 0, []), (399, -1, 0, [1]), (401, 0, 1, [-1])],
)
def test_a_bill_is_posted_once(declared, clock, vat_fen, owed_fen, expense_fen, differences):
    """Equal, a fen below, a fen above the quote; the receipt comes twice."""
    new = [
        take_tax_bill(bill(clock, vat_fen=vat_fen), legal_entity_id=ENTITY, at=clock.now())
        for _ in range(2)
    ]

    assert new == [True, False]
    with db.read() as conn:
        books = balances(conn)
        payloads = conn.execute(select(outbox.fact_table.c.payload)).scalars().all()
        held = conn.execute(select(tables.guarantee.c.held_fen)).scalar_one()
    assert books[chart.IMPORT_TAX_COLLECTED] == 0
    assert books[chart.IMPORT_TAX_PAYABLE] == -(300 + vat_fen)
    assert books.get(chart.OWED_TO_SHOPPER, 0) == owed_fen
    assert books.get(chart.IMPORT_TAX_EXPENSE, 0) == expense_fen
    assert held == 300 + vat_fen
    assert [
        f'"difference_fen":{fen}' in text for fen, text in zip(differences, payloads, strict=True)
    ] == [True] * len(differences)


def test_a_second_bill_under_one_number_is_refused(declared, clock):
    """Other figures, the same number: the first stands and a person must look."""
    take_tax_bill(bill(clock), legal_entity_id=ENTITY, at=clock.now())

    with pytest.raises(BillChanged):
        take_tax_bill(bill(clock, vat_fen=1), legal_entity_id=ENTITY, at=clock.now())

    with db.read() as conn:
        assert balances(conn)[chart.IMPORT_TAX_PAYABLE] == -700


def test_a_bill_for_a_list_that_holds_nothing_leaves_nothing(declared, clock):
    """The bill names a list of which we sent nothing."""
    strange = dataclasses.replace(bill(clock), list_id=404)

    with pytest.raises(HoldMissing):
        take_tax_bill(strange, legal_entity_id=ENTITY, at=clock.now())

    with db.read() as conn:
        assert conn.execute(select(tables.tax_bill)).all() == []
        assert chart.IMPORT_TAX_PAYABLE not in balances(conn)


def test_a_list_is_billed_once(declared, clock):
    """Customs voids the bill and makes another: the tax was collected once, a person decides."""
    take_tax_bill(bill(clock), legal_entity_id=ENTITY, at=clock.now())
    with db.read() as conn:
        before = balances(conn)

    with pytest.raises(SecondBill):
        take_tax_bill(bill(clock, tax_no="T2"), legal_entity_id=ENTITY, at=clock.now())

    with db.read() as conn:
        assert balances(conn) == before


def test_a_void_bill_is_not_booked(declared, clock):
    """816 with status 3: no posting, no use of the guarantee; the bill that follows is booked."""
    void = dataclasses.replace(bill(clock), status="3")

    assert not take_tax_bill(void, legal_entity_id=ENTITY, at=clock.now())
    with db.read() as conn:
        assert conn.execute(select(tables.tax_bill)).all() == []
        assert chart.IMPORT_TAX_PAYABLE not in balances(conn)

    assert take_tax_bill(bill(clock, tax_no="T2"), legal_entity_id=ENTITY, at=clock.now())


def test_a_booked_bill_that_is_made_void_waits_for_a_person(declared, clock):
    """The same number comes again as void: told, the books stand."""
    take_tax_bill(bill(clock), legal_entity_id=ENTITY, at=clock.now())
    with db.read() as conn:
        before = balances(conn)

    with pytest.raises(BillVoided):
        take_tax_bill(
            dataclasses.replace(bill(clock), status="3"), legal_entity_id=ENTITY, at=clock.now()
        )

    with db.read() as conn:
        assert balances(conn) == before
