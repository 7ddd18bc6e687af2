"""Decides that an order which does not go on gives its pieces and its share of the limits back."""

from sqlalchemy import Connection

from bonded_display.stock.allocate import release_orders_many
from kernel import clock, db, locks
from kernel.batch import Batch
from settlement.tax.take_limit import give_back_limit
from settlement.tax.take_weight import give_back_weights
from shop.queries import Order, read_order


def give_back(order_id: int) -> None:
    """Free what the order holds of stock and limit; done again, nothing changes."""
    with db.write() as connection:
        order = read_order(connection, order_id)
        locks.take(connection, locks.Rank.WAREHOUSE, order.warehouse_id)
        free(connection, order)


def free(connection: Connection, order: Order) -> None:
    """Free stock and limit in the caller's transaction, which has the warehouse's lock."""
    at = clock.now()
    give_back_limit(connection, order.id, at=at)
    give_back_weights(connection, [order.id], at=at)
    with Batch(connection) as batch:
        release_orders_many(batch, [order.id])
