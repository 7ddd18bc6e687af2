"""Decide what a picker is sent for: lots of the very account-book items the order allocated.

When to pick (paid, accepted, released) is the flow's setting.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from bonded_display.stock.lots import put_back_lots, set_aside_lots
from bonded_display.warehouse.errors import NotNow, PickTaskUnknown
from bonded_display.warehouse.rows import move_task, task_row
from bonded_display.warehouse.tables import exit_parcel, pick_line, pick_task
from kernel import audit, clock, db, ids, locks
from kernel.batch import Batch


@dataclass(frozen=True, kw_only=True)
class PickLineAsk:
    """One line of the declaration list: pieces of one account-book item."""

    gnum: int
    account_book_item_id: int
    qty: int


@dataclass(frozen=True, kw_only=True)
class PickAsk:
    """One parcel to pick: what its order, its list and its waybill say."""

    order_id: int
    order_no: str
    list_id: int
    invt_no: str
    warehouse_id: int
    waybill_no: str
    lines: Sequence[PickLineAsk]


def open_pick_task(ask: PickAsk) -> int:
    """Open the pick task of one order and return its id; told twice, it is opened once.

    Pieces are set aside by earliest expiry.  Raises ``LotsShort`` when good lots of an
    account-book item do not cover a line; nothing is set aside then.
    Source: rules section 3.
    """
    at = clock.now()
    with db.write() as conn:
        locks.take(conn, locks.Rank.WAREHOUSE, ask.warehouse_id)
        standing = conn.execute(
            select(pick_task).where(pick_task.c.order_id == ask.order_id)
        ).one_or_none()
        if standing is not None and standing.state != "void":
            return int(standing.id)
        task_id = ids.new() if standing is None else int(standing.id)
        if standing is not None:
            conn.execute(delete(pick_line).where(pick_line.c.task_id == task_id))
            move_task(conn, standing, "open", opened_at=at)
        else:
            _begin(conn, ask, task_id, at)
        for line in sorted(ask.lines, key=lambda one: (one.account_book_item_id, one.gnum)):
            set_aside(conn, task_id, ask.warehouse_id, line)
    return task_id


def _begin(conn: Connection, ask: PickAsk, task_id: int, at: clock.Instant) -> None:
    conn.execute(
        pick_task.insert(),
        {
            "id": task_id,
            "order_id": ask.order_id,
            "list_id": ask.list_id,
            "warehouse_id": ask.warehouse_id,
            "order_no": ask.order_no,
            "waybill_no": ask.waybill_no,
            "invt_no": ask.invt_no,
            "state": "open",
            "opened_at": at,
            "seq": 1,
        },
    )


def set_aside(conn: Connection, task_id: int, warehouse_id: int, line: PickLineAsk) -> None:
    """Put pieces on a pick list: more of a lot that stands on it, or another lot; ``LotsShort``.

    The caller has the warehouse's lock.
    """
    picks = set_aside_lots(
        conn,
        warehouse_id,
        line.account_book_item_id,
        qty=line.qty,
        on=clock.china_date(clock.now()),
    )
    rows = [
        {
            "id": ids.new(),
            "task_id": task_id,
            "gnum": line.gnum,
            "account_book_item_id": line.account_book_item_id,
            "lot_id": pick.lot_id,
            "lot_no": pick.lot_no,
            "location": pick.location,
            "qty": pick.qty,
            "picked_qty": 0,
        }
        for pick in picks
    ]
    more = {"qty": "pick_line.qty + excluded.qty"}
    with Batch(conn) as batch:
        batch.upsert(pick_line, rows, key=("task_id", "gnum", "lot_id"), set_=more)


def void_pick_task(task_id: int, *, reason: str) -> None:
    """Give a task up and free its pieces; ``NotNow`` once its parcel lies in an exit batch."""
    with db.read() as conn:
        warehouse_id = conn.execute(
            select(pick_task.c.warehouse_id).where(pick_task.c.id == task_id)
        ).scalar_one_or_none()
    if warehouse_id is None:
        raise PickTaskUnknown(task_id=task_id)
    with db.write() as conn:
        locks.take(conn, locks.Rank.WAREHOUSE, warehouse_id)
        _void(conn, task_id, reason=reason)


def void_pick_of_order(conn: Connection, order_id: int, *, reason: str) -> None:
    """Give up what is picked for an order, in the caller's transaction; none is no fault.

    The caller has the warehouse's lock.  ``NotNow`` once the parcel lies in an exit batch: a
    person takes it out first.
    """
    task_id = conn.execute(
        select(pick_task.c.id).where(pick_task.c.order_id == order_id)
    ).scalar_one_or_none()
    if task_id is not None:
        _void(conn, task_id, reason=reason)


def _void(conn: Connection, task_id: int, *, reason: str) -> None:
    task = task_row(conn, task_id)
    if task.state == "void":
        return
    if conn.execute(select(exit_parcel).where(exit_parcel.c.order_id == task.order_id)).first():
        raise NotNow(subject=f"pick_task:{task_id}", state="exit_batch", to="void")
    move_task(conn, task, "void")
    lines = conn.execute(
        select(pick_line.c.lot_id, pick_line.c.qty).where(pick_line.c.task_id == task_id)
    )
    put_back_lots(conn, [(row.lot_id, row.qty) for row in lines])
    audit.record(conn, "void_pick_task", subject=f"pick_task:{task_id}", detail={"reason": reason})
