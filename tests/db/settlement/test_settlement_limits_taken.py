"""A person's year is counted by groups, given back by order, and moved to the year of release."""

import threading
from sqlite3 import IntegrityError as SqliteIntegrityError

import pytest
from psycopg.errors import CheckViolation
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kernel import clock as kernel_clock
from kernel.batch import Batch
from kernel.db import Database
from settlement.count_release import count_release
from settlement.tax import tables
from settlement.tax.limits import WEIGHT_LIMITS_E5
from settlement.tax.take_limit import (
    LimitUse,
    give_back_limit,
    give_back_limits,
    move_limit_year,
    read_limits,
    take_limit_many,
)
from settlement.tax.take_weight import (
    WeightUse,
    give_back_weights,
    move_weight_year,
    read_weights,
    take_weights_many,
)

NEW_YEAR_2027 = 1_798_732_800_000_000
"""2027-01-01T00:00:00+08:00."""
ANNA = [("1:anna", 2026), ("1:anna", 2027)]
YEAR_SPENT = (IntegrityError, SqliteIntegrityError, CheckViolation)


def use(order_id: int, value_fen: int, *, person: str = "1:anna", year: int = 2026) -> LimitUse:
    return LimitUse(person, year, order_id, value_fen, kernel_clock.now())


def take(database: Database, *uses: LimitUse) -> None:
    with database.write() as conn, Batch(conn) as batch:
        take_limit_many(batch, uses)


def used(database: Database, *keys: tuple[str, int]) -> dict[tuple[str, int], int]:
    with database.read() as conn, Batch(conn) as batch:
        later = read_limits(batch, keys)
        batch.sync()
        return later()


def test_a_group_counts_each_person_once(database):
    """Three orders of two persons in one commit, then one more."""
    take(database, use(1, 100), use(2, 50, person="1:bo"), use(3, 7))
    take(database, use(4, 1_000))

    assert used(database, ("1:anna", 2026), ("1:bo", 2026), ("1:bo", 2027)) == {
        ("1:anna", 2026): 1_107,
        ("1:bo", 2026): 50,
        ("1:bo", 2027): 0,
    }


def test_the_year_cannot_be_passed_behind_the_judge(database):
    """Two groups judged the same person in the same moment: the second finds no room."""
    take(database, use(1, 2_599_999))

    with pytest.raises(YEAR_SPENT):
        take(database, use(2, 2))

    assert used(database, ("1:anna", 2026)) == {("1:anna", 2026): 2_599_999}
    with database.read() as conn:
        orders = conn.execute(select(tables.limit_use.c.order_id)).scalars().all()
    assert orders == [1]


def test_an_order_counts_once(database):
    """The same order taken twice is refused as a whole."""
    take(database, use(1, 100))

    with pytest.raises(Exception, match=r"(?i)unique"):
        take(database, use(1, 100))

    assert used(database, ("1:anna", 2026)) == {("1:anna", 2026): 100}


def test_a_limit_is_given_back_once(database, clock):
    """An order expires; the sweeper comes twice."""
    take(database, use(1, 100), use(2, 30))

    with database.write() as conn:
        first = give_back_limit(conn, 1, at=clock.now())
        second = give_back_limit(conn, 1, at=clock.now())

    assert (first, second) == (100, 0)
    assert used(database, ("1:anna", 2026)) == {("1:anna", 2026): 30}


def test_many_orders_give_back_to_many_persons(database, clock):
    """Three expired orders, one of them unknown to the limits."""
    take(database, use(1, 100), use(2, 30), use(3, 5, person="1:bo"))

    with database.write() as conn:
        given = give_back_limits(conn, [3, 2, 99], at=clock.now())

    assert given == 35
    assert used(database, ("1:anna", 2026), ("1:bo", 2026)) == {
        ("1:anna", 2026): 100,
        ("1:bo", 2026): 0,
    }


