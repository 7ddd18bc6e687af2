"""Decide what becomes of a booked tax bill: on a payment slip, void (CEB818), or paid.

How customs' answer was read is customs' business; what the bill itself did is ``take_tax_bill``'s.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from kernel import db, outbox
from kernel.clock import Instant
from settlement.ledger.post import post, posted_by
from settlement.ledger.postings import Books, tax_voided
from settlement.tax import guarantees, tables
from settlement.tax.bills import VOID
from settlement.tax.errors import BillNotYet, HoldMissing, SlipUnknown


@dataclass(frozen=True, slots=True)
class BillChange:
    """What one CEB818 says of a bill: ``status`` 2 summarised on slip ``duty_no``, 3 void."""

    invt_no: str
    tax_no: str
    status: str
    duty_no: str = ""


def change_tax_bill(change: BillChange, *, legal_entity_id: int, at: Instant) -> bool:
    """Return whether the change was news; then, in one commit, the bill is as customs says.

    A summarised bill stands under the guarantee until its slip is paid.  A void one asks for
    nothing: what is still held for its list is free, and its posting is taken back by the
    opposite one, so that the tax collected may go back to the shopper.  Void is final.  Raises
    ``BillNotYet`` (ask again) while its 816 was not booked.
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
            raise BillNotYet(invt_no=change.invt_no, tax_no=change.tax_no)
        if change.status <= row.status:
            return False
        conn.execute(
            table.update()
            .where(table.c.id == row.id)
            .values(status=change.status, duty_no=change.duty_no or row.duty_no)
        )
        if change.status == VOID:
            _take_back(conn, row, legal_entity_id=legal_entity_id, at=at)
    return True


def _take_back(conn: Connection, row: Any, *, legal_entity_id: int, at: Instant) -> None:
    with suppress(HoldMissing):
        guarantees.void(conn, document=f"declaration_list:{row.list_id}", at=at)
    tax_no = f"{row.invt_no}/{row.tax_no}"
    billed = posted_by(conn, "tax_billed", f"tax_bill:{tax_no}")
    if billed:
        post(conn, tax_voided(Books(legal_entity_id, at), tax_no=tax_no, billed=billed))


def pay_tax_slip(duty_no: str, *, at: Instant) -> int:
    """Return the fen that the guarantee got back because the period's slip was paid.

    All bills on the slip in one commit, with the fact ``tax.slip_paid``; nought the second time.
    What waits for room goes by itself then.  Raises ``SlipUnknown`` when no bill is on it.
    Source: rules.md sections 5 and 8.
    """
    table = tables.tax_bill
    on_slip = table.c.duty_no == duty_no
    with db.write() as conn:
        bills = select(func.count()).select_from(table).where(on_slip)
        if not duty_no or not conn.execute(bills).scalar_one():
            raise SlipUnknown(duty_no=duty_no)
        paid = conn.execute(
            table.update()
            .where(on_slip, table.c.paid_at.is_(None), table.c.status != VOID)
            .values(paid_at=at)
            .returning(table.c.list_id)
        ).scalars()
        freed_fen = guarantees.restore_many(
            conn, [f"declaration_list:{list_id}" for list_id in sorted(paid)], at=at
        )
        if freed_fen:
            outbox.record(
                conn,
                "tax.slip_paid",
                subject=f"tax_slip:{duty_no}",
                subject_seq=1,
                payload={"duty_no": duty_no, "freed_fen": freed_fen},
                at=at,
            )
        return freed_fen
