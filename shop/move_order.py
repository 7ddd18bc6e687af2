"""Decides that a customs order's state follows its facts, once each and never backwards.

Which fact moves it where is ``flow``'s; the legal moves are ``order.states``'.
"""

from sqlalchemy import Connection, select, update

from kernel import clock, db, locks, outbox
from kernel.batch import RowsMissed
from kernel.outbox import fact_table
from shop.order.states import RANK, move
from shop.queries import Order, read_order
from shop.tables import customs_order, order_step


def move_order(order_id: int, state: str, *, at: int | None = None) -> bool:
    """Move an order to ``state`` and note when; False when it is there or further already.

    One that came back has been everywhere: what is told of its way late changes nothing.
    ``at`` is the instant of the event, now unless given.  Raises ``IllegalMove``.
    """
    with db.write() as connection:
        locks.take(connection, locks.Rank.ORDER, order_id)
        order = read_order(connection, order_id)
        if order.state == "returned" or RANK.get(order.state, -1) >= RANK.get(state, 0):
            return False
        set_state(connection, order, state, at=at or clock.now())
    return True


def set_state(connection: Connection, order: Order, state: str, *, at: int) -> int:
    """Write the move in the caller's transaction and return the order's new ``seq``.

    Raises ``RowsMissed`` when the order moved since it was read; nothing may stand then.
    """
    seq = order.seq + 1
    moved = connection.execute(
        update(customs_order)
        .where(customs_order.c.id == order.id, customs_order.c.seq == order.seq)
        .values(state=move(order.state, state), seq=seq)
    )
    if moved.rowcount != 1:
        raise RowsMissed(f"customs_order {order.id} has moved on from seq {order.seq}")
    connection.execute(order_step.insert().values(order_id=order.id, state=state, at=at))
    return seq


def accept_payer(order_id: int) -> None:
    """Record ``payer.accepted`` once: the order may be declared."""
    with db.write() as connection:
        locks.take(connection, locks.Rank.ORDER, order_id)
        told = select(fact_table.c.id).where(
            fact_table.c.subject == f"customs_order:{order_id}",
            fact_table.c.name == "payer.accepted",
        )
        if connection.execute(told).first() is not None:
            return
        order = read_order(connection, order_id)
        outbox.record(
            connection,
            "payer.accepted",
            subject=f"customs_order:{order_id}",
            subject_seq=order.seq,
            payload={"order_id": str(order_id)},
            at=clock.now(),
        )
