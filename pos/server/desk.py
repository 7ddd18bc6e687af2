"""Decides what the clerk's desk shows of an outlet's tills, and how a doubt is settled.

Nothing about a sale is changed here: settling a flag says that somebody has looked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from kernel import actor, audit, clock
from kernel.clock import Instant
from pos.errors import FlagUnknown
from pos.server.tables import (
    print_request,
    sale_flag,
    sale_line,
    shift,
    terminal,
    terminal_conflict,
    terminal_sale,
)

PAGE = 50
MOST = 20


@dataclass(frozen=True, slots=True)
class TillRow:
    """One till of the outlet and what it told today."""

    name: str
    revoked: bool
    sales: int
    sales_fen: int
    last_at: Instant | None


@dataclass(frozen=True, slots=True)
class DeskView:
    """What lies on the desk.

    ``older`` is the id from which the next page of sales goes on,
    ``most`` how many doubts, conflicts and shifts are shown at once.
    """

    tills: Sequence[TillRow]
    flags: Sequence[Any]
    conflicts: Sequence[Any]
    shifts: Sequence[Any]
    slips_waiting: int
    sales: Sequence[Any]
    older: int | None
    most: int = MOST


def desk_of(conn: Connection, outlet_id: int, *, before: int | None = None) -> DeskView:
    """Return the desk of an outlet: seven queries, whatever was sold."""
    sales = _sales(conn, outlet_id, before)
    return DeskView(
        tills=_tills(conn, outlet_id),
        flags=_flags(conn, outlet_id),
        conflicts=_newest(conn, terminal_conflict, outlet_id),
        shifts=_newest(conn, shift, outlet_id),
        slips_waiting=_slips_waiting(conn, outlet_id),
        sales=sales[:PAGE],
        older=sales[PAGE - 1].id if len(sales) > PAGE else None,
    )


def _tills(conn: Connection, outlet_id: int) -> list[TillRow]:
    today = clock.china_midnight(clock.china_date(clock.now()))
    sold = (
        select(
            terminal_sale.c.terminal_id,
            func.count().label("sales"),
            func.sum(terminal_sale.c.total_fen).label("sales_fen"),
            func.max(terminal_sale.c.received_at).label("last_at"),
        )
        .where(terminal_sale.c.outlet_id == outlet_id, terminal_sale.c.received_at >= today)
        .group_by(terminal_sale.c.terminal_id)
        .subquery()
    )
    rows = conn.execute(
        select(
            terminal.c.name, terminal.c.revoked_at, sold.c.sales, sold.c.sales_fen, sold.c.last_at
        )
        .outerjoin(sold, sold.c.terminal_id == terminal.c.id)
        .where(terminal.c.outlet_id == outlet_id)
        .order_by(terminal.c.id)
    )
    return [
        TillRow(
            row.name,
            row.revoked_at is not None,
            row.sales or 0,
            int(row.sales_fen or 0),
            row.last_at,
        )
        for row in rows
    ]


def _flags(conn: Connection, outlet_id: int) -> Sequence[Any]:
    sale = terminal_sale.c
    return conn.execute(
        select(sale_flag, sale.sale_no, sale.total_fen, sale.sold_at)
        .join(terminal_sale, sale.id == sale_flag.c.sale_id)
        .where(sale_flag.c.outlet_id == outlet_id, sale_flag.c.settled_at.is_(None))
        .order_by(sale_flag.c.id)
        .limit(MOST)
    ).all()


def _newest(conn: Connection, table: Any, outlet_id: int) -> Sequence[Any]:
    newest = select(table).where(table.c.outlet_id == outlet_id).order_by(table.c.id.desc())
    return conn.execute(newest.limit(MOST)).all()


def _slips_waiting(conn: Connection, outlet_id: int) -> int:
    here = (print_request.c.outlet_id == outlet_id) & (print_request.c.state == "queued")
    counted = select(func.count()).select_from(print_request).where(here)
    return int(conn.execute(counted).scalar_one())


def _sales(conn: Connection, outlet_id: int, before: int | None) -> Sequence[Any]:
    """Return a page of sales, newest first, and one more when there are older ones."""
    pieces = (
        select(func.coalesce(func.sum(sale_line.c.qty), 0))
        .where(sale_line.c.sale_id == terminal_sale.c.id)
        .scalar_subquery()
    )
    asked = select(terminal_sale, pieces.label("pieces")).where(
        terminal_sale.c.outlet_id == outlet_id
    )
    if before is not None:
        asked = asked.where(terminal_sale.c.id < before)
    return conn.execute(asked.order_by(terminal_sale.c.id.desc()).limit(PAGE + 1)).all()


def settle_flag(conn: Connection, outlet_id: int, flag_id: int) -> None:
    """Note that the current actor has looked at a doubt; raises ``FlagUnknown``."""
    values: Mapping[str, Any] = {"settled_at": clock.now(), "settled_by": actor.current().owner}
    open_here = (
        (sale_flag.c.id == flag_id)
        & (sale_flag.c.outlet_id == outlet_id)
        & sale_flag.c.settled_at.is_(None)
    )
    if conn.execute(update(sale_flag).where(open_here).values(values)).rowcount != 1:
        raise FlagUnknown(flag_id=str(flag_id))
    audit.record(conn, "settle_flag", subject=f"sale_flag:{flag_id}", detail={})
