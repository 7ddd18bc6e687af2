"""Decides what a till's sale says on paper for who is outside the outlet: number, lines, money.

Only looked at; the outlet's own view is ``desk``'s, what was posted of it finance's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from kernel.clock import Instant
from kernel.register.tables import outlet
from pos.errors import SaleUnknown
from pos.server.tables import sale_line, sale_refund, shift, terminal, terminal_sale

AT_ONCE = 500
"""Numbers asked for in one statement."""


@dataclass(frozen=True, slots=True)
class OtherSale:
    """A sale that another one gives back, or is given back by."""

    id: int
    sale_no: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SalePaper:
    """One sale as it was taken in, in fen; a refund's sums are below nought.

    ``shift_no`` and ``clerk_no`` are empty while its shift has not come.
    """

    id: int
    sale_no: str
    outlet_name: str
    outlet_name_en: str
    terminal_name: str
    shift_no: str
    clerk_no: str
    sold_at: Instant
    received_at: Instant
    total_fen: int
    paid_fen: int
    change_fen: int
    lines: Sequence[Any]
    reason: str
    gives_back: OtherSale | None
    given_back_by: OtherSale | None


def number_sales(conn: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Return the printed numbers of sales by id, those that could be read."""
    sale = terminal_sale.c
    found: dict[int, str] = {}
    for some in _in_parts(ids):
        rows = conn.execute(select(sale.id, sale.sale_no).where(sale.id.in_(some)))
        found |= {row.id: row.sale_no for row in rows if row.sale_no}
    return found


def number_shifts(conn: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Return how people name shifts, by id: outlet, till and the shift's number there."""
    asked = (
        select(shift.c.id, shift.c.shift_no, terminal.c.name, outlet.c.code)
        .join(terminal, terminal.c.id == shift.c.terminal_id)
        .join(outlet, outlet.c.id == shift.c.outlet_id)
    )
    found: dict[int, str] = {}
    for some in _in_parts(ids):
        for row in conn.execute(asked.where(shift.c.id.in_(some))):
            till = row.name if row.name.startswith(row.code) else f"{row.code} {row.name}"
            found[row.id] = f"{till} #{row.shift_no}"
    return found


def sale_paper(conn: Connection, sale_id: int) -> SalePaper:
    """Return one sale; ``SaleUnknown`` when there is none or it could not be read."""
    row = conn.execute(
        select(
            terminal_sale,
            outlet.c.name.label("outlet_name"),
            outlet.c.name_en.label("outlet_name_en"),
            terminal.c.name.label("terminal_name"),
            shift.c.shift_no,
            shift.c.clerk_no,
        )
        .join(terminal, terminal.c.id == terminal_sale.c.terminal_id)
        .join(outlet, outlet.c.id == terminal_sale.c.outlet_id)
        .outerjoin(shift, shift.c.shift_uuid == terminal_sale.c.shift_uuid)
        .where(terminal_sale.c.id == sale_id, terminal_sale.c.readable == 1)
    ).one_or_none()
    if row is None:
        raise SaleUnknown(sale_id=str(sale_id))
    lines = conn.execute(
        select(sale_line).where(sale_line.c.sale_id == sale_id).order_by(sale_line.c.line_no)
    ).all()
    reason, gives_back = _gives_back(conn, sale_id)
    return SalePaper(
        id=row.id,
        sale_no=row.sale_no,
        outlet_name=row.outlet_name,
        outlet_name_en=row.outlet_name_en,
        terminal_name=row.terminal_name,
        shift_no="" if row.shift_no is None else str(row.shift_no),
        clerk_no=row.clerk_no or "",
        sold_at=row.sold_at,
        received_at=row.received_at,
        total_fen=row.total_fen,
        paid_fen=row.paid_fen,
        change_fen=row.change_fen,
        lines=lines,
        reason=reason,
        gives_back=gives_back,
        given_back_by=_given_back_by(conn, row.sale_uuid),
    )


def _gives_back(conn: Connection, sale_id: int) -> tuple[str, OtherSale | None]:
    row = conn.execute(
        select(sale_refund.c.reason, terminal_sale.c.id, terminal_sale.c.sale_no)
        .outerjoin(terminal_sale, terminal_sale.c.sale_uuid == sale_refund.c.of_uuid)
        .where(sale_refund.c.sale_id == sale_id)
    ).one_or_none()
    if row is None:
        return "", None
    return row.reason, None if row.id is None else OtherSale(row.id, row.sale_no)


def _given_back_by(conn: Connection, sale_uuid: str) -> OtherSale | None:
    row = conn.execute(
        select(terminal_sale.c.id, terminal_sale.c.sale_no)
        .join(sale_refund, sale_refund.c.sale_id == terminal_sale.c.id)
        .where(sale_refund.c.of_uuid == sale_uuid, sale_refund.c.stands == 1)
    ).one_or_none()
    return None if row is None else OtherSale(row.id, row.sale_no)


def _in_parts(ids: Iterable[int]) -> list[list[int]]:
    every = sorted(set(ids))
    return [every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE)]
