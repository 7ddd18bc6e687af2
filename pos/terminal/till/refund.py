"""Decides how a sale is given back at the till that made it: whole, once, for cash, with a slip.

The refund is a sale below nought with a number of its own, so that drawer, shift and server count
it like any other; the sale itself is never changed.
"""

import json
from dataclasses import dataclass, replace

from pos.sale import REASONS, Sale, SaleLine, sale_from_json
from pos.terminal.errors import (
    ReasonMissing,
    SaleGivenBack,
    SaleNotHere,
    ShiftNotOpen,
)
from pos.terminal.journal import Journal
from pos.terminal.till import sell, shelf, shifts


@dataclass(frozen=True, slots=True)
class Refundable:
    """A sale of this till, and the number of the refund that gave it back, or nothing."""

    sale: Sale
    refund_no: str


def find(journal: Journal, sale_no: str) -> Refundable:
    """Return the sale of a printed number; raises ``SaleNotHere``, for a refund too."""
    shown = sale_no.strip().upper()[:40]
    rows = journal.rows(
        "SELECT sold.content, coalesce(back.sale_no, '') FROM sale AS sold"
        " LEFT JOIN sale AS back ON back.refund_of = sold.id"
        " WHERE sold.sale_no = ? AND sold.refund_of = ''",
        shown,
    )
    if not rows:
        raise SaleNotHere(sale_no=shown)
    return Refundable(sale_from_json(json.loads(rows[0][0])), rows[0][1])


def give_back(journal: Journal, sale_no: str, reason: str) -> Sale:
    """Give a sale back whole for cash in the open shift; return the refund.

    Raises ``SaleNotHere``, ``SaleGivenBack``, ``ReasonMissing``, ``ShiftNotOpen``; then no cash
    goes out.
    """
    with journal.commit():
        found, shift, known = find(journal, sale_no), shifts.current(journal), shelf.known(journal)
        if found.refund_no:
            raise SaleGivenBack(sale_no=found.sale.sale_no, refund_no=found.refund_no)
        if reason not in REASONS:
            raise ReasonMissing
        if shift is None or known.outlet is None:
            raise ShiftNotOpen
        sold = found.sale
        refund = replace(
            sold,
            **sell.numbers(journal, known.outlet),
            lines=tuple(map(_back, sold.lines)),
            total_fen=-sold.total_fen,
            paid_fen=-sold.total_fen,
            change_fen=0,
            shift_id=shift.id,
            clock_offset_ms=shelf.clock_offset_ms(journal),
            refund_of=sold.id,
            refund_of_no=sold.sale_no,
            reason=reason,
        )
        sell.write(journal, refund)
        sell.ask_printer(journal, refund, known.outlet, shift)
    return refund


def _back(line: SaleLine) -> SaleLine:
    return replace(line, qty=-line.qty, total_fen=-line.total_fen)
