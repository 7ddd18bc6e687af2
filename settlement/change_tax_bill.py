"""Decide what a change of a tax bill (CEB818) does: summarised it waits on its slip, void it is undone.

How it was read is customs' business; what the slip's payment does is ``pay_tax_slip``'s.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from kernel import db
from kernel.clock import Instant
from settlement.ledger.post import post, posted_as
from settlement.ledger.postings import TAX_STANDS, Books, tax_voided
from settlement.tax import guarantees, tables
from settlement.tax.bills import SUMMARISED, VOID, put_on_slip
from settlement.tax.errors import HoldMissing


@dataclass(frozen=True, slots=True)
class BillChange:
    """Which bill changed, and into what: ``2`` summarised on slip ``duty_no``, or ``3`` void."""

    invt_no: str
    tax_no: str
    status: str
    duty_no: str = ""


def change_tax_bill(change: BillChange, *, legal_entity_id: int, at: Instant) -> bool:
    """Return whether the bill is known; then, in one commit, it is as customs says.

    A summarised bill stands under the guarantee until its slip is paid.  A void one asks for
    nothing: what the guarantee still holds for its list is free, and its posting is taken back
    by the opposite one, so that the tax collected may go back to the shopper.  Void is final;
    told again, nothing changes.
    Source: rules.md sections 5 and 8; customs.md section 3.
    """
    table = tables.tax_bill
    with db.write() as conn:
        row = conn.execute(
            select(table)
            .where(table.c.invt_no == change.invt_no, table.c.tax_no == change.tax_no)
            .with_for_update()
        ).one_or_none()
        if row is None:
            return False
        named = change.status == row.status == SUMMARISED and row.duty_no is None
        if change.status <= row.status and not named:
            return True
        if change.status == VOID:
            _take_back(conn, row, legal_entity_id=legal_entity_id, at=at)
        else:
            put_on_slip(conn, invt_no=row.invt_no, tax_no=row.tax_no, duty_no=change.duty_no)
    return True


def _take_back(conn: Connection, row: Any, *, legal_entity_id: int, at: Instant) -> None:
    table = tables.tax_bill
    conn.execute(table.update().where(table.c.id == row.id).values(status=VOID))
    with suppress(HoldMissing):
        guarantees.void(conn, document=f"declaration_list:{row.list_id}", at=at)
    tax_no = f"{row.invt_no}/{row.tax_no}"
    billed = posted_as(conn, row.order_id, TAX_STANDS)
    posting = tax_voided(Books(legal_entity_id, at), tax_no=tax_no, billed=billed)
    if posting is not None:
        post(conn, posting)
