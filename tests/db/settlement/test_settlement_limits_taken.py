"""A person's year is counted by groups, and given back by order."""

from sqlite3 import IntegrityError as SqliteIntegrityError

import pytest
from psycopg.errors import CheckViolation
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kernel import clock as kernel_clock
from kernel.batch import Batch
from kernel.db import Database
from settlement.tax import tables
from settlement.tax.take_limit import (
    LimitUse,
    give_back_limit,
    give_back_limits,
    read_limits,
    take_limit_many,
)

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
