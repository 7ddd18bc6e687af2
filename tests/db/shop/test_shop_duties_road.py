"""Who on the road is asked for: all of them now and then, and what just left at once."""

import pytest

from kernel import db
from kernel.clock import MINUTE
from shop.capture_payment import capture_payment
from shop.duties import ask_of_the_newest, ask_the_courier
from shop.move_order import move_order
from tests.db.shop.money import sell
from tests.support import sample_house


@pytest.fixture
def left(sample, wallet, clock) -> list[int]:
    """Two orders that left the zone, the second three minutes after the first."""
    sample_house.fill_waybills()
    orders = []
    for number in (1, 2):
        sale = sell(sample, number, qty=1)
        capture_payment(sale.heard(wallet, event=f"evt_{number}"))
        for state in ("declared", "released", "left_zone"):
            move_order(sale.order_id, state)
        orders.append(sale.order_id)
        clock.tick(3 * 60 if number == 1 else 30)
    return orders


def _asked(waiting) -> list[int]:
    with db.read() as connection:
        return sorted(connection.execute(waiting()).scalars())


def test_what_just_left_is_asked_of_often_and_everything_in_turn(left, clock):
    """A parcel is a day on the road: hundreds are not asked of twice a second."""
    assert _asked(ask_of_the_newest.waiting) == left[1:]
    assert _asked(ask_the_courier.waiting) == sorted(left)

    clock.tick(2 * MINUTE // 1_000_000)
    assert _asked(ask_of_the_newest.waiting) == []


def test_what_just_left_is_found_by_when_it_left(left, database):
    """Asked twice a second, among all that is on the road: its own index leads there."""
    explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    asked = ask_of_the_newest.waiting().compile(
        database.engine, compile_kwargs={"literal_binds": True}
    )
    with db.read() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = connection.exec_driver_sql(explain + str(asked)).all()

    assert "ix_order_step_left_zone" in str(plan)
