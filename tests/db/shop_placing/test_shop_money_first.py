"""Money before new orders: however many processes place, a payment waits for one group at most."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kernel import db, locks
from shop.checkout.capture_group import commit_captures
from shop.checkout.offer_facts import offer_facts
from shop.checkout.place_group import commit_placings
from shop.checkout.prepare import Asking
from shop.expire_checkout import expire_checkout
from tests.db.shop.money import sell
from tests.support import sample_house
from tests.support.sample_house import one, rows, shopper

PLACERS = 3


def waiting() -> int:
    """Return how many sessions of this database stand before an advisory lock."""
    return one(
        "SELECT COUNT(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
        " WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database()"
    )


def until(many: int) -> None:
    ends = time.monotonic() + 20
    while waiting() != many:
        assert time.monotonic() < ends, waiting()
        time.sleep(0.01)


def placing(sample, number: int) -> Callable[[], object]:
    """Return one group of one order, as a process of its own would commit it."""
    who, ask = shopper(number), sample.ask()
    asking = Asking(
        asker=who.actor.id,
        outlet_id=None,
        ask=ask,
        key=f"key-of-the-rush-{number:04d}",
        body_hash="",
        facts=offer_facts(ask.offer_id),
        correlation="",
    )
    return lambda: commit_placings([asking])


@pytest.fixture
def sales(database, sample, clock):
    """Two sales: one is about to be paid, the other's time is over."""
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer and no line before it")
    sample_house.fill_waybills()
    paid, over = sell(sample, 1), sell(sample, 2, pay=False)
    clock.set(one("SELECT expires_at FROM checkout WHERE id = :id", id=over.placed.checkout_id))
    return paid, over


def test_money_and_releases_pass_the_groups_of_new_orders(sales, sample, wallet):
    """Three groups of orders wait, then money and an end come: one group at most is before them."""
    paid, over = sales
    request = paid.request(paid.heard(wallet))
    groups = [placing(sample, number) for number in range(10, 10 + PLACERS)]
    with ThreadPoolExecutor(PLACERS + 2) as pool:
        with db.write() as held:
            locks.take(held, locks.Rank.WAREHOUSE, request.warehouse_id)
            told = [pool.submit(one) for one in groups]
            until(PLACERS)
            told.append(pool.submit(commit_captures, [request]))
            until(PLACERS + 1)
            told.append(pool.submit(expire_checkout, over.placed.checkout_id))
            until(PLACERS + 2)
        for each in told:
            each.result(30)

    names = [name for (name,) in rows("SELECT name FROM fact ORDER BY id")]
    assert names.count("order.placed") == 2 + PLACERS
    assert names.index("order.paid") <= 3, "the two sold before, one group, then the money"
    assert one("SELECT state FROM checkout WHERE id = :id", id=over.placed.checkout_id) == "expired"
