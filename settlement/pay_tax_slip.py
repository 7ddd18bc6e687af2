"""Decide what a paid payment slip of import tax does: the guarantee has its bills' tax back.

Which bills are on it customs tells with CEB818; that it was paid, a person or a bank does.
"""

from sqlalchemy import func, select

from kernel import db, outbox
from kernel.clock import Instant
from settlement.tax import guarantees, tables
from settlement.tax.bills import VOID
from settlement.tax.errors import SlipUnknown


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
