"""Decide when goods have left the zone: when the zone's gate says so, and stock follows at once.

The gate is the zone's; handing the parcels to the courier follows as a step of its own.
"""

from sqlalchemy import Connection

from bonded_display.stock.gate import deduct_at_gate
from bonded_display.warehouse import zone
from bonded_display.warehouse.errors import NotNow, PassedUnloaded
from bonded_display.warehouse.rows import (
    BatchRow,
    batch_row,
    gate_lines,
    move_batch,
    parcels_of,
    peek_batch,
)
from kernel import audit, clock, db, locks, outbox
from kernel.clock import Instant


def record_gate_passed(batch_id: int) -> bool:
    """Ask the zone whether the batch's vehicle passed the gate; return whether it has.

    In one commit the account book is deducted, lots and level go down, the allocations are
    consumed and ``exit.gate_passed`` is recorded; told twice, once.  Raises ``NotNow``
    before the pass is approved, ``PassedUnloaded`` when a parcel of the pass was never
    scanned onto the vehicle (nothing is deducted, a person decides), ``Unavailable``.
    Source: rules section 3.
    """
    batch = peek_batch(batch_id)
    if batch.state == "gone":
        return True
    if batch.state != "approved":
        raise NotNow(subject=f"exit_batch:{batch.no}", state=batch.state, to="gone")
    passed_at = zone.passed_at(batch.exit_pass_no)
    if passed_at is None:
        return False
    with db.write() as conn:
        locks.take(conn, locks.Rank.WAREHOUSE, batch.warehouse_id)
        batch = batch_row(conn, batch_id)
        if batch.state != "gone":
            _record(conn, batch, passed_at)
    return True


def _record(conn: Connection, batch: BatchRow, passed_at: Instant) -> None:
    at = clock.now()
    parcels = parcels_of(conn, batch.id)
    missing = [parcel.waybill_no for parcel in parcels if parcel.loaded_at is None]
    if missing:
        raise PassedUnloaded(batch_no=batch.no, missing=", ".join(missing))
    seq = move_batch(conn, batch, "gone", passed_at=passed_at)
    deduct_at_gate(conn, batch.exit_pass_no, gate_lines(conn, batch.id), at=at)
    outbox.record(
        conn,
        "exit.gate_passed",
        subject=f"exit_batch:{batch.id}",
        subject_seq=seq,
        payload={
            "batch_id": batch.id,
            "warehouse_id": batch.warehouse_id,
            "exit_pass_no": batch.exit_pass_no,
            "bonded_inventory_list_no": batch.bonded_inventory_list_no,
            "order_ids": [parcel.order_id for parcel in parcels],
            "passed_at": passed_at,
        },
        at=at,
    )
    audit.record(conn, "record_gate_passed", subject=f"exit_batch:{batch.id}", detail={})
