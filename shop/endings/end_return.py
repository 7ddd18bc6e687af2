"""Ends a goods return that customs granted: goods, tax and year follow, the whole order or a part.

Money goes back with the facts ``order.returned`` and ``order.part_returned``.
"""

from sqlalchemy import Connection

from bonded_display.warehouse.returns.cases import CaseRow, lock_case, pieces_back, pieces_of
from bonded_display.warehouse.returns.ends import restore_goods
from kernel import clock, db, locks, outbox
from kernel.clock import Instant
from settlement.ledger.postings import Books
from settlement.post_goods_back import post_goods_back, post_part_back, post_tax_back
from settlement.refund_part import PartRefund, ask_part_refund
from settlement.tax.portions import Portion
from settlement.tax.return_part import return_part
from settlement.tax.take_limit import give_back_limit
from settlement.tax.take_weight import give_back_weights
from shop.endings.part_of_order import sale_of, tax_ask
from shop.endings.why import RETURNED
from shop.move_order import set_state
from shop.queries import Order, read_order


def end_return(case_id: int) -> bool:
    """Take the goods of the case back on stock and book, and what hangs on them; False if done.

    In one commit.  Once nothing of the order is left outside: the buyer's year, what gate and
    signature had posted, the order's state, ``order.returned``.  Of a part: its share of tax,
    guarantee, year and postings, and ``order.part_returned``; all of it waits for the tax bill.

    Raises ``ReturnUnknown``, ``NotNow`` unless the goods were checked, and for a part
    ``BillNotHeard`` while no bill stands and ``SaleNotPosted``.  Source: rules.md sections 8 and 9.
    """
    with db.write() as connection:
        case = lock_case(connection, case_id)
        locks.take(connection, locks.Rank.ORDER, case.order_id)
        order = read_order(connection, case.order_id)
        if case.state == "restored":
            return False
        portions = _portions(connection, case, order)
        at = clock.now()
        left = sum(one.whole - one.before - one.qty for one in portions)
        if left == 0:
            _end_order(connection, case, order, at)
        else:
            _end_part(connection, case, order, portions, at)
    return True


def _portions(connection: Connection, case: CaseRow, order: Order) -> list[Portion]:
    """Return what of each line comes back now; a line of which nothing does has no pieces."""
    now, before = pieces_of(connection, case.id), pieces_back(connection, order.id)
    return [
        Portion(line.gnum, before.get(line.gnum, 0), now.get(line.gnum, 0), line.qty)
        for line in order.lines
    ]


def _end_order(connection: Connection, case: CaseRow, order: Order, at: Instant) -> None:
    give_back_limit(connection, order.id, at=at)
    give_back_weights(connection, [order.id], at=at)
    restore_goods(connection, case, at=at)
    seq = set_state(connection, order, "returned", at=at)
    books = Books(order.platform_enterprise_id, at)
    post_goods_back(connection, books, order_id=order.id, return_id=case.id)
    outbox.record(
        connection,
        "order.returned",
        subject=f"customs_order:{order.id}",
        subject_seq=seq,
        payload={"order_id": str(order.id), "case_id": str(case.id), "reason": RETURNED},
        at=at,
    )


def _end_part(
    connection: Connection, case: CaseRow, order: Order, portions: list[Portion], at: Instant
) -> None:
    ask = tax_ask(connection, order, case, portions)
    part = return_part(connection, ask, at=at)
    restore_goods(connection, case, at=at)
    books, sale = Books(order.platform_enterprise_id, at), sale_of(connection, order, portions)
    post_part_back(connection, books, sale, return_id=case.id)
    post_tax_back(connection, books, part, order_id=order.id, return_id=case.id)
    money = PartRefund(
        return_id=case.id,
        order_id=order.id,
        sale_fen=sale.sale_fen,
        tax_fen=part.quoted_fen,
    )
    ask_part_refund(connection, money)
    outbox.record(
        connection,
        "order.part_returned",
        subject=f"return_case:{case.id}",
        subject_seq=case.seq + 1,
        payload={
            "order_id": str(order.id),
            "case_id": str(case.id),
            "sale_fen": money.sale_fen,
            "tax_fen": money.tax_fen,
        },
        at=at,
    )
