"""Declare that goods of a released list come back (CEB625): whole or in part, by its lines.

What stock, book, limit and money do when customs grants it is left to ``goods_return.granted``.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select

from bonded_display.customs import facts, lists, sendings
from bonded_display.customs.changes import requests
from bonded_display.customs.changes.requests import GOODS_RETURN
from bonded_display.customs.changes.tables import goods_return_line
from bonded_display.customs.errors import NotReturnable
from bonded_display.customs.messages.fill_623 import Against, goods_return_message
from bonded_display.customs.messages.table import Document
from bonded_display.customs.sendings import Submitted
from bonded_display.customs.states import (
    CANCELLED,
    REFUSED,
    RELEASED,
    UNSENT_OR_REFUSED,
)
from kernel import clock, db, locks
from kernel.clock import Instant

OPEN_TO_RETURN = (RELEASED, "CLOSED")


def return_goods(
    list_id: int,
    returned: Mapping[int, int],
    *,
    reason: str,
    return_id: int | None = None,
    first: Callable[[Connection], None] | None = None,
) -> Submitted:
    """Send 625 for ``returned`` pieces by ``gnum`` of a released list.

    ``return_id`` names the return, and becomes its ``copNo``: told again, the first sending
    stands unless customs refused it.  ``first`` is called in the same commit before anything is
    looked at, for the caller's own locks and refusals.  Raises ``NotReturnable`` before release or when more would
    come back than was declared, other returns of the list counted; ``MessageFaulty``,
    ``SigningKeyUnfit``.
    """
    at = clock.now()
    with db.write() as conn:
        if first is not None:
            first(conn)
        locks.take(conn, locks.Rank.ORDER, lists.order_of(conn, list_id))
        row = lists.row_of(conn, list_id)
        table = GOODS_RETURN.table
        known = conn.execute(select(table).where(table.c.id == return_id)).one_or_none()
        if known is not None and known.state not in UNSENT_OR_REFUSED:
            return sendings.stored(conn, known.guid)
        _check(conn, row, returned)
        if known is not None:
            submitted = requests.store(conn, GOODS_RETURN, known, partial(_fill, returned), at)
        else:
            begun = _begun(row, reason, at, before_gate=0)
            submitted = _keep(conn, row, returned, begun | {"id": return_id or begun["id"]})
    sendings.send(submitted.message_id)
    return submitted


def keep_return(conn: Connection, row: Any, *, reason: str, at: Instant) -> Submitted:
    """Keep and sign the return of a whole parcel that never left the zone.

    Asked again, the first one stands unless customs refused it.
    """
    table = GOODS_RETURN.table
    known = conn.execute(
        select(table).where(table.c.list_id == row.id, table.c.before_gate == 1)
    ).one_or_none()
    whole = {line.gnum: line.qty for line in lists.lines_of(conn, row.id)}
    if known is None:
        begun = _begun(row, reason, at, before_gate=1)
        facts.withdrawal_asked(conn, table.name, begun, at=at)
        return _keep(conn, row, whole, begun)
    if known.state not in UNSENT_OR_REFUSED:
        return sendings.stored(conn, known.guid)
    return requests.store(conn, GOODS_RETURN, known, partial(_fill, whole), at)


def _begun(row: Any, reason: str, at: Instant, *, before_gate: int) -> dict[str, Any]:
    return {**requests.begun(row, reason, at), "before_gate": before_gate}


def _check(conn: Connection, row: Any, returned: Mapping[int, int]) -> None:
    if row.state not in OPEN_TO_RETURN:
        raise NotReturnable(list_id=row.id, reason=row.state)
    table, line = GOODS_RETURN.table, goods_return_line
    counted = conn.execute(
        select(line.c.gnum, func.sum(line.c.qty))
        .join(table, table.c.id == line.c.return_id)
        .where(table.c.list_id == row.id, table.c.state.not_in((*REFUSED, CANCELLED)))
        .group_by(line.c.gnum)
    )
    back = {gnum: int(qty) for gnum, qty in counted}
    declared = {one.gnum: one.qty for one in lists.lines_of(conn, row.id)}
    for gnum, qty in returned.items():
        if not 0 < qty <= declared.get(gnum, 0) - back.get(gnum, 0):
            raise NotReturnable(list_id=row.id, reason=f"gnum {gnum}: {qty}")


def _keep(
    conn: Connection, row: Any, returned: Mapping[int, int], begun: dict[str, Any]
) -> Submitted:
    conn.execute(GOODS_RETURN.table.insert().values(begun))
    lines = [
        {"return_id": begun["id"], "gnum": gnum, "qty": qty}
        for gnum, qty in sorted(returned.items())
    ]
    conn.execute(goods_return_line.insert(), lines)
    paper = requests.row_of(conn, GOODS_RETURN, begun["id"])
    fill = partial(_fill, returned)
    return requests.store(conn, GOODS_RETURN, paper, fill, begun["asked_at"])


def _fill(returned: Mapping[int, int], listed: Document, against: Against) -> Document:
    return goods_return_message(listed, against, returned=returned)
