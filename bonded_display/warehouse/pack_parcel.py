"""Decide when a picked task is a parcel: all pieces scanned, weighed, its waybill on it.

Which exit batch it joins is ``exit_batch``'s.
"""

from sqlalchemy import Connection, func, select

from bonded_display.stock.tables import account_book_item
from bonded_display.warehouse.errors import WeightImplausible
from bonded_display.warehouse.rows import move_task, task_row
from bonded_display.warehouse.tables import pick_line
from kernel import audit, clock, db, outbox


def pack_parcel(task_id: int, *, gross_e5: int) -> str:
    """Close the parcel with the scale's weight (kg, 1/100,000); return its waybill number.

    Records ``warehouse.parcel_packed``.  Raises ``NotNow`` while pieces are missing,
    ``WeightImplausible`` when the scale shows less than the goods alone weigh.  A parcel
    packed already answers as before when the weight is the same.
    """
    at = clock.now()
    with db.write() as conn:
        task = task_row(conn, task_id)
        if task.state == "packed" and task.gross_e5 == gross_e5:
            return str(task.waybill_no)
        net_e5 = _net(conn, task_id)
        if gross_e5 < net_e5:
            raise WeightImplausible(gross_e5=gross_e5, net_e5=net_e5)
        seq = move_task(conn, task, "packed", gross_e5=gross_e5, packed_at=at)
        outbox.record(
            conn,
            "warehouse.parcel_packed",
            subject=f"customs_order:{task.order_id}",
            subject_seq=seq,
            payload={
                "order_id": task.order_id,
                "task_id": task_id,
                "warehouse_id": task.warehouse_id,
                "waybill_no": task.waybill_no,
                "gross_e5": gross_e5,
            },
            at=at,
        )
        audit.record(
            conn, "pack_parcel", subject=f"pick_task:{task_id}", detail={"gross_e5": gross_e5}
        )
        return str(task.waybill_no)


def _net(conn: Connection, task_id: int) -> int:
    book = account_book_item.c
    total = (
        select(func.sum(pick_line.c.qty * book.net_e5_per_piece))
        .join(account_book_item, book.id == pick_line.c.account_book_item_id)
        .where(pick_line.c.task_id == task_id)
    )
    return int(conn.execute(total).scalar_one())
