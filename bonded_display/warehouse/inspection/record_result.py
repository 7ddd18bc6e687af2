"""Record what the bay found: stock and book follow it, the parcel goes on, anew, or never.

What the order and its money do is left to the fact ``inspection.found``.
"""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, select, update

from bonded_display.stock.gate import GateLine
from bonded_display.stock.taken import take_for_customs
from bonded_display.warehouse.errors import CaseUnknown, NotNow, SampleUnfit
from bonded_display.warehouse.inspection.cases import CaseRow, Found, change, tell_found
from bonded_display.warehouse.inspection.outcomes import OUTCOMES, Goods, Parcel, Result
from bonded_display.warehouse.inspection.tables import inspection_case, inspection_loss
from bonded_display.warehouse.open_pick_task import PickLineAsk, set_aside
from bonded_display.warehouse.rows import TaskRow, move_task
from bonded_display.warehouse.tables import pick_line, pick_task
from kernel import audit, clock, db, locks
from kernel.clock import Instant


def record_result(
    case_id: int,
    result: Result,
    *,
    document_no: str,
    sampled: Mapping[int, int] | None = None,
) -> None:
    """Record the result of a parcel in the bay under customs' paper ``document_no``, once.

    ``sampled`` says how many pieces of each ``gnum`` customs kept, for that result alone; as
    many of the same account-book item are set aside in their place.  Told again with the same
    result, nothing changes.

    Raises ``CaseUnknown``, ``NotNow`` unless the parcel is in the bay, ``SampleUnfit``,
    ``LotsShort`` when no pieces can take the samples' place; nothing was changed then.
    Source: rules section 3.
    """
    at = clock.now()
    with db.write() as conn:
        row = _locked(conn, case_id)
        if row.state in ("found", "closed") and row.result == result:
            return
        if row.state != "in_bay":
            raise NotNow(subject=f"inspection_case:{case_id}", state=row.state, to="found")
        outcome = OUTCOMES[result]
        task = conn.execute(select(pick_task).where(pick_task.c.order_id == row.order_id)).one()
        lines = _lines(conn, task)
        taken = lines if outcome.goods is Goods.ALL else []
        if outcome.goods is Goods.SAMPLED:
            taken = _samples(case_id, lines, sampled or {})
        elif sampled:
            raise SampleUnfit(case_id=case_id, gnum=min(sampled))
        _post(conn, row, taken, whole=outcome.goods is Goods.ALL, at=at)
        _carry_on(conn, task, outcome.parcel, taken)
        closed = outcome.parcel is Parcel.GONE
        change(
            conn,
            row,
            state="closed" if closed else "found",
            result=result,
            document_no=document_no,
            found_at=at,
            closed_at=at if closed else None,
            seq=row.seq + 1,
        )
        found = Found(result=result, ends=outcome.ends, taken=_by_item(taken))
        tell_found(conn, row, found, at=at)
        detail = {"result": str(result), "document_no": document_no}
        audit.record(conn, "record_result", subject=f"inspection_case:{case_id}", detail=detail)


def _locked(conn: Connection, case_id: int) -> CaseRow:
    query = select(inspection_case).where(inspection_case.c.id == case_id)
    row = conn.execute(query).one_or_none()
    if row is None:
        raise CaseUnknown(subject=str(case_id))
    locks.take(conn, locks.Rank.WAREHOUSE, row.warehouse_id)
    return conn.execute(query).one()


def _lines(conn: Connection, task: TaskRow) -> list[GateLine]:
    rows = conn.execute(
        select(pick_line).where(pick_line.c.task_id == task.id).order_by(pick_line.c.id)
    )
    return [
        GateLine(
            order_id=task.order_id,
            gnum=line.gnum,
            warehouse_id=task.warehouse_id,
            account_book_item_id=line.account_book_item_id,
            lot_id=line.lot_id,
            qty=line.qty,
        )
        for line in rows
        if line.qty
    ]


def _samples(case_id: int, lines: list[GateLine], sampled: Mapping[int, int]) -> list[GateLine]:
    """Return the pieces customs kept, lot by lot of each line."""
    if not sampled:
        raise SampleUnfit(case_id=case_id, gnum=0)
    taken: list[GateLine] = []
    for gnum, qty in sorted(sampled.items()):
        left = qty
        for line in lines:
            if line.gnum == gnum and left > 0:
                pieces = min(left, line.qty)
                taken.append(GateLine(**{**vars(line), "qty": pieces}))
                left -= pieces
        if qty <= 0 or left:
            raise SampleUnfit(case_id=case_id, gnum=gnum)
    return taken


def _post(
    conn: Connection, row: CaseRow, taken: list[GateLine], *, whole: bool, at: Instant
) -> None:
    if not taken:
        return
    document = f"inspection_case:{row.id}:{row.seq + 1}"
    take_for_customs(conn, document, taken, whole=whole, at=at)
    sums: dict[int, int] = {}
    for line in taken:
        sums[line.gnum] = sums.get(line.gnum, 0) + line.qty
    loss = inspection_loss.c
    for gnum, qty in sums.items():
        more = conn.execute(
            update(inspection_loss)
            .where(loss.case_id == row.id, loss.gnum == gnum)
            .values(qty=loss.qty + qty)
        )
        if not more.rowcount:
            conn.execute(inspection_loss.insert(), {"case_id": row.id, "gnum": gnum, "qty": qty})


def _by_item(taken: list[GateLine]) -> dict[int, int]:
    sums: Counter[int] = Counter()
    for line in taken:
        sums[line.account_book_item_id] += line.qty
    return dict(sums)


def _carry_on(conn: Connection, task: TaskRow, parcel: Parcel, taken: list[GateLine]) -> None:
    for line in taken:
        conn.execute(
            update(pick_line)
            .where(pick_line.c.task_id == task.id, pick_line.c.gnum == line.gnum)
            .where(pick_line.c.lot_id == line.lot_id)
            .values(
                qty=pick_line.c.qty - line.qty,
                picked_qty=pick_line.c.picked_qty - line.qty,
            )
        )
    if parcel is Parcel.GONE:
        move_task(conn, task, "void")
    elif parcel is Parcel.TO_PACK:
        move_task(conn, task, "picked")
    elif parcel is Parcel.TO_PICK:
        move_task(conn, task, "picking")
        for line in taken:
            item = line.account_book_item_id
            again = PickLineAsk(gnum=line.gnum, account_book_item_id=item, qty=line.qty)
            set_aside(conn, task.id, task.warehouse_id, again)
