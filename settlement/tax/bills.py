"""Decide how a tax bill of customs (CEB816) is kept beside what was quoted to the shopper.

What the difference means for the books is decided in ``settlement.take_tax_bill``.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from kernel import ids
from kernel.clock import Instant
from settlement.tax import tables
from settlement.tax.errors import BillChanged, BillVoided, SecondBill

ISSUED, SUMMARISED, VOID = "1", "2", "3"


@dataclass(frozen=True, slots=True)
class BillLine:
    """What customs billed of one line of the list, in fen; ``value_fen`` is its dutiable value."""

    gnum: int
    value_fen: int
    customs_fen: int
    vat_fen: int
    consumption_fen: int


@dataclass(frozen=True, slots=True)
class TaxBill:
    """The figures of one CEB816 in fen, with what was quoted for the same list."""

    list_id: int
    order_id: int
    invt_no: str
    tax_no: str
    customs_fen: int
    vat_fen: int
    consumption_fen: int
    quoted_fen: int
    return_at: Instant
    assure_code: str | None = None
    status: str = ISSUED

    @property
    def billed_fen(self) -> int:
        """Return what customs wants for the list."""
        return self.customs_fen + self.vat_fen + self.consumption_fen

    @property
    def difference_fen(self) -> int:
        """Return quoted minus billed: above nought is owed to the shopper."""
        return self.quoted_fen - self.billed_fen


def refuse_void(conn: Connection, bill: TaxBill) -> None:
    """Pass over a bill that came void: it asks for nothing and is not kept beside its receipt.

    Raises ``BillVoided`` when the same bill was booked as issued: a person undoes it.
    """
    table = tables.tax_bill
    booked = select(table.c.id).where(
        table.c.invt_no == bill.invt_no, table.c.tax_no == bill.tax_no
    )
    if conn.execute(booked).first() is not None:
        raise BillVoided(invt_no=bill.invt_no, tax_no=bill.tax_no)


def record_bill(conn: Connection, bill: TaxBill, lines: Sequence[BillLine] = ()) -> bool:
    """Return whether the bill is new; a second one with the same figures changes nothing.

    Raises ``BillChanged`` when its number stands with other figures, ``SecondBill`` when the
    list stands billed under another number that is not void: the quote was collected once.
    """
    table = tables.tax_bill
    known = conn.execute(
        select(table).where(table.c.invt_no == bill.invt_no, table.c.tax_no == bill.tax_no)
    ).one_or_none()
    if known is None:
        stands = conn.execute(
            select(table.c.tax_no)
            .where(table.c.order_id == bill.order_id, table.c.list_id == bill.list_id)
            .where(table.c.status != VOID)
            .limit(1)
        ).scalar_one_or_none()
        if stands is not None:
            raise SecondBill(invt_no=bill.invt_no, tax_no=bill.tax_no, stands=stands)
        values = {name: getattr(bill, name) for name in TaxBill.__slots__}
        bill_id = ids.new()
        conn.execute(table.insert(), {"id": bill_id, **values})
        rows = [{"bill_id": bill_id, **asdict(line)} for line in lines]
        if rows:
            conn.execute(tables.tax_bill_line.insert(), rows)
        return True
    if (known.customs_fen, known.vat_fen, known.consumption_fen) != (
        bill.customs_fen,
        bill.vat_fen,
        bill.consumption_fen,
    ):
        raise BillChanged(invt_no=bill.invt_no, tax_no=bill.tax_no)
    return False


def put_on_slip(conn: Connection, *, invt_no: str, tax_no: str, duty_no: str) -> bool:
    """Return whether the bill is known and was not on the payment slip ``duty_no`` before."""
    table = tables.tax_bill
    put = conn.execute(
        table.update()
        .where(table.c.invt_no == invt_no, table.c.tax_no == tax_no)
        .where(table.c.status != VOID, table.c.duty_no.is_(None))
        .values(status=SUMMARISED, duty_no=duty_no or None)
    )
    return put.rowcount == 1
