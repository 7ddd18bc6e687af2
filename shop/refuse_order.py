"""Decides that a paid order which may not go on ends by itself: nothing held, money on its way back.

The refund is the handler of ``order.refused``; withdrawing documents customs already has is the
desk's.  Source: rules.md section 4.
"""

from bonded_display.warehouse.open_pick_task import void_pick_of_order
from kernel import clock, db, locks, outbox
from shop.give_back import free
from shop.move_order import set_state
from shop.queries import read_order


def refuse_order(order_id: int, *, reason: str) -> bool:
    """End a paid order with ``reason``; False when it has ended already.

    Its pick task is void, so that nothing is picked or shipped that is paid back.  Raises
    ``IllegalMove`` when the parcel has left the zone: that is a goods return; ``NotNow`` while
    it lies in an exit batch: a person takes it out first.
    """
    with db.write() as connection:
        order = read_order(connection, order_id)
        locks.take(connection, locks.Rank.WAREHOUSE, order.warehouse_id)
        locks.take(connection, locks.Rank.ORDER, order_id)
        order = read_order(connection, order_id)
        if order.state == "refused":
            return False
        at = clock.now()
        seq = set_state(connection, order, "refused", at=at)
        void_pick_of_order(connection, order_id, reason=reason)
        free(connection, order)
        outbox.record(
            connection,
            "order.refused",
            subject=f"customs_order:{order_id}",
            subject_seq=seq,
            payload={"order_id": str(order_id), "reason": reason},
            at=at,
        )
    return True
