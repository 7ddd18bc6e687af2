"""Opens the return of an order whose parcel has left the zone: all of it or a part, as it was.

The clerk who answers the phone asks; the parcel is waited for, and declared once it was checked.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from bonded_display.customs import lists
from bonded_display.customs.changes.return_goods import OPEN_TO_RETURN
from bonded_display.customs.errors import NotReturnable
from bonded_display.warehouse.returns.cases import ReturnAsk, open_return, pieces_back
from kernel import audit, db, locks
from kernel.clock import Instant
from shop.order.states import IllegalMove
from shop.queries import Order, read_order
from shop.tables import order_step

OUTSIDE = frozenset({"left_zone", "signed_for"})


def ask_return(order_id: int, *, reason: str, pieces: Mapping[int, int] | None = None) -> int:
    """Open the case of an order that comes back and return its id; asked again, it stands.

    ``reason`` is what customs is told, ``pieces`` what comes back by ``gnum``: unless given, all
    that is still outside.  A part comes back of a parcel that was signed for.  Raises
    ``OrderUnknown``, ``IllegalMove`` unless the parcel has left the zone, ``ReturnUnfit``,
    ``NotReturnable`` when its list does not stand released, ``ReturnTooLate`` more than 30 days
    after the release.  Source: rules.md section 9.
    """
    with db.write() as connection:
        order = read_order(connection, order_id)
        locks.take(connection, locks.Rank.WAREHOUSE, order.warehouse_id)
        locks.take(connection, locks.Rank.ORDER, order_id)
        order = read_order(connection, order_id)
        if order.state not in OUTSIDE or order.declaration_list_id is None:
            raise IllegalMove(before=order.state, after="returned")
        listed = lists.row_of(connection, order.declaration_list_id)
        if listed.state not in OPEN_TO_RETURN:
            raise NotReturnable(list_id=listed.id, reason=listed.state)
        ask = ReturnAsk(
            order_id=order.id,
            list_id=listed.id,
            warehouse_id=order.warehouse_id,
            order_no=order.order_no,
            waybill_no=str(order.waybill_no),
            reason=reason,
            released_at=_released_at(connection, order),
        )
        back = pieces_back(connection, order_id)
        outside = {line.gnum: line.qty - back.get(line.gnum, 0) for line in order.lines}
        rest = {gnum: qty for gnum, qty in outside.items() if qty}
        if pieces is not None and dict(pieces) != rest and order.state != "signed_for":
            raise IllegalMove(before=order.state, after="part returned")
        case_id = open_return(connection, ask, rest if pieces is None else pieces)
        detail = {"reason": reason}
        audit.record(connection, "ask_return", subject=f"customs_order:{order.id}", detail=detail)
    return case_id


def _released_at(connection: Connection, order: Order) -> Instant:
    step = order_step.c
    at = select(step.at).where(step.order_id == order.id, step.state == "released")
    return int(connection.execute(at).scalar_one())
