"""Decides what the counter's books bear witness to, for the controls that join several rooms."""

from typing import Any

from sqlalchemy import Select, String, cast, literal, select

from pos.server.tables import shift, terminal_sale


def taken_by_sale() -> Select[Any]:
    """Return (document, fen) of each readable sale that was taken in; a refund is below nought."""
    sale = terminal_sale.c
    name = literal("till_sale:") + cast(sale.id, String)
    return select(name.label("document"), sale.total_fen.label("figure")).where(sale.readable == 1)


def differences_by_shift() -> Select[Any]:
    """Return (document, fen) of what was counted less what had to lie there, by closed shift."""
    row = shift.c
    name = literal("till_shift:") + cast(row.id, String)
    difference = row.counted_cash_fen - row.opening_cash_fen - row.sales_fen
    return select(name.label("document"), difference.label("figure")).where(row.closed_at > 0)
