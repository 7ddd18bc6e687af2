"""Decide which order a fact is about: the one its payload names, as it stands now."""

from kernel import db
from kernel.outbox import Fact
from shop.queries import Order, read_order, read_standing


def order_of(fact: Fact) -> Order:
    """Return the order; ``OrderUnknown`` when there is none."""
    with db.read() as connection:
        return read_order(connection, int(fact.payload["order_id"]))


def has_ended(fact: Fact) -> bool:
    """Return whether the order was refused by now; ``OrderUnknown`` when there is none."""
    with db.read() as connection:
        return read_standing(connection, int(fact.payload["order_id"])).state == "refused"
