"""The one order of locks."""

import threading

import pytest

from kernel import locks
from kernel.locks import LockOutOfOrder, Rank


def test_ranks_are_those_of_the_design():
    """The door of new orders, then the warehouse; node last."""
    assert [rank.name.lower() for rank in sorted(Rank)] == [
        "placing",
        "warehouse",
        "checkout",
        "order",
        "customs_number",
        "person_limit",
        "level",
        "waybill_pool",
        "guarantee",
        "account",
        "node",
    ]


def test_climbing_is_allowed(database):
    """Ranks upward, keys upward within one, the same again; a new transaction starts afresh."""
    for _ in range(2):
        with database.write() as conn:
            locks.take(conn, Rank.WAREHOUSE, 1)
            locks.take(conn, Rank.WAREHOUSE, 5)
            locks.take(conn, Rank.WAREHOUSE, 5)
            locks.note(conn, Rank.PERSON_LIMIT, ["1:aa", "1:ab"])
            locks.note(conn, Rank.LEVEL, [3, 3, 4])
            locks.take(conn, Rank.NODE, 0)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ((Rank.ORDER, 1), (Rank.WAREHOUSE, 9)),
        ((Rank.WAREHOUSE, 9), (Rank.WAREHOUSE, 8)),
        ((Rank.PERSON_LIMIT, "1:b"), (Rank.PERSON_LIMIT, "1:a")),
        ((Rank.WAREHOUSE, 10), (Rank.WAREHOUSE, 9)),
    ],
)
def test_descending_raises(database, first, then):
    """Two of their kind could wait for each other."""
    with database.write() as conn:
        locks.take(conn, *first)
        with pytest.raises(LockOutOfOrder):
            locks.take(conn, *then)


def test_rows_locked_by_a_statement_count_too(database):
    """Levels in the wrong order, seen before the statement runs."""
    with database.write() as conn, pytest.raises(LockOutOfOrder):
        locks.note(conn, Rank.LEVEL, [4, 3])


def test_production_waits_rather_than_fails(database):
    """The watch can be turned off, and tests turn it on."""
    locks.watch(order=False)
    try:
        with database.write() as conn:
            locks.take(conn, Rank.ORDER, 1)
            locks.take(conn, Rank.WAREHOUSE, 1)
    finally:
        locks.watch(order=True)


def test_a_lock_needs_a_transaction(database):
    """Outside of one it would be given back at once."""
    with database.engine.connect() as conn, pytest.raises(LockOutOfOrder):
        locks.note(conn, Rank.ORDER, [1])


def test_the_second_waits_for_the_first(database):
    """Two transactions want one warehouse: their deeds do not mix."""
    deeds, inside = [], threading.Event()

    def first():
        with database.write() as conn:
            locks.take(conn, Rank.WAREHOUSE, 1)
            inside.set()
            deeds.append("first in")
            stopped.wait(0.2)
            deeds.append("first out")

    def second():
        inside.wait(5)
        with database.write() as conn:
            locks.take(conn, Rank.WAREHOUSE, 1)
            deeds.append("second in")

    stopped = threading.Event()
    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert deeds == ["first in", "first out", "second in"]
