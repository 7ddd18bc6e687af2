"""Decide what pages read of parcels that customs wants to see; nothing is changed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from bonded_display.stock.tables import account_book_item
from bonded_display.warehouse.errors import CaseUnknown
from bonded_display.warehouse.inspection.tables import inspection_case
from bonded_display.warehouse.tables import pick_line, pick_task
from kernel.register.tables import item


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """One case with its parcel, and what the parcel holds by line of the list."""

    case: Row[Any]
    lines: Sequence[Any]


def _cases() -> Select[Any]:
    case, task = inspection_case, pick_task
    return select(
        case,
        task.c.id.label("task_id"),
        task.c.order_no,
        task.c.waybill_no,
        task.c.invt_no,
        task.c.state.label("task_state"),
    ).outerjoin(task, task.c.order_id == case.c.order_id)


def open_cases(
    conn: Connection, warehouse_id: int, *, state: str, after: int, most: int
) -> Sequence[Row[Any]]:
    """Return the open cases of a warehouse in a state, or in all (``""``), the oldest first.

    ``after`` is the id of the last case of the page before.
    """
    case = inspection_case.c
    query = _cases().where(case.warehouse_id == warehouse_id, case.state != "closed")
    if state:
        query = query.where(case.state == state)
    return conn.execute(query.where(case.id > after).order_by(case.id).limit(most)).all()


def count_open(conn: Connection, warehouse_id: int) -> dict[str, int]:
    """Return how many cases of a warehouse are open, in the bay and found, noughts included."""
    case = inspection_case.c
    rows = conn.execute(
        select(case.state, func.count())
        .where(case.warehouse_id == warehouse_id, case.state != "closed")
        .group_by(case.state)
    )
    found = {state: int(count) for state, count in rows}
    return {state: found.get(state, 0) for state in ("open", "in_bay", "found")}


def case_view(conn: Connection, case_id: int) -> CaseView:
    """Return one case as its page shows it; ``CaseUnknown``."""
    row = conn.execute(_cases().where(inspection_case.c.id == case_id)).one_or_none()
    if row is None:
        raise CaseUnknown(subject=str(case_id))
    line, book = pick_line.c, account_book_item
    lines = conn.execute(
        select(line.gnum, func.sum(line.qty).label("qty"), item.c.name, item.c.name_en)
        .join(book, book.c.id == line.account_book_item_id)
        .join(item, item.c.id == book.c.item_id)
        .where(line.task_id == row.task_id, line.qty > 0)
        .group_by(line.gnum, item.c.name, item.c.name_en)
        .order_by(line.gnum)
    ).all()
    return CaseView(case=row, lines=lines)


def wish_of(conn: Connection, order_id: int) -> str | None:
    """Return what customs wants with an order's parcel, ``found`` once it was seen, or None."""
    case = inspection_case.c
    row = conn.execute(
        select(case.wish, case.state).where(case.order_id == order_id, case.state != "closed")
    ).one_or_none()
    if row is None:
        return None
    return "found" if row.state == "found" and row.wish == "inspection" else str(row.wish)
