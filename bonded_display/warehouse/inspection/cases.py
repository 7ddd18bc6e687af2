"""Open and close the case of a parcel that customs wants to see, and bring it to the bay by scan.

What was found there is ``record_result``'s; whose list it is, the facts tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from bonded_display.warehouse.errors import CaseUnknown, NotNow, ParcelUnknown
from bonded_display.warehouse.inspection.outcomes import OUTCOMES, WISH_OF_STATUS, Result
from bonded_display.warehouse.inspection.tables import inspection_case
from bonded_display.warehouse.tables import pick_task
from kernel import audit, clock, db, ids, locks, outbox
from kernel.clock import Instant

CaseRow = Row[Any]


@dataclass(frozen=True, kw_only=True)
class CaseAsk:
    """Which parcel customs wants, and the status (500 to 700) by which it said so."""

    order_id: int
    list_id: int
    warehouse_id: int
    status: int


def open_case(ask: CaseAsk) -> int:
    """Open the case of a list and return its id; a later status changes what customs wants.

    While it is open the parcel may join no exit batch.  Told again, nothing changes.  A case
    that was closed is opened again by a new wish, unless the parcel is gone.
    """
    wish, at = WISH_OF_STATUS[ask.status], clock.now()
    with db.write() as conn:
        locks.take(conn, locks.Rank.WAREHOUSE, ask.warehouse_id)
        row = of_list(conn, ask.list_id)
        if row is None:
            case_id = ids.new()
            conn.execute(
                inspection_case.insert(),
                {
                    "id": case_id,
                    "order_id": ask.order_id,
                    "list_id": ask.list_id,
                    "warehouse_id": ask.warehouse_id,
                    "wish": wish,
                    "status": ask.status,
                    "state": "open",
                    "seq": 0,
                    "opened_at": at,
                },
            )
            return case_id
        gone = row.result is not None and OUTCOMES[Result(row.result)].ends
        if row.status != ask.status and not gone:
            state = "open" if row.state in ("found", "closed") else row.state
            change(conn, row, wish=wish, status=ask.status, state=state, closed_at=None)
        return int(row.id)


def bring_to_bay(waybill_no: str) -> int:
    """Note that the parcel was scanned into the inspection bay; return its case's id.

    Raises ``ParcelUnknown``, ``CaseUnknown`` when customs does not want this parcel, ``NotNow``
    while it is not packed.
    """
    at = clock.now()
    with db.write() as conn:
        task = conn.execute(
            select(pick_task).where(pick_task.c.waybill_no == waybill_no)
        ).one_or_none()
        if task is None:
            raise ParcelUnknown(waybill_no=waybill_no)
        locks.take(conn, locks.Rank.WAREHOUSE, task.warehouse_id)
        row = of_list(conn, task.list_id)
        if row is None or row.state == "closed":
            raise CaseUnknown(subject=waybill_no)
        if row.state == "in_bay":
            return int(row.id)
        if task.state != "packed" or row.state != "open":
            raise NotNow(subject=f"pick_task:{task.id}", state=task.state, to="in_bay")
        change(conn, row, state="in_bay", brought_at=at)
        audit.record(conn, "bring_to_bay", subject=f"inspection_case:{row.id}", detail={})
        return int(row.id)


def close_case(list_id: int) -> bool:
    """Close the list's case because customs released it; False when none is open.

    The parcel may go on, as it was, or once it is packed again.
    """
    with db.read() as conn:
        known = of_list(conn, list_id)
    if known is None or known.state == "closed":
        return False
    with db.write() as conn:
        locks.take(conn, locks.Rank.WAREHOUSE, known.warehouse_id)
        row = of_list(conn, list_id)
        if row is None or row.state == "closed":
            return False
        change(conn, row, state="closed", closed_at=clock.now())
    return True


def of_list(conn: Connection, list_id: int) -> CaseRow | None:
    """Return the list's case; whoever changes it has the warehouse's lock."""
    query = select(inspection_case).where(inspection_case.c.list_id == list_id)
    return conn.execute(query).one_or_none()


def is_wanted(conn: Connection, order_id: int) -> bool:
    """Say whether customs wants the order's parcel: it may not leave."""
    query = select(inspection_case.c.id).where(
        inspection_case.c.order_id == order_id, inspection_case.c.state != "closed"
    )
    return conn.execute(query).first() is not None


def waiting(conn: Connection, warehouse_id: int) -> list[CaseRow]:
    """Return the open cases of a warehouse, the oldest first, with waybill and task state."""
    table = inspection_case
    return list(
        conn.execute(
            select(table, pick_task.c.waybill_no, pick_task.c.state.label("task_state"))
            .outerjoin(pick_task, pick_task.c.order_id == table.c.order_id)
            .where(table.c.warehouse_id == warehouse_id, table.c.state != "closed")
            .order_by(table.c.opened_at)
        )
    )


def change(conn: Connection, row: CaseRow, **values: object) -> None:
    """Write ``values`` onto the one case."""
    conn.execute(inspection_case.update().where(inspection_case.c.id == row.id).values(**values))


@dataclass(frozen=True, kw_only=True)
class Found:
    """The bay's result, whether it ends the order, and the pieces taken by account-book item."""

    result: str
    ends: bool
    taken: Mapping[int, int]


def tell_found(conn: Connection, row: CaseRow, found: Found, *, at: Instant) -> None:
    """Record the fact ``inspection.found`` under the case's next number."""
    outbox.record(
        conn,
        "inspection.found",
        subject=f"inspection_case:{row.id}",
        subject_seq=row.seq + 1,
        payload={
            "case_id": str(row.id),
            "order_id": str(row.order_id),
            "list_id": str(row.list_id),
            "result": found.result,
            "ends": found.ends,
            "taken": {str(item): qty for item, qty in found.taken.items()},
        },
        at=at,
    )
