"""Decides that money a provider took is settled once, whoever told of it: event, page or sweeper.

The verdict is reached in the group of the order's warehouse; other money for a checkout that is
settled already goes back by itself.
"""

from sqlalchemy import bindparam, select

from kernel import db, ids
from kernel.groups import Groups
from settlement.payments.ports import HeardPayment
from settlement.second_payment import take_second_payment
from shop.checkout.capture_group import CaptureRequest, Settled, commit_captures
from shop.errors import OrderUnknown
from shop.tables import customs_order

_ORDERS = (
    select(customs_order.c.id, customs_order.c.warehouse_id, customs_order.c.platform_enterprise_id)
    .where(customs_order.c.checkout_id == bindparam("of_checkout"))
    .order_by(customs_order.c.id)
)

captures: Groups[CaptureRequest, Settled] = Groups("capture", commit_captures)


def capture_payment(heard: HeardPayment) -> Settled:
    """Return what became of the money; told again, it is ``settled_before`` or ``second``.

    Raises ``OrderUnknown`` when no checkout of ours is meant: the provider's word is kept
    and asked about again.
    """
    shard = ids.shard_of(heard.checkout_id)
    with db.of_shard(shard), db.read() as connection:
        orders = connection.execute(_ORDERS, {"of_checkout": heard.checkout_id}).all()
    if not orders:
        raise OrderUnknown(number=str(heard.checkout_id))
    request = CaptureRequest(
        heard=heard,
        warehouse_id=orders[0].warehouse_id,
        order_ids=tuple(order.id for order in orders),
    )
    settled = captures.of(request.warehouse_id).hand_in(request)
    if settled.outcome == "second":
        with db.of_shard(shard):
            take_second_payment(heard, legal_entity_id=orders[0].platform_enterprise_id)
    return settled


class Captures:
    """What settlement's ``CapturePort`` asks for."""

    def capture(self, heard: HeardPayment) -> None:
        """Settle heard money."""
        capture_payment(heard)
