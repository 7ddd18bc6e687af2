"""Withdraws a paid order before its parcel has passed the gate: its list is taken back first.

The order ends, and its money goes back, when customs has let the list go (``list.cancelled``);
while customs has not, it stands.
"""

from sqlalchemy import Connection

from bonded_display.customs.changes.withdraw_list import Withdrawal, withdraw_list
from bonded_display.warehouse.open_pick_task import void_pick_of_order
from kernel import audit, db, locks
from shop.endings.why import WITHDRAWN
from shop.order.states import IllegalMove
from shop.queries import read_order

OPEN = frozenset({"paid", "declared", "released"})


def withdraw_order(order_id: int, *, reason: str) -> Withdrawal:
    """Withdraw the order's list; ``reason`` is what customs is told.  Asked again, it stands.

    What was picked is put back in the same act, so that nothing reaches the gate meanwhile.  Raises
    ``IllegalMove`` unless the order is paid and still in the zone, ``NotNow`` while its parcel
    lies in an exit batch, else as ``withdraw_list``.
    """
    with db.read() as connection:
        order = read_order(connection, order_id)
    if order.state not in OPEN or order.declaration_list_id is None:
        raise IllegalMove(before=order.state, after=WITHDRAWN)

    def stop_picking(connection: Connection) -> None:
        locks.take(connection, locks.Rank.WAREHOUSE, order.warehouse_id)
        locks.take(connection, locks.Rank.ORDER, order_id)
        state = read_order(connection, order_id).state
        if state not in OPEN:
            raise IllegalMove(before=state, after=WITHDRAWN)
        void_pick_of_order(connection, order_id, reason=WITHDRAWN)
        audit.record(
            connection,
            "withdraw_order",
            subject=f"customs_order:{order_id}",
            detail={"state": state},
        )

    return withdraw_list(
        order.declaration_list_id, reason=reason, before_gate=True, first=stop_picking
    )
