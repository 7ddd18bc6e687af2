"""Ends an order all of whose goods came back, once customs has granted it: nothing of it is left.

The tax is free since customs' answer; its money goes back with ``order.returned``.
"""

from bonded_display.warehouse.returns.cases import lock_case
from bonded_display.warehouse.returns.restored import restore_goods
from kernel import clock, db, locks, outbox
from settlement.ledger.postings import Books
from settlement.post_goods_back import post_goods_back
from settlement.tax.take_limit import give_back_limit
from settlement.tax.take_weight import give_back_weights
from shop.endings.why import RETURNED
from shop.move_order import set_state
from shop.queries import read_order


def end_return(case_id: int) -> bool:
    """Take the goods of the case back on stock and book, and undo the order; False if it was done.

    In one commit: lots, level and account book, the buyer's year, what gate and signature had
    posted, the order's state, ``order.returned``.  Raises ``ReturnUnknown``, ``NotNow`` unless
    the goods were checked.  Source: rules.md sections 8 and 9.
    """
    with db.write() as connection:
        case = lock_case(connection, case_id)
        locks.take(connection, locks.Rank.ORDER, case.order_id)
        order = read_order(connection, case.order_id)
        at = clock.now()
        if case.state == "restored":
            return False
        give_back_limit(connection, order.id, at=at)
        give_back_weights(connection, [order.id], at=at)
        restore_goods(connection, case, at=at)
        seq = set_state(connection, order, "returned", at=at)
        books = Books(order.platform_enterprise_id, at)
        post_goods_back(connection, books, order_id=order.id, return_id=case_id)
        outbox.record(
            connection,
            "order.returned",
            subject=f"customs_order:{order.id}",
            subject_seq=seq,
            payload={"order_id": str(order.id), "case_id": str(case_id), "reason": RETURNED},
            at=at,
        )
    return True
