"""Decide what the operator's pages read of the warehouse; nothing is changed here.

How it is drawn is ``bonded_display.web``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from bonded_display.warehouse.errors import ExitBatchUnknown, PickTaskUnknown
from bonded_display.warehouse.pick_match import PickLine
from bonded_display.warehouse.rows import BatchRow, ParcelRow, TaskRow, pick_lines
from bonded_display.warehouse.tables import exit_batch, exit_parcel, pick_line, pick_task
from kernel.register import Warehouse
from kernel.register.tables import warehouse

MOST_ROWS = 200


@dataclass(frozen=True, kw_only=True)
class WarehouseWork:
    """What lies before the people of one warehouse, oldest first, at most 200 rows each."""

    tasks: Sequence[TaskRow]
    waiting: Sequence[TaskRow]
    batches: Sequence[BatchRow]


@dataclass(frozen=True, kw_only=True)
class TaskView:
    """One pick task with its lines in walking order, and the exit batch it lies in."""

    task: TaskRow
    lines: Sequence[PickLine]
    batch_id: int | None

    @property
    def qty(self) -> int:
        """Pieces to pick."""
        return sum(line.qty for line in self.lines)

    @property
    def picked(self) -> int:
        """Pieces scanned so far."""
        return sum(line.picked_qty for line in self.lines)

    @property
    def next_line(self) -> PickLine | None:
        """Where the picker goes next, or ``None`` when all is picked."""
        return next((line for line in self.lines if line.picked_qty < line.qty), None)


@dataclass(frozen=True, kw_only=True)
class BatchView:
    """One exit batch with its parcels, each with its printed order number."""

    batch: BatchRow
    parcels: Sequence[ParcelRow]

    @property
    def loaded(self) -> int:
        """Parcels scanned onto the vehicle."""
        return sum(1 for parcel in self.parcels if parcel.loaded_at is not None)

    @property
    def gross_e5(self) -> int:
        """The parcels' weight in kg, 1/100,000."""
        return sum(parcel.gross_e5 for parcel in self.parcels)


def across_warehouses(conn: Connection) -> Sequence[Warehouse]:
    """Return every warehouse by code."""
    rows = conn.execute(select(warehouse).order_by(warehouse.c.code))
    return [Warehouse(**row._mapping) for row in rows]


def work_of(conn: Connection, warehouse_id: int) -> WarehouseWork:
    """Return what is to pick, what is packed and waits for a batch, and the batches under way."""
    pieces = (
        select(func.sum(pick_line.c.qty))
        .where(pick_line.c.task_id == pick_task.c.id)
        .scalar_subquery()
    )
    tasks = (
        select(pick_task, pieces.label("qty"))
        .where(pick_task.c.warehouse_id == warehouse_id)
        .order_by(pick_task.c.opened_at, pick_task.c.id)
        .limit(MOST_ROWS)
    )
    in_batch = select(exit_parcel.c.order_id)
    batches = (
        select(exit_batch, func.count(exit_parcel.c.order_id).label("parcels"))
        .outerjoin(exit_parcel, exit_parcel.c.batch_id == exit_batch.c.id)
        .where(exit_batch.c.warehouse_id == warehouse_id, exit_batch.c.state != "gone")
        .group_by(exit_batch.c.id)
        .order_by(exit_batch.c.opened_at)
        .limit(MOST_ROWS)
    )
    waiting = tasks.where(pick_task.c.state == "packed", pick_task.c.order_id.not_in(in_batch))
    return WarehouseWork(
        tasks=conn.execute(tasks.where(pick_task.c.state.in_(("open", "picking", "picked")))).all(),
        waiting=conn.execute(waiting).all(),
        batches=conn.execute(batches).all(),
    )


def past_batches(
    conn: Connection, warehouse_id: int, *, typed: str = "", before: int = 0, most: int
) -> Sequence[BatchRow]:
    """Return batches that passed the gate, newest first, older than an id (0: any).

    With something ``typed``, any batch that it names: its number or how that begins, its
    plate, a number of the zone, or a parcel's waybill.  Each row has its parcels counted.
    """
    batch = exit_batch.c
    asked = (
        select(exit_batch, func.count(exit_parcel.c.order_id).label("parcels"))
        .outerjoin(exit_parcel, exit_parcel.c.batch_id == batch.id)
        .where(batch.warehouse_id == warehouse_id)
        .group_by(batch.id)
        .order_by(batch.id.desc())
        .limit(most)
    )
    number = "".join(typed.split()).upper()
    if number:
        of_parcel = select(exit_parcel.c.batch_id).where(exit_parcel.c.waybill_no == number)
        named = (batch.vehicle_no, batch.exit_pass_no, batch.bonded_inventory_list_no)
        asked = asked.where(
            or_(
                batch.no.startswith(number, autoescape=True),
                *(column == number for column in named),
                batch.id.in_(of_parcel),
            )
        )
    else:
        asked = asked.where(batch.state == "gone")
    if before:
        asked = asked.where(batch.id < before)
    return conn.execute(asked).all()


def task_view(conn: Connection, task_id: int) -> TaskView:
    """Return a pick task as its page shows it; ``PickTaskUnknown``."""
    task = conn.execute(select(pick_task).where(pick_task.c.id == task_id)).one_or_none()
    if task is None:
        raise PickTaskUnknown(task_id=task_id)
    batch_id = conn.execute(
        select(exit_parcel.c.batch_id).where(exit_parcel.c.order_id == task.order_id)
    ).scalar_one_or_none()
    return TaskView(task=task, lines=pick_lines(conn, task_id), batch_id=batch_id)


def batch_view(conn: Connection, batch_id: int) -> BatchView:
    """Return an exit batch as its page shows it; ``ExitBatchUnknown``."""
    batch = conn.execute(select(exit_batch).where(exit_batch.c.id == batch_id)).one_or_none()
    if batch is None:
        raise ExitBatchUnknown(batch_id=batch_id)
    parcels = conn.execute(
        select(exit_parcel, pick_task.c.id.label("task_id"), pick_task.c.order_no)
        .join(pick_task, pick_task.c.order_id == exit_parcel.c.order_id)
        .where(exit_parcel.c.batch_id == batch_id)
        .order_by(exit_parcel.c.waybill_no)
    ).all()
    return BatchView(batch=batch, parcels=parcels)


def parcel_of(conn: Connection, order_id: int) -> Any:
    """Return the pick task of an order with the exit batch its parcel lies in, if there is one."""
    return conn.execute(
        select(
            pick_task.c.id,
            pick_task.c.state,
            pick_task.c.gross_e5,
            exit_batch.c.id.label("batch_id"),
            exit_batch.c.no.label("batch_no"),
            exit_batch.c.exit_pass_no,
            exit_batch.c.passed_at,
        )
        .outerjoin(exit_parcel, exit_parcel.c.order_id == pick_task.c.order_id)
        .outerjoin(exit_batch, exit_batch.c.id == exit_parcel.c.batch_id)
        .where(pick_task.c.order_id == order_id)
    ).one_or_none()
