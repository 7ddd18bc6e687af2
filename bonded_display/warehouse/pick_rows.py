"""Decide how pick tasks and their lines are read and moved on; which step is due is the verbs'.

Nothing here commits.
"""

from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from bonded_display.stock.tables import account_book_item, lot
from bonded_display.warehouse.errors import NotNow, PickTaskUnknown
from bonded_display.warehouse.pick_match import PickLine
from bonded_display.warehouse.states import TASK_MOVES, require_move
from bonded_display.warehouse.tables import pick_line, pick_task
from kernel.register import item

TaskRow = Row[Any]


def task_row(conn: Connection, task_id: int) -> TaskRow:
    """Return the task's row, locked where the database locks rows; ``PickTaskUnknown``."""
    row = conn.execute(
        select(pick_task).where(pick_task.c.id == task_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise PickTaskUnknown(task_id=task_id)
    return row


def move_task(conn: Connection, task: TaskRow, to: str, **values: object) -> int:
    """Let the task become ``to`` and return its new ``seq``; ``NotNow`` when it may not."""
    subject = f"pick_task:{task.id}"
    require_move(TASK_MOVES, subject=subject, state=task.state, to=to)
    moved = conn.execute(
        update(pick_task)
        .where(pick_task.c.id == task.id, pick_task.c.seq == task.seq)
        .values(state=to, seq=task.seq + 1, **values)
    )
    if moved.rowcount != 1:
        raise NotNow(subject=subject, state=task.state, to=to)
    return int(task.seq) + 1


def pick_lines(conn: Connection, task_id: int) -> list[PickLine]:
    """Return the lines of a task in walking order: by place."""
    rows = conn.execute(_lines(task_id))
    return [
        PickLine(**{**row._mapping, "goods_alone_decide": row.goods_alone_decide <= 1})
        for row in rows
    ]


def _lines(task_id: int) -> Select[Any]:
    book = account_book_item
    other = account_book_item.alias("other")
    same_goods_here = (
        select(func.count(func.distinct(lot.c.account_book_item_id)))
        .join(other, other.c.id == lot.c.account_book_item_id)
        .where(other.c.item_id == book.c.item_id, other.c.warehouse_id == book.c.warehouse_id)
        .where(lot.c.qty > 0)
        .correlate(book)
        .scalar_subquery()
    )
    return (
        select(
            pick_line.c.id,
            pick_line.c.gnum,
            pick_line.c.account_book_item_id,
            item.c.gtin14,
            item.c.name,
            pick_line.c.lot_no,
            pick_line.c.location,
            pick_line.c.qty,
            pick_line.c.picked_qty,
            same_goods_here.label("goods_alone_decide"),
        )
        .join(book, book.c.id == pick_line.c.account_book_item_id)
        .join(item, item.c.id == book.c.item_id)
        .where(pick_line.c.task_id == task_id)
        .order_by(pick_line.c.location, pick_line.c.gnum, pick_line.c.id)
    )