@pytest.mark.parametrize(
    ("released_at", "moved", "years"),
    [(NEW_YEAR_2027 - 1, 0, [100, 7]), (NEW_YEAR_2027, 100, [0, 107])],
)
def test_an_order_counts_to_the_year_of_its_release(database, released_at, moved, years):
    """Placed in December, released in the last or first microsecond; told twice."""
    take(database, use(1, 100), use(2, 7, year=2027))

    with database.write() as conn:
        told = [move_limit_year(conn, 1, released_at=released_at) for _ in range(2)]

    assert told == [moved, 0]
    assert list(used(database, *ANNA).values()) == years


def test_what_comes_back_is_given_back_to_the_year_it_counts_to(database, clock):
    """One order was released in the old year, one in the new: both are returned in the new one."""
    take(database, use(1, 100), use(2, 30))
    with database.write() as conn:
        move_limit_year(conn, 2, released_at=NEW_YEAR_2027)
    assert list(used(database, *ANNA).values()) == [100, 30]

    clock.set(NEW_YEAR_2027 + 1)
    with database.write() as conn:
        assert give_back_limits(conn, [1], at=clock.now()) == 100
    assert list(used(database, *ANNA).values()) == [0, 30]
    with database.write() as conn:
        assert give_back_limits(conn, [2, 1], at=clock.now()) == 30
        assert move_limit_year(conn, 2, released_at=NEW_YEAR_2027) == 0
    assert list(used(database, *ANNA).values()) == [0, 0]


@pytest.mark.parametrize("moves_first", [False, True], ids=["refused first", "moved first"])
def test_a_move_that_meets_a_refusal_counts_the_order_once(database, clock, moves_first):
    """Released after New Year and given back in the same moment, two threads: no year goes wrong."""
    take(database, use(1, 100), use(2, 30), use(3, 7, year=2027))
    told: list[int] = []

    def give_back() -> int:
        with database.write() as conn:
            return give_back_limits(conn, [1], at=NEW_YEAR_2027)

    def move() -> int:
        with database.write() as conn:
            return move_limit_year(conn, 1, released_at=NEW_YEAR_2027)

    rival = threading.Thread(target=lambda: told.append(give_back() if moves_first else move()))
    with database.write() as conn:
        if moves_first:
            assert move_limit_year(conn, 1, released_at=NEW_YEAR_2027) == 100
        else:
            assert give_back_limits(conn, [1], at=NEW_YEAR_2027) == 100
        rival.start()
        rival.join(timeout=0.3)
    rival.join(timeout=10)

    assert told == [100 if moves_first else 0]
    assert list(used(database, *ANNA).values()) == [30, 7]


def test_a_release_into_a_full_year_stays_where_it_was(database):
    """Customs released it, so nothing is refused: the old year bears it, and the log tells."""
    take(database, use(1, 100), use(2, 2_599_901, year=2027))

    with database.write() as conn:
        assert move_limit_year(conn, 1, released_at=NEW_YEAR_2027) == 0

    assert list(used(database, *ANNA).values()) == [100, 2_599_901]


def test_value_sugar_and_rice_move_with_their_order(database, clock):
    """All that one order uses; the new year's sugar is full, its rice is new."""
    at = clock.now()
    limit = WEIGHT_LIMITS_E5["sugar"]
    with database.write() as conn, Batch(conn) as batch:
        take_weights_many(
            batch,
            [
                WeightUse("1:anna", 2026, "sugar", 1, 5, at),
                WeightUse("1:anna", 2026, "rice", 1, 7, at),
                WeightUse("1:anna", 2027, "sugar", 2, limit, at),
            ],
        )

    take(database, use(1, 100))

    count_release(1, released_at=NEW_YEAR_2027)
    with database.write() as conn:
        assert move_weight_year(conn, 1, released_at=NEW_YEAR_2027) == 0
    assert list(used(database, *ANNA).values()) == [0, 100]
    with database.write() as conn, Batch(conn) as batch:
        weights = read_weights(batch, ANNA)
        batch.sync()
        found = weights()
    with database.write() as conn:
        assert give_back_weights(conn, [1], at=at) == 12

    assert found == {
        ANNA[0]: {"sugar": 5, "rice": 0},
        ANNA[1]: {"sugar": limit, "rice": 7},
    }
