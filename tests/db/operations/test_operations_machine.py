"""Each figure that a database tells of itself changes when its cause is there."""

import threading
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from kernel import db
from kernel.clock import SECOND
from shop.operations.health import shape, told
from shop.operations.health.shape import BAD, GOOD, WAIT
from shop.operations.heartbeat import beat

postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def look():
    with db.read() as conn:
        return told.look(conn, mail_aside=0)


def figure(kind, health=None):
    health = health or look()
    return next(figure for figure in health.figures if figure.kind == kind)


def write(statement):
    with db.write() as conn:
        conn.execute(text(statement))


@contextmanager
def held(database, statement):
    """Hold what ``statement`` locks in a transaction of another connection."""
    with database.engine.connect() as other:
        other.execute(text(statement))
        try:
            yield other
        finally:
            other.rollback()


@postgresql
def test_who_waits_for_whom_is_told(database, clock):
    """A transaction holds a table, another wants it: both processes, the table, the time."""
    with held(database, "LOCK TABLE worker_beat IN EXCLUSIVE MODE"):
        calm = figure("lock")
        waiter = threading.Thread(target=beat)
        waiter.start()
        try:
            health = _wait_for(lambda: figure("lock").level != GOOD)
        finally:
            open_since = health and figure("transaction", look())
    waiter.join(10)

    assert calm.level == GOOD
    (wait,) = health.machine.waits
    assert (wait.lock, wait.table, wait.blocker_state) == (
        "relation",
        "worker_beat",
        "idle in transaction",
    )
    assert wait.waits_us >= SECOND
    assert wait.blocker_open_us >= wait.waits_us
    assert figure("lock", health).about == str(wait.waiter)
    assert open_since.about == str(wait.blocker)
    assert look().machine.waits == []


def _wait_for(true, seconds=15):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.1)
    return look()


@postgresql
def test_an_index_that_is_not_valid_is_told(database, clock):
    """As a build that broke off leaves it."""
    write("CREATE INDEX ix_half_built ON fact (version)")
    well = figure("invalid")
    write(
        "UPDATE pg_index SET indisvalid = false"
        " WHERE indexrelid = CAST('ix_half_built' AS regclass)"
    )
    health = look()
    write("DROP INDEX ix_half_built")

    assert (well.value, well.level) == (0, GOOD)
    assert figure("invalid", health) == shape.Figure("invalid", 1, "ix_half_built")
    assert figure("invalid", health).level == WAIT
    assert [index.name for index in health.machine.indexes if not index.valid] == ["ix_half_built"]


@postgresql
def test_a_large_index_that_nobody_uses_is_told(database, clock, monkeypatch):
    """100,000 rows of which nobody asks by their index; a small idle one is not told of."""
    write("CREATE TABLE much (id bigint)")
    write("CREATE INDEX ix_of_nobody ON much (id)")
    small = look()
    write("INSERT INTO much SELECT generate_series(1, 100000)")
    monkeypatch.setitem(shape.LIMITS, "unused", shape.Limit("bytes", shape.MIB, shape.GIB))
    large = look()
    write("DROP TABLE much")

    assert small.machine.indexes == []
    assert [(index.name, index.valid) for index in large.machine.indexes] == [
        ("ix_of_nobody", True)
    ]
    assert figure("unused", large).about == "ix_of_nobody"
    assert (figure("unused", small).value, figure("unused", large).level) == (0, WAIT)


@postgresql
def test_a_table_full_of_dead_rows_is_told(database, clock):
    """3,000 rows written and two thirds removed, and no vacuum came; one comes, and it is well."""
    write("CREATE TABLE much (id bigint)")
    _counted("INSERT INTO much SELECT generate_series(1, 3000)")
    before = figure("dead")
    _counted("DELETE FROM much WHERE id > 1000")
    health = look()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("VACUUM much"))
        conn.execute(text("SELECT pg_stat_force_next_flush()"))
    after = look()
    write("DROP TABLE much")

    assert before.level == GOOD
    assert figure("dead", health) == shape.Figure("dead", 66, "much")
    assert figure("dead", health).level == BAD
    (table,) = [table for table in health.machine.tables if table.name == "much"]
    assert (table.live_rows, table.dead_rows, table.vacuumed_at) == (1_000, 2_000, None)
    (table,) = [table for table in after.machine.tables if table.name == "much"] or [None]
    assert figure("dead", after).about != "much"
    assert table is None or table.vacuumed_at is not None


def _counted(statement):
    with db.write() as conn:
        conn.execute(text(statement))
        conn.execute(text("SELECT pg_stat_force_next_flush()"))


@postgresql
def test_connections_and_size_grow_with_their_causes(database, clock):
    """Forty more connections; a table of a few megabytes."""
    before = look()
    others = [database.engine.connect() for _ in range(20)]
    others += [database.reader.connect() for _ in range(20)]
    write("CREATE TABLE large AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 3000)")
    after = look()
    for other in others:
        other.close()
    write("DROP TABLE large")

    assert figure("connections", after).value >= figure("connections", before).value + 15
    assert figure("size", after).value >= figure("size", before).value + 2_000_000
    assert after.machine.tables[0].total_bytes >= after.machine.tables[-1].total_bytes


@sqlite
def test_a_file_tells_its_size_its_free_pages_and_its_log(database, clock):
    """Rows come and go: the file stays large, a part of it free; the log lies beside it."""
    before = look()
    write("CREATE TABLE large (x TEXT)")
    with db.write() as conn:
        conn.execute(text("INSERT INTO large VALUES (:x)"), [{"x": "x" * 4_000}] * 500)
    full = look()
    write("DROP TABLE large")
    emptied = look()

    assert figure("file", full).value >= figure("file", before).value + 1_000_000
    assert figure("free", emptied).value > figure("free", full).value
    assert figure("free", emptied).level != GOOD
    assert figure("wal", full).value > 0
    assert emptied.machine.sizes["free_pages"] > 0
