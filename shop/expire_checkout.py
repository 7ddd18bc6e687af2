"""Decides that checkouts nobody paid in time are over and hold nothing any more."""

import time
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, text

from bonded_display.stock.allocate import release_orders_many
from kernel import clock, db, locks
from kernel.batch import Batch
from kernel.clock import Instant
from kernel.logs import log
from settlement.tax.take_limit import give_back_limits
from settlement.tax.take_weight import give_back_weights
from shop.order.states import move
from shop.queries import read_checkouts
from shop.tables import checkout, customs_order, order_step

AT_ONCE = 100
"""So many end in one transaction: new orders of their warehouses wait for it some hundredths."""

TURN_S = 2.0
"""A turn begins no further hundred after so many seconds: facts wait for the worker too."""

_OVERDUE = text(
    "SELECT expires_at, id FROM checkout WHERE state = 'placed' AND expires_at <= :at"
    " AND (expires_at, id) > (:since, :after) ORDER BY expires_at, id LIMIT :most"
)
_ORDERS = (
    select(customs_order.c.id, customs_order.c.state, customs_order.c.seq)
    .add_columns(customs_order.c.checkout_id, customs_order.c.warehouse_id)
    .where(customs_order.c.checkout_id.in_(bindparam("ids", expanding=True)))
    .order_by(customs_order.c.id)
)


def sweep_expired() -> None:
    """End what is overdue, the oldest first; one that cannot be ended holds up no other."""
    ends, at, last = time.monotonic() + TURN_S, clock.now(), (0, 0)
    while time.monotonic() < ends:
        since, after = last
        with db.read() as connection:
            asked = {"at": at, "since": since, "after": after, "most": AT_ONCE}
            due = connection.execute(_OVERDUE, asked).all()
        if due:
            _end([row.id for row in due])
            last = (due[-1].expires_at, due[-1].id)
        if len(due) < AT_ONCE:
            return


def _end(checkout_ids: Sequence[int]) -> None:
    """End them together; where that fails each alone, so that the log tells which it was."""
    try:
        expire_checkouts(checkout_ids)
    except db.DatabaseAway:
        raise
    except Exception:  # noqa: BLE001  # the others are nobody's fault
        for checkout_id in checkout_ids:
            try:
                expire_checkout(checkout_id)
            except Exception:  # noqa: BLE001  # as above
                log.exception("checkout_not_ended", checkout_id=str(checkout_id))


def expire_checkout(checkout_id: int) -> bool:
    """End an unpaid checkout whose time is over; False when it is paid, ended or still open."""
    return expire_checkouts([checkout_id]) == 1


def expire_checkouts(checkout_ids: Sequence[int]) -> int:
    """End those of them that are unpaid and whose time is over; return how many.

    All in one transaction; but for the lock of each, a hundred take as many statements as one.
    """
    at = clock.now()
    with db.write() as connection:
        _lock(connection, checkout_ids)
        with Batch(connection) as batch:
            found = read_checkouts(batch, checkout_ids)
        over = [one for one in found().values() if one.state == "placed" and one.expires_at <= at]
        if over:
            _expire(connection, {one.id: one.seq for one in over}, at=at)
    return len(over)


def _lock(connection: Connection, checkout_ids: Sequence[int]) -> None:
    rows = connection.execute(_ORDERS, {"ids": sorted(checkout_ids)}).all()
    with Batch(connection) as batch:
        for warehouse_id in sorted({row.warehouse_id for row in rows}):
            locks.take_batched(batch, locks.Rank.WAREHOUSE, warehouse_id)
        for checkout_id in sorted(set(checkout_ids)):
            locks.take_batched(batch, locks.Rank.CHECKOUT, checkout_id)


def _expire(connection: Connection, seqs: dict[int, int], *, at: Instant) -> None:
    """Write the end of checkouts, by id with the ``seq`` they have; their locks are held."""
    orders = connection.execute(_ORDERS, {"ids": sorted(seqs)}).all()
    order_ids = [row.id for row in orders]
    with Batch(connection) as batch:
        over = [{"id": each, "seq": seqs[each], "state": "expired"} for each in sorted(seqs)]
        moved = [
            {"id": row.id, "seq": row.seq, "state": move(row.state, "expired")} for row in orders
        ]
        for table, rows in ((checkout, over), (customs_order, moved)):
            batch.update(
                table,
                rows,
                key=("id", "seq"),
                set_={"state": ":state", "seq": f"{table.name}.seq + 1"},
            )
        steps = [{"order_id": each, "state": "expired", "at": at} for each in order_ids]
        batch.insert(order_step, steps)
    give_back_limits(connection, order_ids, at=at)
    give_back_weights(connection, order_ids, at=at)
    with Batch(connection) as batch:
        release_orders_many(batch, order_ids)
