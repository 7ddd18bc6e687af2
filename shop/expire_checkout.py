"""Decides that a checkout nobody paid in time is over and holds nothing any more."""

from sqlalchemy import update

from kernel import clock, db, locks
from shop.give_back import free
from shop.move_order import set_state
from shop.queries import read_checkout, read_orders_of
from shop.tables import checkout


def expire_checkout(checkout_id: int) -> bool:
    """End an unpaid checkout whose time is over; False when it is paid, ended or still open."""
    at = clock.now()
    with db.write() as connection:
        orders = read_orders_of(connection, checkout_id)
        for warehouse_id in sorted({order.warehouse_id for order in orders}):
            locks.take(connection, locks.Rank.WAREHOUSE, warehouse_id)
        locks.take(connection, locks.Rank.CHECKOUT, checkout_id)
        found = read_checkout(connection, checkout_id)
        if found.state != "placed" or found.expires_at > at:
            return False
        connection.execute(
            update(checkout)
            .where(checkout.c.id == checkout_id)
            .values(state="expired", seq=found.seq + 1)
        )
        for order in orders:
            set_state(connection, order, "expired", at=at)
            free(connection, order)
    return True
