"""Look at goods that came back: as they left they are put aside and declared, else the shopper's.

Of one parcel some pieces may be fit and others not.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, select, update

from bonded_display.stock.returned import pending
from bonded_display.warehouse.errors import NotNow, PartUnsigned, PlaceInvalid, UnfitPieces
from bonded_display.warehouse.returns.cases import (
    CaseRow,
    document_of,
    lines_of,
    lock_case,
    move_case,
    pieces_of,
    require_in_time,
)
from bonded_display.warehouse.returns.tables import return_line
from bonded_display.warehouse.returns.term import apply_until
from bonded_display.warehouse.tables import pick_task
from kernel import audit, clock, db, outbox
from kernel.clock import Instant

LONGEST_PLACE = 20


def check_return(
    case_id: int, *, fit: bool, location: str = "", unfit: Mapping[int, int] | None = None
) -> None:
    """Record whether the goods are as they left; told again, nothing changes.

    Fit, they are put aside at ``location``, and ``return.checked`` has them declared, without the
    ``unfit`` pieces by ``gnum``.  Unfit, nothing is declared.  Unfit pieces are the shopper's.
    Raises ``ReturnUnknown``, ``NotNow`` unless the parcel has arrived, ``PlaceInvalid``,
    ``UnfitPieces`` when not some of its pieces are unfit, ``PartUnsigned``, ``ReturnTooLate`` once
    30 days from the release are over.  Source: rules section 9.
    """
    at, place = clock.now(), " ".join(location.split()).upper()
    with db.write() as conn:
        row = lock_case(conn, case_id)
        to = "checked" if fit else "unfit"
        if row.state == to:
            return
        if row.state != "arrived":
            raise NotNow(subject=f"return_case:{case_id}", state=row.state, to=to)
        detail = {"fit": fit, "unfit": {str(gnum): qty for gnum, qty in (unfit or {}).items()}}
        audit.record(conn, "check_return", subject=f"return_case:{case_id}", detail=detail)
        if not fit:
            move_case(conn, row, to, checked_at=at, ended_at=at)
            return
        require_in_time(at, apply_until(row.released_at), case_id=case_id)
        if not place or len(place) > LONGEST_PLACE:
            raise PlaceInvalid(typed=location[:40], most=LONGEST_PLACE)
        if unfit:
            _set_apart(conn, row, unfit)
        seq = move_case(conn, row, to, checked_at=at, location=place)
        lines = lines_of(conn, case_id, warehouse_id=row.warehouse_id, location=place)
        pending.take_back(conn, document_of(case_id), lines, at=at)
        _tell_checked(conn, row, seq=seq, at=at)


def _set_apart(conn: Connection, row: CaseRow, unfit: Mapping[int, int]) -> None:
    """Note which pieces are not as they left, lot by lot of each line; some are, or it is unfit."""
    came = pieces_of(conn, row.id)
    for gnum, qty in unfit.items():
        if not 0 < qty <= came.get(gnum, 0):
            raise UnfitPieces(case_id=row.id, gnum=gnum)
    if sum(unfit.values()) == sum(came.values()):
        raise UnfitPieces(case_id=row.id, gnum=min(unfit))
    signed = select(pick_task.c.signed_for_at).where(pick_task.c.order_id == row.order_id)
    if conn.execute(signed).scalar_one() is None:
        raise PartUnsigned(order_no=row.order_no)
    line = return_line.c
    for gnum, qty in unfit.items():
        left = qty
        rows = conn.execute(
            select(line.lot_id, line.qty)
            .where(line.case_id == row.id, line.gnum == gnum)
            .order_by(line.lot_id)
        ).all()
        for lot_id, there in rows:
            its = (line.case_id == row.id, line.gnum == gnum, line.lot_id == lot_id)
            conn.execute(update(return_line).where(*its).values(unfit_qty=min(left, there)))
            left -= min(left, there)


def _tell_checked(conn: Connection, row: CaseRow, *, seq: int, at: Instant) -> None:
    outbox.record(
        conn,
        "return.checked",
        subject=f"return_case:{row.id}",
        subject_seq=seq,
        payload={
            "case_id": str(row.id),
            "order_id": str(row.order_id),
            "list_id": str(row.list_id),
            "pieces": {str(gnum): qty for gnum, qty in pieces_of(conn, row.id).items()},
        },
        at=at,
    )
