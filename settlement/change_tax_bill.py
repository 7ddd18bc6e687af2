"""Decide what becomes of a booked tax bill: summarised on a payment slip (CEB818), then paid.

How customs' answer was read is customs' business; what the bill itself did is ``take_tax_bill``'s.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from kernel import db, outbox
from kernel.clock import Instant
from settlement.tax import guarantees, tables
from settlement.tax.bills import SUMMARISED, VOID
from settlement.tax.errors import BillNotYet, BillVoided, SlipUnknown


@dataclass(frozen=True, slots=True)
class BillChange:
    """What one CEB818 says of a bill: ``status`` 2 summarised on slip ``duty_no``, 3 void."""

    invt_no: str
    tax_no: str
    status: str
    duty_no: str = ""


def change_tax_bill(change: BillChange) -> bool:
    """Return whether the bill was not on its slip before.

    Raises ``BillNotYet`` (ask again) while its 816 was not booked, ``BillVoided`` when customs
    made a booked bill void: its posting stands until a person undoes it.
    Source: rules.md section 8; customs.md section 3.
    """
    table = tables.tax_bill
    mine = (table.c.invt_no == change.invt_no, table.c.tax_no == change.tax_no)
    with db.write() as conn:
        known = conn.execute(select(table.c.status).where(*mine)).scalar_one_or_none()
        if known is None:
            raise BillNotYet(invt_no=change.invt_no, tax_no=change.tax_no)
        if change.status == VOID:
            raise BillVoided(invt_no=change.invt_no, tax_no=change.tax_no)
        if change.status != SUMMARISED or known == SUMMARISED:
            return False
        conn.execute(table.update().where(*mine).values(status=SUMMARISED, duty_no=change.duty_no))
        return True


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
            .where(on_slip, table.c.paid_at.is_(None))
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
