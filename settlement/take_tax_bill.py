"""Decide what a customs tax bill (CEB816) does to guarantee and books; the bill is the truth.

How it was read is customs' business; who pays it, and when, is the period's.
"""

from collections.abc import Sequence
from dataclasses import replace

from kernel import db, outbox
from kernel.clock import Instant
from settlement.ledger.post import post
from settlement.ledger.postings import Books, tax_billed
from settlement.tax import guarantees
from settlement.tax.bills import VOID, BillLine, TaxBill, record_bill, refuse_void
from settlement.tax.return_part import quoted_of_parts


def take_tax_bill(
    bill: TaxBill, *, legal_entity_id: int, at: Instant, lines: Sequence[BillLine] = ()
) -> bool:
    """Return whether the bill is new; then, in one commit, it is kept, used and posted.

    The guarantee held for the list stands for the billed figure from now on.  A quote above
    the bill is owed to the shopper, one below is our expense; either records the fact
    ``tax.difference_posted`` with ``difference_fen`` = quoted - billed.

    A bill in place of a void one, which set the guarantee free, is held and used anew; of the
    quote, what went back with parts of the order before is not there any more.
    A bill that comes void is not booked.  Raises ``BillVoided`` when it was booked before,
    ``HoldMissing`` when nothing is held for the list, ``BillChanged``,
    ``SecondBill``: a person decides.
    Source: rules.md sections 5 and 8.
    """
    with db.write() as conn:
        if bill.status == VOID:
            refuse_void(conn, bill)
            return False
        bill = replace(bill, quoted_fen=bill.quoted_fen - quoted_of_parts(conn, bill.order_id))
        if not record_bill(conn, bill, lines):
            return False
        document = f"declaration_list:{bill.list_id}"
        guarantees.use(conn, document=document, amount_fen=bill.billed_fen, at=at, anew=True)
        posting = tax_billed(
            Books(legal_entity_id, at),
            order_id=bill.order_id,
            tax_no=f"{bill.invt_no}/{bill.tax_no}",
            quoted_fen=bill.quoted_fen,
            billed_fen=bill.billed_fen,
        )
        if posting is not None:
            post(conn, posting)
        if bill.difference_fen != 0:
            outbox.record(
                conn,
                "tax.difference_posted",
                subject=f"tax_bill:{bill.invt_no}/{bill.tax_no}",
                subject_seq=1,
                payload={
                    "order_id": str(bill.order_id),
                    "list_id": str(bill.list_id),
                    "tax_no": bill.tax_no,
                    "difference_fen": bill.difference_fen,
                },
                at=at,
            )
        return True
