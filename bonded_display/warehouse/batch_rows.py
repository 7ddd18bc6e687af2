"""Decide how exit batches and their parcels are read and moved on; nothing here commits.

Which step is due is the verbs'.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from bonded_display.stock.gate import GateLine
from bonded_display.warehouse.errors import ExitBatchUnknown, NotNow
from bonded_display.warehouse.states import BATCH_MOVES, require_move
from bonded_display.warehouse.tables import exit_batch, exit_parcel, pick_line, pick_task
from kernel import db

BatchRow = Row[Any]
ParcelRow = Row[Any]


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
