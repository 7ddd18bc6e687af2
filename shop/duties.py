"""Decides what is done by the clock rather than by a fact, and how often.

Each duty is safe to run twice and in several workers; what it does is its room's verb.
"""

from collections.abc import Callable

from sqlalchemy import select

from bonded_display.customs.sendings import send_unsent
from bonded_display.customs.take_in_mail import take_in_mail
from bonded_display.warehouse.delivery import record_signed_for
from bonded_display.warehouse.record_gate_passed import record_gate_passed
from bonded_display.warehouse.tables import exit_batch
from bonded_display.warehouse.waybills import refill_pool
from kernel import clock, db, register
from settlement.payments.sweep import sweep_payments
from shop.capture_payment import Captures
from shop.expire_checkout import expire_checkout
from shop.tables import checkout, customs_order

SWEPT = 100


def sweep_expired() -> None:
    """End checkouts that nobody paid in time."""
    with db.read() as connection:
        over = connection.execute(
            select(checkout.c.id)
            .where(checkout.c.state == "placed", checkout.c.expires_at <= clock.now())
            .order_by(checkout.c.expires_at)
            .limit(SWEPT)
        ).scalars()
        checkout_ids = list(over)
    for checkout_id in checkout_ids:
        expire_checkout(checkout_id)


def refill_waybills() -> None:
    """Fetch waybill numbers ahead from the courier filed today."""
    with db.read() as connection:
        courier = register.party(connection, "courier", clock.china_date(clock.now()))
    refill_pool(courier.id)


def ask_the_gate() -> None:
    """Learn which approved batches have passed the zone's gate."""
    with db.read() as connection:
        approved = connection.execute(
            select(exit_batch.c.id).where(exit_batch.c.state == "approved").limit(SWEPT)
        ).scalars()
        batch_ids = list(approved)
    for batch_id in batch_ids:
        record_gate_passed(batch_id)


def ask_the_courier() -> None:
    """Learn which parcels on the road were signed for."""
    with db.read() as connection:
        on_the_road = connection.execute(
            select(customs_order.c.id)
            .where(customs_order.c.state == "left_zone")
            .order_by(customs_order.c.id)
            .limit(SWEPT)
        ).scalars()
        order_ids = list(on_the_road)
    for order_id in order_ids:
        record_signed_for(order_id)


def sweep_money() -> None:
    """Ask providers about payments whose events never came."""
    sweep_payments(Captures())


DUTIES: tuple[tuple[str, float, Callable[[], object]], ...] = (
    ("take_in_mail", 0.1, take_in_mail),
    ("send_unsent", 1.0, send_unsent),
    ("ask_the_gate", 0.5, ask_the_gate),
    ("ask_the_courier", 0.5, ask_the_courier),
    ("sweep_money", 5.0, sweep_money),
    ("sweep_expired", 5.0, sweep_expired),
    ("refill_waybills", 2.0, refill_waybills),
)
"""Name, seconds between two runs, and the verb."""
