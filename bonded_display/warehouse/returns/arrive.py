"""Scan the parcel of goods that come back into the zone, or end the case when it never comes."""

from sqlalchemy import select

from bonded_display.warehouse.errors import ReturnElsewhere, ReturnUnknown
from bonded_display.warehouse.returns.cases import lock_case, move_case, require_in_time
from bonded_display.warehouse.returns.tables import return_case
from bonded_display.warehouse.returns.term import bring_until
from bonded_display.warehouse.states import OPEN_RETURNS
from kernel import audit, clock, db


def receive_return(number: str, *, warehouse_id: int) -> int:
    """Note that a parcel came back to ``warehouse_id``; ``number`` is its waybill's or order's.

    Return its case's id; scanned again, nothing changes.  Raises ``ReturnUnknown``,
    ``ReturnElsewhere`` when it left another warehouse, and ``ReturnTooLate`` after the 45th day
    from the release.  Source: customs.md section 6: back to the place they left.
    """
    at = clock.now()
    with db.write() as conn:
        table = return_case.c
        row = conn.execute(
            select(return_case)
            .where((table.waybill_no == number) | (table.order_no == number))
            .where(table.state.in_(OPEN_RETURNS))
        ).one_or_none()
        if row is None:
            raise ReturnUnknown(subject=number)
        if row.warehouse_id != warehouse_id:
            raise ReturnElsewhere(subject=number)
        row = lock_case(conn, row.id)
        if row.state != "asked":
            return int(row.id)
        require_in_time(at, bring_until(row.released_at), case_id=row.id)
        move_case(conn, row, "arrived", arrived_at=at)
        audit.record(conn, "receive_return", subject=f"return_case:{row.id}", detail={})
        return int(row.id)


def give_up_return(case_id: int) -> None:
    """End a case whose parcel never came; told again, nothing changes.

    Raises ``ReturnUnknown``, ``NotNow`` once it has arrived.
    """
    with db.write() as conn:
        row = lock_case(conn, case_id)
        if row.state == "given_up":
            return
        move_case(conn, row, "given_up", ended_at=clock.now())
        audit.record(conn, "give_up_return", subject=f"return_case:{case_id}", detail={})
