"""Decide how pick tasks, exit batches and parcels are read and moved on; nothing here commits.

Which step is due is the verbs'.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from bonded_display.stock.gate import GateLine
from bonded_display.stock.tables import account_book_item, lot
from bonded_display.warehouse.errors import ExitBatchUnknown, NotNow, PickTaskUnknown
from bonded_display.warehouse.pick_match import PickLine
from bonded_display.warehouse.states import BATCH_MOVES, TASK_MOVES, require_move
from bonded_display.warehouse.tables import exit_batch, exit_parcel, pick_line, pick_task
from kernel import db
from kernel.register.tables import item

TaskRow = Row[Any]
BatchRow = Row[Any]
ParcelRow = Row[Any]


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


def batch_row(conn: Connection, batch_id: int) -> BatchRow:
    """Return the batch's row, locked where the database locks rows; ``ExitBatchUnknown``."""
    return _found(conn, select(exit_batch).with_for_update(), batch_id)


def _found(conn: Connection, query: Select[Any], batch_id: int) -> BatchRow:
    row = conn.execute(query.where(exit_batch.c.id == batch_id)).one_or_none()
    if row is None:
        raise ExitBatchUnknown(batch_id=batch_id)
    return row


def peek_batch(batch_id: int) -> BatchRow:
    """Return the batch's row as it stands, outside a transaction of the caller."""
    with db.read() as conn:
        return _found(conn, select(exit_batch), batch_id)


def move_batch(conn: Connection, batch: BatchRow, to: str, **values: object) -> int:
    """Let the batch become ``to`` and return its new ``seq``; ``NotNow`` when it may not."""
    subject = f"exit_batch:{batch.no}"
    require_move(BATCH_MOVES, subject=subject, state=batch.state, to=to)
    moved = conn.execute(
        update(exit_batch)
        .where(exit_batch.c.id == batch.id, exit_batch.c.seq == batch.seq)
        .values(state=to, seq=batch.seq + 1, **values)
    )
    if moved.rowcount != 1:
        raise NotNow(subject=subject, state=batch.state, to=to)
    return int(batch.seq) + 1


def parcels_of(conn: Connection, batch_id: int) -> Sequence[ParcelRow]:
    """Return the parcels of a batch by waybill number."""
    return conn.execute(
        select(exit_parcel)
        .where(exit_parcel.c.batch_id == batch_id)
        .order_by(exit_parcel.c.waybill_no)
    ).all()


def gate_lines(conn: Connection, batch_id: int) -> list[GateLine]:
    """Return what the parcels of a batch hold, by order, list line and lot, as it was picked."""
    rows = conn.execute(
        select(
            pick_task.c.order_id,
            pick_line.c.gnum,
            pick_task.c.warehouse_id,
            pick_line.c.account_book_item_id,
            pick_line.c.lot_id,
            pick_line.c.picked_qty.label("qty"),
        )
        .join(pick_task, pick_task.c.id == pick_line.c.task_id)
        .join(exit_parcel, exit_parcel.c.order_id == pick_task.c.order_id)
        .where(exit_parcel.c.batch_id == batch_id)
        .order_by(pick_task.c.order_id, pick_line.c.gnum, pick_line.c.lot_id)
    )
    return [GateLine(**row._mapping) for row in rows]
