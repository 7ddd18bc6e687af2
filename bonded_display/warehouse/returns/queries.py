"""Decide what pages read of goods that come back; nothing is changed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from bonded_display.stock.tables import account_book_item, lot
from bonded_display.warehouse.returns.cases import CaseRow, peek_case
from bonded_display.warehouse.returns.tables import return_case, return_line
from bonded_display.warehouse.states import OPEN_RETURNS
from kernel.register.tables import item


@dataclass(frozen=True, kw_only=True)
class ReturnView:
    """One case with its pieces by line and lot, each with the goods' names."""

    case: CaseRow
    lines: Sequence[Any]


def open_returns(
    conn: Connection, warehouse_id: int, *, after: int, most: int
) -> Sequence[CaseRow]:
    """Return the open cases of a warehouse with their pieces, the oldest first, from an id on."""
    case = return_case.c
    pieces = (
        select(func.sum(return_line.c.qty))
        .where(return_line.c.case_id == case.id)
        .scalar_subquery()
    )
    return conn.execute(
        select(return_case, pieces.label("pieces"))
        .where(case.warehouse_id == warehouse_id, case.state.in_(OPEN_RETURNS), case.id > after)
        .order_by(case.id)
        .limit(most)
    ).all()


def count_open_returns(conn: Connection, warehouse_id: int) -> dict[str, int]:
    """Return how many cases of a warehouse are in each open state, noughts included."""
    case = return_case.c
    rows = conn.execute(
        select(case.state, func.count())
        .where(case.warehouse_id == warehouse_id, case.state.in_(OPEN_RETURNS))
        .group_by(case.state)
    )
    found = {state: int(count) for state, count in rows}
    return {state: found.get(state, 0) for state in OPEN_RETURNS}


def return_view(conn: Connection, case_id: int) -> ReturnView:
    """Return one case as its page shows it; ``ReturnUnknown``."""
    line, book = return_line.c, account_book_item
    rows = conn.execute(
        select(line.gnum, line.qty, line.unfit_qty, lot.c.lot_no, item.c.name, item.c.name_en)
        .join(lot, lot.c.id == line.lot_id)
        .join(book, book.c.id == line.account_book_item_id)
        .join(item, item.c.id == book.c.item_id)
        .where(line.case_id == case_id)
        .order_by(line.gnum, line.lot_id)
    ).all()
    return ReturnView(case=peek_case(conn, case_id), lines=rows)


def latest_return(conn: Connection, order_id: int) -> CaseRow | None:
    """Return the newest case of an order, or None."""
    case = return_case.c
    return conn.execute(
        select(return_case).where(case.order_id == order_id).order_by(case.id.desc()).limit(1)
    ).one_or_none()
