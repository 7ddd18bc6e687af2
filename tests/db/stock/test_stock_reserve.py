"""Reserving, falling, allocating: on both databases."""

import threading
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bonded_display.stock.allocate import (
    allocate_many,
    is_whole,
    read_reservations,
    release_orders_many,
)
from bonded_display.stock.choose import choose_item
from bonded_display.stock.errors import StockShort
from bonded_display.stock.levels import read_levels
from bonded_display.stock.reserve import (
    NewReservation,
    extend_many,
    release_expired_many,
    reserve_many,
)
from kernel import ids, locks
from kernel.batch import Batch, RowsMissed
from kernel.db import Database
from tests.db.stock.store import WAREHOUSE, Store

MINUTE = 60_000_000
TODAY = date(2026, 11, 24)


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


def release_expired(store: Store, book_item: int, at: int) -> frozenset[int]:
    with store.database.write() as conn, Batch(conn) as batch:
        fallen = release_expired_many(batch, WAREHOUSE, [book_item], at)
        return fallen()


def allocate(store: Store, order_ids: list[int], at: int) -> list[int]:
    """Allocate the orders that are whole, as a capture group does; return them."""
    with store.database.write() as conn, Batch(conn) as batch:
        standing = read_reservations(batch, order_ids)()
        whole = [order for order in order_ids if is_whole(standing.get(order, ()), at)]
        allocate_many(batch, [line for order in whole for line in standing[order]], at)
    return whole


def test_the_last_piece_is_reserved_once(store: Store, clock):
    """Two shoppers place the last piece in the same moment: one has it, one is told so."""
    book_item = store.stocked("17", ("L1", 1))
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def shopper() -> None:
        start.wait()
        with store.database.write() as conn:
            locks.take(conn, locks.Rank.WAREHOUSE, WAREHOUSE)
            with Batch(conn) as batch:
                levels = read_levels(batch, WAREHOUSE, [501], on=TODAY)()
                try:
                    (choice,) = choose_item(levels, 1, item_id=501, on=TODAY)
                except StockShort:
                    outcomes.append("stock_short")
                    return
                order = ids.new()
                row = NewReservation(
                    ids.new(),
                    order,
                    ids.new(),
                    WAREHOUSE,
                    choice.account_book_item_id,
                    1,
                    clock.now() + MINUTE,
                )
                reserve_many(batch, [row])
        outcomes.append("placed")

    shoppers = [threading.Thread(target=shopper) for _ in range(2)]
    for each in shoppers:
        each.start()
    for each in shoppers:
        each.join()

    assert sorted(outcomes) == ["placed", "stock_short"]
    assert store.level(book_item) == (1, 1)
    assert store.differences() == []


def test_without_the_lock_a_rival_still_cannot_oversell(store: Store, clock):
    """Both judged before either wrote: the second statement touches no row, nothing stands."""
    book_item = store.stocked("17", ("L1", 3))
    store.reserve(book_item, 2, expires_at=clock.now() + MINUTE)

    with pytest.raises(RowsMissed):
        store.reserve(book_item, 2, expires_at=clock.now() + MINUTE)

    assert store.level(book_item) == (3, 2)
    assert store.differences() == []


def test_lines_of_one_item_are_counted_together(store: Store, clock):
    """One group with two lines of two pieces each meets three free pieces: none is reserved."""
    book_item = store.stocked("17", ("L1", 3))
    rows = [
        NewReservation(ids.new(), ids.new(), ids.new(), WAREHOUSE, book_item, 2, clock.now())
        for _ in range(2)
    ]

    with pytest.raises(RowsMissed), store.database.write() as conn, Batch(conn) as batch:
        reserve_many(batch, rows)

    assert store.level(book_item) == (3, 0)
    assert store.state(rows[0].order_id) == []


def test_the_database_itself_refuses_to_oversell(store: Store):
    """A forgotten path writes the level directly: the constraint named after the rule says no."""
    store.stocked("17", ("L1", 3))

    with pytest.raises(IntegrityError, match="no_oversell"), store.database.write() as conn:
        conn.execute(text("UPDATE availability SET held = 4"))


def test_an_unpaid_reservation_falls_at_its_end(store: Store, clock):
    """One expired, one lives on: only the first one's pieces are free again."""
    book_item = store.stocked("17", ("L1", 5))
    late = store.reserve(book_item, 2, expires_at=clock.now() + MINUTE)
    alive = store.reserve(book_item, 1, expires_at=clock.now() + 2 * MINUTE)
    clock.tick(60)

    fallen = release_expired(store, book_item, clock.now())

    assert fallen == {late}
    assert (store.state(late), store.state(alive)) == (["released"], ["reserved"])
    assert store.level(book_item) == (5, 1)
    assert store.differences() == []


def test_a_reservation_falls_once(store: Store, clock):
    """Two groups sweep the same level one after the other: the pieces come free once."""
    book_item = store.stocked("17", ("L1", 5))
    store.reserve(book_item, 2, expires_at=clock.now())
    release_expired(store, book_item, clock.now())

    assert release_expired(store, book_item, clock.now()) == frozenset()
    assert store.level(book_item) == (5, 0)


