"""A database that is away is told as what it is; what a statement did wrong is not."""

import sqlite3
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kernel import db
from kernel.batch import Batch
from kernel.db import Database, DatabaseAway, DatabaseUndone
from kernel.deliveries import claim
from kernel.groups import Group, _Ticket
from shop import worker
from tests.support.line import line_to


def ask(conn) -> int:
    return conn.execute(text("SELECT 1")).scalar_one()


def ask_in_batch(conn) -> int:
    with Batch(conn) as batch:
        found = batch.fetch("SELECT 1", {})
    return found()[0][0]


@pytest.mark.parametrize("way", [db.read, db.write])
@pytest.mark.parametrize("asked", [ask, ask_in_batch])
def test_who_asks_is_told_and_the_next_one_after_it_is_answered(database, way, asked):
    """The connections that the pool kept are of the time before: none of them is tried again."""
    with line_to(database) as line:
        for _ in range(2):
            with way() as conn:
                assert asked(conn) == 1
        line.cut()

        for _ in range(2):
            with pytest.raises(DatabaseAway), way() as conn:
                asked(conn)

        line.mend()
        for _ in range(2):
            with way() as conn:
                assert asked(conn) == 1


def test_a_transaction_that_is_lost_on_its_way_is_told_so(database):
    """The line breaks between two statements; nothing of the first is there afterwards."""
    if database.dialect == "sqlite":
        pytest.skip("an open file is not lost by its name")
    with line_to(database) as line:
        with pytest.raises(DatabaseAway):
            _break_between_two_statements(line)
        line.mend()

        with db.read() as conn:
            assert conn.scalar(text("SELECT to_regclass('lost')")) is None


def _break_between_two_statements(line):
    with db.write() as conn:
        conn.execute(text("CREATE TABLE lost (id int)"))
        line.cut()
        ask(conn)


def test_a_fault_of_the_statement_stays_a_fault(database):
    """A table that is not there is no outage, on either way to ask."""
    with pytest.raises(DBAPIError), database.read() as conn:
        conn.execute(text("SELECT * FROM not_there"))
    asked = pytest.raises(Exception, match="not_there")
    with asked as told, database.write() as conn, Batch(conn) as batch:
        batch.fetch("SELECT * FROM not_there", {})()
    assert not isinstance(told.value, DatabaseAway)


def test_a_file_that_another_holds_is_away_for_as_long(databases, tmp_path):
    """Another program keeps the whole file to itself for longer than we wait."""
    with databases.sqlite(tmp_path) as url:
        database = Database(url, patience_s=0.05)
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")

        for way in (database.read, database.write):
            with pytest.raises(DatabaseAway), way() as conn:
                ask(conn)

        other.close()
        with database.write() as conn:
            assert ask(conn) == 1
        database.close()


def test_a_disk_without_room_is_away_until_there_is_some(databases, tmp_path):
    """SQLite may not take a page more: nothing of the transaction stays, the next one is done."""
    with databases.sqlite(tmp_path) as url:
        database = Database(url)
        with pytest.raises(DatabaseAway):
            _write_more_than_fits(database)

        with database.write() as conn:
            assert conn.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'room'")).all() == []
            conn.execute(text("CREATE TABLE room (bytes blob)"))
        database.close()


def _write_more_than_fits(database):
    with database.write() as conn:
        conn.execute(text("CREATE TABLE room (bytes blob)"))
        conn.execute(text("PRAGMA max_page_count=1"))  # no page more than there are
        with Batch(conn) as batch:
            batch.run("INSERT INTO room VALUES (zeroblob(1000000))", {})


def take(conn, place: int) -> None:
    conn.execute(text("SELECT pg_advisory_xact_lock(:place)"), {"place": place})


def take_in_batch(conn, place: int) -> None:
    with Batch(conn) as batch:
        batch.run("SELECT pg_advisory_xact_lock(:place)", {"place": place})


@pytest.mark.parametrize("took", [take, take_in_batch])
def test_who_gives_way_in_a_ring_is_told_to_come_again(database, took):
    """A foreign writer and ours wait for each other: ours is undone, and that is nobody's fault."""
    if database.dialect == "sqlite":
        pytest.skip("one lock makes no ring")
    foreign, has_two, ours_has_one = Database(database.url), threading.Event(), threading.Event()

    def two_then_one() -> None:
        with foreign.write() as conn:
            conn.execute(text("SET LOCAL deadlock_timeout = '20s'"))
            take(conn, 2)
            has_two.set()
            assert ours_has_one.wait(10)
            take(conn, 1)

    thread = threading.Thread(target=two_then_one)
    thread.start()
    with pytest.raises(DatabaseUndone):
        one_then_two(database, took, has_two, ours_has_one)
    thread.join(10)

    assert not thread.is_alive()
    with database.write() as conn:
        took(conn, 2)
    foreign.close()


def one_then_two(database, took, has_two, has_one) -> None:
    waits = text("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with database.write() as conn:
        conn.execute(text("SET LOCAL deadlock_timeout = '10ms'"))  # ours finds the ring
        take(conn, 1)
        has_one.set()
        assert has_two.wait(10)
        while not conn.execute(waits).all():
            pass
        took(conn, 2)


def test_a_group_that_gave_way_is_redone_singly_and_each_told():
    """One of two gives way again: it is told to come again, the other one is done."""
    tried = []

    def commit(asks):
        tried.append(list(asks))
        if 0 in asks:
            raise DatabaseUndone
        return asks

    group = Group("test", commit)
    told: list[object] = []
    for ask in range(2):
        group._waiting.put(_Ticket(ask, told.append), most=2)

    group._start()
    group.close()

    assert tried == [[0, 1], [0], [1]]
    assert [type(answer) for answer in told] == [DatabaseUndone, int]


def test_who_waits_too_long_for_a_turn_in_its_own_process_is_told(databases, tmp_path):
    """A long writer beside: the thread behind it does not wait without end."""
    with databases.sqlite(tmp_path) as url:
        database = Database(url, patience_s=0.05)
        told = []

        def beside() -> None:
            try:
                with database.write():
                    pass
            except DatabaseAway as away:
                told.append(away)

        with database.write():
            thread = threading.Thread(target=beside)
            thread.start()
            thread.join(10)

        assert len(told) == 1
        database.close()


def test_a_group_tells_all_at_once_and_tries_none_singly():
    """Each alone would only wait the longer."""
    tried = []

    def commit(asks):
        tried.append(list(asks))
        raise DatabaseAway

    group = Group("test", commit)
    told: list[object] = []
    for ask in range(3):  # before the committer starts: they are one group
        group._waiting.put(_Ticket(ask, told.append), most=3)

    group._start()
    group.close()

    assert tried == [[0, 1, 2]]
    assert [type(answer) for answer in told] == [DatabaseAway] * 3


def test_the_worker_outlives_an_outage(database):
    """It rests a while instead of ending, and claims again once the books are back."""
    with line_to(database) as line:
        line.cut()

        assert worker._run_facts() == worker.AWAY_S

        line.mend()
        assert claim(most=1) == []
