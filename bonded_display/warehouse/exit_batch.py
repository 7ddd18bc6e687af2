"""Decide which packed parcels leave together: an exit batch is filled while it is open.

Its documents are ``exit_documents``'; loading and gate follow them.
"""

import re

from sqlalchemy import Connection, delete, func, select, update

from bonded_display.warehouse.errors import NotNow, ParcelElsewhere, ParcelUnknown, VehicleInvalid
from bonded_display.warehouse.inspection.cases import is_wanted
from bonded_display.warehouse.rows import BatchRow, batch_row, move_batch, peek_batch
from bonded_display.warehouse.tables import exit_batch, exit_parcel, pick_task
from kernel import audit, clock, db, ids, locks, register

_PLATE = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{5,6}")
"""Province, office, five signs; six for a new-energy vehicle."""

CODE_LETTERS = 5
"""So many letters of a warehouse's code fit a batch's printed number of 20."""


def open_exit_batch(warehouse_id: int, *, vehicle_no: str) -> int:
    """Open an exit batch for one vehicle and return its id; its number counts within the day.

    Raises ``VehicleInvalid`` when ``vehicle_no`` is no plate.
    """
    at = clock.now()
    plate = "".join(vehicle_no.split()).upper()
    if not _PLATE.fullmatch(plate):
        raise VehicleInvalid(typed=vehicle_no.strip()[:20])
    with db.write() as conn:
        locks.take(conn, locks.Rank.WAREHOUSE, warehouse_id)
        batch_id = ids.new()
        conn.execute(
            exit_batch.insert(),
            {
                "id": batch_id,
                "warehouse_id": warehouse_id,
                "no": _next_no(conn, warehouse_id, at),
                "state": "open",
                "contents": 0,
                "vehicle_no": plate,
                "opened_at": at,
                "seq": 1,
            },
        )
        audit.record(conn, "open_exit_batch", subject=f"exit_batch:{batch_id}", detail={})
    return batch_id


def _next_no(conn: Connection, warehouse_id: int, at: clock.Instant) -> str:
    """Return day, warehouse's code and series; codes cut to the same letters share a series."""
    whole = register.get_warehouse(conn, warehouse_id).code
    code = "".join(filter(str.isalnum, whole))[:CODE_LETTERS]
    before = f"XB{clock.china_date(at):%Y%m%d}-{code}-"
    today = conn.execute(
        select(func.count()).where(exit_batch.c.no.startswith(before, autoescape=True))
    ).scalar_one()
    return f"{before}{today + 1:03d}"


def add_parcel(batch_id: int, *, waybill_no: str) -> None:
    """Put a packed parcel (by its waybill's code) into an open batch; again is harmless.

    Raises ``ParcelUnknown``, ``NotNow`` when it is not packed, customs wants to see it, or the
    batch is not open,
    ``ParcelElsewhere`` when another batch has it.
    """
    warehouse_id = peek_batch(batch_id).warehouse_id
    with db.write() as conn:
        # Under the same lock a task is voided: a void parcel never lies in a batch.
        locks.take(conn, locks.Rank.WAREHOUSE, warehouse_id)
        batch = batch_row(conn, batch_id)
        task = conn.execute(
            select(pick_task).where(
                pick_task.c.waybill_no == waybill_no.strip(),
                pick_task.c.warehouse_id == batch.warehouse_id,
            )
        ).one_or_none()
        if task is None:
            raise ParcelUnknown(waybill_no=waybill_no.strip())
        holder_id, holder_no = _batch_of(conn, task.order_id)
        if holder_id == batch_id:
            return
        if holder_no is not None:
            raise ParcelElsewhere(waybill_no=task.waybill_no, batch_no=holder_no)
        if task.state != "packed":
            raise NotNow(subject=f"pick_task:{task.id}", state=task.state, to="exit_batch")
        if is_wanted(conn, task.order_id):
            raise NotNow(subject=f"pick_task:{task.id}", state="inspection", to="exit_batch")
        _require_open(batch)
        conn.execute(
            exit_parcel.insert(),
            {
                "order_id": task.order_id,
                "batch_id": batch_id,
                "waybill_no": task.waybill_no,
                "invt_no": task.invt_no,
                "gross_e5": task.gross_e5,
            },
        )
        _count_contents(conn, batch)


def remove_parcel(batch_id: int, *, waybill_no: str) -> None:
    """Take a parcel out before the bonded inventory list is approved; the batch opens again.

    Raises ``ParcelUnknown`` when the batch does not have it, ``NotNow`` after approval.
    """
    with db.write() as conn:
        batch = batch_row(conn, batch_id)
        if batch.state == "closed":
            move_batch(conn, batch, "open")
            batch = batch_row(conn, batch_id)
        _require_open(batch)
        gone = conn.execute(
            delete(exit_parcel).where(
                exit_parcel.c.batch_id == batch_id, exit_parcel.c.waybill_no == waybill_no.strip()
            )
        )
        if gone.rowcount == 0:
            raise ParcelUnknown(waybill_no=waybill_no.strip())
        _count_contents(conn, batch)
        audit.record(
            conn,
            "remove_parcel",
            subject=f"exit_batch:{batch_id}",
            detail={"waybill_no": waybill_no.strip()},
        )


def _require_open(batch: BatchRow) -> None:
    if batch.state != "open":
        raise NotNow(subject=f"exit_batch:{batch.no}", state=batch.state, to="open")


def _batch_of(conn: Connection, order_id: int) -> tuple[int | None, str | None]:
    row = conn.execute(
        select(exit_batch.c.id, exit_batch.c.no)
        .join(exit_parcel, exit_parcel.c.batch_id == exit_batch.c.id)
        .where(exit_parcel.c.order_id == order_id)
    ).one_or_none()
    return (row.id, row.no) if row else (None, None)


def _count_contents(conn: Connection, batch: BatchRow) -> None:
    conn.execute(
        update(exit_batch)
        .where(exit_batch.c.id == batch.id)
        .values(contents=exit_batch.c.contents + 1)
    )