def test_what_fell_is_sold_to_the_next_in_the_same_group(store: Store, clock):
    """The last piece is held by an expired reservation; the group frees it and reserves it."""
    book_item = store.stocked("17", ("L1", 1))
    store.reserve(book_item, 1, expires_at=clock.now())
    order = ids.new()

    with store.database.write() as conn, Batch(conn) as batch:
        release_expired_many(batch, WAREHOUSE, [book_item], clock.now())
        (level,) = read_levels(batch, WAREHOUSE, [501], on=TODAY)()
        assert level.free == 1
        row = NewReservation(
            ids.new(), order, ids.new(), WAREHOUSE, book_item, 1, clock.now() + MINUTE
        )
        reserve_many(batch, [row])

    assert store.state(order) == ["reserved"]
    assert store.level(book_item) == (1, 1)


def test_paid_in_time_becomes_firm_and_outlives_its_end(store: Store, clock):
    """The money comes a second before the end; an hour later the sweep passes it by."""
    book_item = store.stocked("17", ("L1", 5))
    order = store.reserve(book_item, 2, expires_at=clock.now() + MINUTE)
    clock.tick(59)

    assert allocate(store, [order], clock.now()) == [order]
    clock.tick(3600)
    release_expired(store, book_item, clock.now())

    assert store.state(order) == ["allocated"]
    assert store.level(book_item) == (5, 2)


def test_paid_too_late_is_not_allocated(store: Store, clock):
    """The money comes in the very instant of the end, before any sweep: nothing turns firm."""
    book_item = store.stocked("17", ("L1", 5))
    order = store.reserve(book_item, 2, expires_at=clock.now() + MINUTE)
    clock.tick(60)

    assert allocate(store, [order], clock.now()) == []
    assert store.state(order) == ["reserved"]


def test_an_order_that_lost_one_line_is_refused_whole(store: Store, clock):
    """Two lines of one order; the level of one was swept: the other is not allocated alone."""
    first = store.stocked("17", ("L1", 5))
    second = store.stocked("18", ("L2", 5), item_id=502)
    order, end = ids.new(), clock.now() + MINUTE
    rows = [
        NewReservation(ids.new(), order, ids.new(), WAREHOUSE, item, 1, end)
        for item in (first, second)
    ]
    with store.database.write() as conn, Batch(conn) as batch:
        reserve_many(batch, rows)
    release_expired(store, first, end)

    assert allocate(store, [order], clock.now()) == []
    assert store.state(order) == ["released", "reserved"]
    assert (store.level(first), store.level(second)) == ((5, 0), (5, 1))


def test_a_rival_between_judging_and_writing_is_noticed(store: Store, clock):
    """The reservation falls after it was read: the promised row count is missed."""
    book_item = store.stocked("17", ("L1", 5))
    order = store.reserve(book_item, 2, expires_at=clock.now() + MINUTE)
    with store.database.read() as conn, Batch(conn) as batch:
        standing = read_reservations(batch, [order])()[order]
    with store.database.write() as conn, Batch(conn) as batch:
        release_orders_many(batch, [order])

    with pytest.raises(RowsMissed), store.database.write() as conn, Batch(conn) as batch:
        allocate_many(batch, standing, clock.now())

    assert store.state(order) == ["released"]


def test_releasing_an_order_twice_frees_it_once(store: Store, clock):
    """A cancelled order, told twice: reserved and allocated pieces come free one time."""
    book_item = store.stocked("17", ("L1", 5))
    order = store.reserve(book_item, 2, expires_at=clock.now() + MINUTE)
    allocate(store, [order], clock.now())

    for _ in range(2):
        with store.database.write() as conn, Batch(conn) as batch:
            release_orders_many(batch, [order])

    assert store.state(order) == ["released"]
    assert store.level(book_item) == (5, 0)
    assert store.differences() == []


def test_an_open_payment_lengthens_and_never_shortens(store: Store, clock):
    """The pay page lives to minute three; asking for minute two later changes nothing."""
    book_item = store.stocked("17", ("L1", 5))
    start = clock.now()
    order = store.reserve(book_item, 2, expires_at=start + MINUTE)
    for minutes in (3, 2):
        with store.database.write() as conn, Batch(conn) as batch:
            extend_many(batch, [order], at=start, expires_at=start + minutes * MINUTE)

    assert release_expired(store, book_item, start + 2 * MINUTE) == frozenset()
    assert release_expired(store, book_item, start + 3 * MINUTE) == {order}


def test_one_line_reserves_once(store: Store, clock):
    """The same order line written twice: the second group fails whole."""
    book_item = store.stocked("17", ("L1", 5))
    row = NewReservation(ids.new(), 1, 2, WAREHOUSE, book_item, 1, clock.now())
    again = NewReservation(ids.new(), 1, 2, WAREHOUSE, book_item, 1, clock.now())
    with store.database.write() as conn, Batch(conn) as batch:
        reserve_many(batch, [row])

    with (
        pytest.raises(Exception, match="line"),
        store.database.write() as conn,
        Batch(conn) as batch,
    ):
        reserve_many(batch, [again])

    assert store.level(book_item) == (5, 1)
