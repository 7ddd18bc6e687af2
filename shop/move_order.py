"""Decides that a customs order's state follows its facts, once each and never backwards.

Which fact moves it where is ``flow``'s; the legal moves are ``order.states``'.
"""

from sqlalchemy import Connection, bindparam, select, update

from kernel import clock, db, locks, outbox
from kernel.batch import RowsMissed
from kernel.outbox import fact_table
from shop.order.states import RANK, move
from shop.queries import Order, Standing, read_standing
from shop.tables import customs_order, order_step

_MOVE = update(customs_order).where(
    customs_order.c.id == bindparam("of_id"), customs_order.c.seq == bindparam("seq_before")
)
_ACCEPTED = select(fact_table.c.id).where(
    fact_table.c.subject == bindparam("subject"), fact_table.c.name == "payer.accepted"
)


def move_order(order_id: int, state: str, *, at: int | None = None) -> bool:
    """Move an order to ``state`` and note when; False when it is there or further already.

    One that came back has been everywhere: what is told of its way late changes nothing.
    ``at`` is the instant of the event, now unless given.  Raises ``IllegalMove``.
    """
    with db.write() as connection:
        locks.take(connection, locks.Rank.ORDER, order_id)
        order = read_standing(connection, order_id)
        if order.state == "returned" or RANK.get(order.state, -1) >= RANK.get(state, 0):
            return False
        set_state(connection, order, state, at=at or clock.now())
    return True


def set_state(connection: Connection, order: Order | Standing, state: str, *, at: int) -> int:
    """Write the move in the caller's transaction and return the order's new ``seq``.

    Raises ``RowsMissed`` when the order moved since it was read; nothing may stand then.
    """
    seq = order.seq + 1
    new = {"state": move(order.state, state), "seq": seq}
    moved = connection.execute(_MOVE, {"of_id": order.id, "seq_before": order.seq, **new})
    if moved.rowcount != 1:
        raise RowsMissed(f"customs_order {order.id} has moved on from seq {order.seq}")
    connection.execute(order_step.insert(), {"order_id": order.id, "state": state, "at": at})
    return seq


def accept_payer(order_id: int) -> None:
    """Record ``payer.accepted`` once: the order may be declared."""
    with db.write() as connection:
        locks.take(connection, locks.Rank.ORDER, order_id)
        of_order = {"subject": f"customs_order:{order_id}"}
        if connection.execute(_ACCEPTED, of_order).first() is not None:
            return
        order = read_standing(connection, order_id)
        outbox.record(
            connection,
            "payer.accepted",
            subject=f"customs_order:{order_id}",
            subject_seq=order.seq,
            payload={"order_id": str(order_id)},
            at=clock.now(),
        )
