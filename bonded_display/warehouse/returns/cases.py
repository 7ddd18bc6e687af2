"""Open the case of goods that come back, read it, and let it go on.

When an order may come back is the shop's; its parcel is ``arrive``'s, its goods ``check``'s, the
end ``ends``'.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from bonded_display.stock.returned.pending import ReturnedLine
from bonded_display.warehouse.errors import (
    NotNow,
    ReturnTooLate,
    ReturnUnderWay,
    ReturnUnfit,
    ReturnUnknown,
)
from bonded_display.warehouse.returns.tables import FIT, return_case, return_line
from bonded_display.warehouse.returns.term import apply_until
from bonded_display.warehouse.states import (
    KEPT_RETURNS,
    OPEN_RETURNS,
    RETURN_MOVES,
    require_move,
)
from bonded_display.warehouse.tables import pick_line, pick_task
from kernel import clock, ids, locks
from kernel.clock import Instant

CaseRow = Row[Any]


@dataclass(frozen=True, kw_only=True)
class ReturnAsk:
    """Whose parcel comes back, why, and when customs released its list."""

    order_id: int
    list_id: int
    warehouse_id: int
    order_no: str
    waybill_no: str
    reason: str
    released_at: Instant


def open_return(conn: Connection, ask: ReturnAsk, pieces: Mapping[int, int]) -> int:
    """Open the case of ``pieces`` by ``gnum``, in the caller's transaction; return its id.

    Each piece is taken to be of the lot it was picked from, less what came back before.  An open
    case of the same pieces stands, and its id is returned.  The caller has the warehouse's lock.
    Raises ``ReturnUnderWay`` while one of other pieces is open, ``ReturnUnfit`` for a piece that
    did not leave, ``ReturnTooLate``.
    """
    at = clock.now()
    table = return_case.c
    known = conn.execute(
        select(table.id).where(table.order_id == ask.order_id, table.state.in_(OPEN_RETURNS))
    ).scalar_one_or_none()
    if known is not None:
        if pieces_of(conn, known) != dict(pieces):
            raise ReturnUnderWay(order_no=ask.order_no)
        return int(known)
    require_in_time(at, apply_until(ask.released_at), case_id=ask.order_id)
    case_id = ids.new()
    if not pieces:
        raise ReturnUnfit(order_id=ask.order_id, gnum=0)
    lines = _lots_of(conn, ask.order_id, pieces)
    conn.execute(
        return_case.insert(),
        {**asdict(ask), "id": case_id, "state": "asked", "seq": 0, "asked_at": at},
    )
    conn.execute(return_line.insert(), [{"case_id": case_id, **line} for line in lines])
    return case_id


def document_of(case_id: int) -> str:
    """Return the document on which stock and book figures of a case stand."""
    return f"goods_return:{case_id}"


def peek_case(conn: Connection, case_id: int) -> CaseRow:
    """Return the case as it stands; ``ReturnUnknown``."""
    row = conn.execute(select(return_case).where(return_case.c.id == case_id)).one_or_none()
    if row is None:
        raise ReturnUnknown(subject=str(case_id))
    return row


def pieces_of(conn: Connection, case_id: int) -> dict[int, int]:
    """Return the pieces of a case by ``gnum``, lots added up, without those that are unfit."""
    line = return_line.c
    rows = conn.execute(
        select(line.gnum, func.sum(FIT))
        .where(line.case_id == case_id, FIT > 0)
        .group_by(line.gnum)
        .order_by(line.gnum)
    )
    return {gnum: int(qty) for gnum, qty in rows}


def pieces_back(conn: Connection, order_id: int) -> dict[int, int]:
    """Return the pieces of an order by ``gnum`` that are on stock again."""
    line, case = return_line.c, return_case.c
    rows = conn.execute(
        select(line.gnum, func.sum(FIT))
        .join(return_case, case.id == line.case_id)
        .where(case.order_id == order_id, case.state == "restored", FIT > 0)
        .group_by(line.gnum)
    )
    return {gnum: int(qty) for gnum, qty in rows}


def lock_case(conn: Connection, case_id: int) -> CaseRow:
    """Return the case with its warehouse locked; ``ReturnUnknown``."""
    row = peek_case(conn, case_id)
    locks.take(conn, locks.Rank.WAREHOUSE, row.warehouse_id)
    return peek_case(conn, case_id)


def move_case(conn: Connection, row: CaseRow, to: str, **values: object) -> int:
    """Let the case become ``to`` and return its new ``seq``; ``NotNow`` when it may not."""
    subject = f"return_case:{row.id}"
    require_move(RETURN_MOVES, subject=subject, state=row.state, to=to)
    moved = conn.execute(
        update(return_case)
        .where(return_case.c.id == row.id, return_case.c.seq == row.seq)
        .values(state=to, seq=row.seq + 1, **values)
    )
    if moved.rowcount != 1:
        raise NotNow(subject=subject, state=row.state, to=to)
    return int(row.seq) + 1


def lines_of(
    conn: Connection, case_id: int, *, warehouse_id: int, location: str
) -> list[ReturnedLine]:
    """Return the pieces of a case by line and lot, without those that are unfit."""
    line = return_line.c
    rows = conn.execute(
        select(return_line, FIT.label("fit_qty"))
        .where(line.case_id == case_id, FIT > 0)
        .order_by(line.gnum, line.lot_id)
    )
    return [
        ReturnedLine(
            gnum=row.gnum,
            warehouse_id=warehouse_id,
            account_book_item_id=row.account_book_item_id,
            lot_id=row.lot_id,
            qty=row.fit_qty,
            location=location,
        )
        for row in rows
    ]


def require_in_time(at: Instant, until: Instant, *, case_id: int) -> None:
    """Pass until ``until``; then raise ``ReturnTooLate``."""
    if at > until:
        raise ReturnTooLate(case_id=case_id, until_on=clock.china_date(until))


def _lots_of(conn: Connection, order_id: int, pieces: Mapping[int, int]) -> list[dict[str, int]]:
    """Return ``pieces`` by the lots they left from; ``ReturnUnfit`` when so many did not leave."""
    picked = _picked(conn, order_id)
    left = Counter({(row.gnum, row.lot_id): row.picked_qty for row in picked})
    left.subtract(_came_back(conn, order_id))
    items = {row.gnum: row.account_book_item_id for row in picked}
    found: list[dict[str, int]] = []
    for gnum, qty in sorted(pieces.items()):
        open_qty = qty
        for (of, lot_id), there in sorted(left.items()):
            take = min(there, open_qty) if of == gnum else 0
            if take > 0:
                item = items[gnum]
                found.append(
                    {"gnum": gnum, "lot_id": lot_id, "account_book_item_id": item, "qty": take}
                )
                open_qty -= take
        if qty <= 0 or open_qty:
            raise ReturnUnfit(order_id=order_id, gnum=gnum)
    return found


def _picked(conn: Connection, order_id: int) -> Sequence[Row[Any]]:
    return conn.execute(
        select(pick_line)
        .join(pick_task, pick_task.c.id == pick_line.c.task_id)
        .where(pick_task.c.order_id == order_id, pick_task.c.state == "loaded")
    ).all()


def _came_back(conn: Connection, order_id: int) -> Counter[tuple[int, int]]:
    line, case = return_line.c, return_case.c
    rows: Sequence[Any] = conn.execute(
        select(line.gnum, line.lot_id, FIT)
        .join(return_case, case.id == line.case_id)
        .where(case.order_id == order_id, case.state.not_in(KEPT_RETURNS))
    ).all()
    back: Counter[tuple[int, int]] = Counter()
    for gnum, lot_id, qty in rows:
        back[gnum, lot_id] += qty
    return back
