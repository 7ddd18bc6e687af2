"""Decides that a placed checkout gets its payment page, and that its pieces wait for the money.

What the provider answers is settlement's business; the money itself is ``capture_payment``'s.
"""

from bonded_display.stock.reserve import extend_many
from kernel import clock, db, ids, locks
from kernel.actor import Actor
from kernel.batch import Batch
from kernel.clock import MINUTE, Instant
from settlement.payments.hear import payment_of_checkout
from settlement.payments.open_payment import PayableCheckout, PayableOrder, open_payment
from shop.errors import CheckoutNotPayable, OrderUnknown
from shop.queries import Checkout, Order, read_checkout, read_orders_of
from shop.tables import checkout as checkout_table
from shop.tables import customs_order

GRACE = 2 * MINUTE
"""How much longer than its payment page a reservation stands."""


SHORTEST_PAGE = 31 * MINUTE
"""A payment page stands at least so long: the provider takes no shorter one than 30 minutes."""


def pay_checkout(actor: Actor, checkout_id: int, *, return_url: str) -> str:
    """Return the address at which the actor pays a checkout of theirs; asked again, the same.

    The pieces stay reserved until that page ends, and two minutes more.
    Raises ``OrderUnknown`` for another's checkout, ``CheckoutNotPayable``, and what
    ``open_payment`` raises.
    """
    with db.of_shard(ids.shard_of(checkout_id)):
        return _pay(actor, checkout_id, return_url)


def _pay(actor: Actor, checkout_id: int, return_url: str) -> str:
    with db.read() as connection:
        found = read_checkout(connection, checkout_id)
        orders = read_orders_of(connection, checkout_id)
    if found.owner != actor.owner:
        raise OrderUnknown(number=str(checkout_id))
    now = clock.now()
    if found.state != "placed" or found.expires_at <= now:
        raise CheckoutNotPayable(state="expired" if found.state == "placed" else found.state)
    pay_url = open_payment(
        PayableCheckout(
            checkout_id=checkout_id,
            total_fen=found.total_fen,
            orders=[
                PayableOrder(order.id, order.order_no, order.paid_share_fen) for order in orders
            ],
            expires_at=max(found.expires_at, now + SHORTEST_PAGE),
            return_url=return_url,
            provider=found.provider,
            title=orders[0].lines[0].gname,
            home_shard=ids.shard_of(checkout_id),
        )
    )
    _wait_for_money(found, orders)
    return pay_url


def _wait_for_money(found: Checkout, orders: list[Order]) -> None:
    ends_at: Instant = payment_of_checkout(found.id).expires_at + GRACE
    if ends_at <= found.expires_at:
        return
    order_ids = [order.id for order in orders]
    with db.write() as connection, Batch(connection) as batch:
        locks.take_batched(batch, locks.Rank.WAREHOUSE, orders[0].warehouse_id)
        extend_many(batch, order_ids, at=clock.now(), expires_at=ends_at)
        for table, row_ids in ((checkout_table, [found.id]), (customs_order, order_ids)):
            batch.run(
                f"UPDATE {table.name} SET expires_at = :ends_at"  # our own names
                " WHERE id IN :ids AND expires_at < :ends_at",
                {"ids": row_ids, "ends_at": ends_at},
            )
