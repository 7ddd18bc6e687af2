"""Decide what is read of tax bills and guarantees by people who look for what needs them.

What a difference means for the books is ``settlement.take_tax_bill``'s.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, cast, literal, null, select

from kernel import ids
from kernel.clock import Instant
from settlement.tax.tables import guarantee, tax_bill

Rows = Sequence[Any]
BILLED = tax_bill.c.customs_fen + tax_bill.c.vat_fen + tax_bill.c.consumption_fen


def bills_that_differ(conn: Connection, *, since: Instant, most: int) -> Rows:
    """Return the bills kept since an instant whose tax is not what was quoted, latest first.

    ``billed_fen`` is what customs wants, ``quoted_fen`` what the shopper paid.
    """
    return conn.execute(
        select(
            tax_bill.c.id,
            tax_bill.c.order_id,
            tax_bill.c.invt_no,
            tax_bill.c.tax_no,
            tax_bill.c.quoted_fen,
            BILLED.label("billed_fen"),
            tax_bill.c.return_at,
        )
        .where(tax_bill.c.id >= ids.earliest(since), tax_bill.c.quoted_fen != BILLED)
        .order_by(tax_bill.c.id.desc())
        .limit(most)
    ).all()


def bills_of_order(conn: Connection, order_id: int) -> Rows:
    """Return the tax bills of one order, oldest first, each with ``billed_fen``."""
    return conn.execute(
        select(tax_bill, BILLED.label("billed_fen"))
        .where(tax_bill.c.order_id == order_id)
        .order_by(tax_bill.c.id)
    ).all()


def guarantees_ending(until: date) -> Select[Any]:
    """Return the question for guarantees whose last day is ``until`` or before.

    Columns: kind, who, what, ref_id, on_day.
    """
    return select(
        literal("guarantee").label("kind"),
        guarantee.c.assure_code.label("who"),
        guarantee.c.purpose.label("what"),
        cast(null(), BigInteger).label("ref_id"),
        guarantee.c.valid_to_on.label("on_day"),
    ).where(guarantee.c.valid_to_on <= until)
