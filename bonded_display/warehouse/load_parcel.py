"""Decide what may be loaded: only a parcel on the approved exit pass, by scan.

The pass is the zone's; what the gate saw is ``record_gate_passed``'s.
"""

from sqlalchemy import select, update

from bonded_display.warehouse.errors import NotNow, NotOnExitPass
from bonded_display.warehouse.rows import batch_row, move_task, task_row
from bonded_display.warehouse.tables import exit_parcel, pick_task
from kernel import clock, db


def load_parcel(batch_id: int, *, waybill_no: str) -> int:
    """Record that a parcel was scanned onto the vehicle; return how many are still missing.

    Raises ``NotNow`` before the pass is approved or after the gate, ``NotOnExitPass`` for
    any other parcel.  A parcel scanned twice is loaded once.  Source: rules section 3.
    """
    code = waybill_no.strip()
    with db.write() as conn:
        batch = batch_row(conn, batch_id)
        if batch.state != "approved":
            raise NotNow(subject=f"exit_batch:{batch.no}", state=batch.state, to="load")
        on_pass = (exit_parcel.c.batch_id == batch_id) & (exit_parcel.c.waybill_no == code)
        parcel = conn.execute(select(exit_parcel).where(on_pass)).one_or_none()
        if parcel is None:
            raise NotOnExitPass(waybill_no=code, batch_no=batch.no)
        if parcel.loaded_at is None:
            conn.execute(update(exit_parcel).where(on_pass).values(loaded_at=clock.now()))
            task_id = conn.execute(
                select(pick_task.c.id).where(pick_task.c.order_id == parcel.order_id)
            ).scalar_one()
            move_task(conn, task_row(conn, task_id), "loaded")
        missing = conn.execute(
            select(exit_parcel.c.order_id).where(
                exit_parcel.c.batch_id == batch_id, exit_parcel.c.loaded_at.is_(None)
            )
        )
        return len(missing.all())
