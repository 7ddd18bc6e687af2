"""Databases of tests: fresh, whole, alike on both kinds, and gone afterwards."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect, text

from kernel import clock as kernel_clock
from kernel import db, ids
from tests.support import cluster, house


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_finds_its_database_empty(database, turn):
    """Two tests write the same row: neither meets the other's."""
    with db.write() as connection:
        before = connection.execute(text("SELECT count(*) FROM person")).scalar_one()
        connection.execute(
            text(
                "INSERT INTO person (id, id_lookup, person_sealed, created_at)"
                " VALUES (:id, '1:00', :sealed, 0)"
            ),
            {"id": ids.new(), "sealed": b"x"},
        )

    assert before == 0


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE outlet ADD COLUMN more bigint",
        "CREATE TABLE more (id bigint)",
        "DROP TABLE data_key",
        "ALTER TABLE person DROP CONSTRAINT pk_person CASCADE",
        "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_a_changed_schema_is_not_handed_on(databases, change):
    """A test alters a table: the next one works on a new copy."""
    with databases.postgresql() as first, psycopg.connect(plain(first)) as connection:
        connection.execute(change)

    with databases.postgresql() as second:
        assert second != first


def test_written_rows_cost_no_new_copy(databases):
    """A test leaves rows, and a connection that still holds its lock: the next finds neither."""
    with databases.postgresql() as first:
        connection = psycopg.connect(plain(first))
        connection.execute(
            "INSERT INTO person (id, id_lookup, person_sealed, created_at) VALUES (1, '1:0', '', 0)"
        )
        connection.commit()
        connection.execute("LOCK TABLE person")

    with databases.postgresql() as second, psycopg.connect(plain(second)) as looking:
        left = looking.execute("SELECT count(*) FROM person").fetchone()

    assert second == first
    assert left == (0,)
    assert connection.closed is False
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


def test_an_empty_database_has_no_table(databases):
    """Migrations begin at nothing."""
    with databases.empty_postgresql() as url, psycopg.connect(plain(url)) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        ).fetchone()

    assert tables == (0,)


def plain(url):
    """The address as psycopg reads it."""
    return url.replace("+psycopg", "")


def test_both_kinds_have_every_table(database):
    """What the rooms declare is there, under the same names."""
    with db.read() as connection:
        there = set(inspect(connection).get_table_names())

    assert set(house.declared().tables) <= there
    assert "person" in there


def test_the_clock_stands_still_until_told(clock):
    """Ten in the morning in China on 24 November 2026; then ninety seconds later."""
    assert kernel_clock.china_text(kernel_clock.now()) == "20261124100000"

    clock.tick(90)

    assert kernel_clock.china_text(kernel_clock.now()) == "20261124100130"


def test_the_terminals_journal_is_not_the_houses():
    """The counter keeps its own file; its tables are not in the server's schema."""
    assert not [name for name in house.table_modules() if name.startswith("pos.terminal")]


@pytest.fixture
def place():
    """A cluster's place of its own, apart from the session's."""
    made = cluster.new_place()
    yield made
    cluster.stop(made)


def connect(place: cluster.Place) -> psycopg.Connection:
    return psycopg.connect(
        host=str(place.folder), user=cluster.USER, dbname="postgres", autocommit=True
    )


def test_a_cluster_leaves_nothing_behind(place):
    """It is started, answers, and is stopped: no process, no folder."""
    for _ in range(2):  # two workers ask, one starts it
        cluster.start(place, watched=os.getpid())
    server = int((place.data / "postmaster.pid").read_text().splitlines()[0])
    with connect(place) as connection:
        answer = connection.execute("SELECT 1").fetchone()

    cluster.stop(place)

    assert answer == (1,)
    assert not place.folder.exists()
    assert not Path(f"/proc/{server}").exists()


def test_a_cluster_ends_with_the_session_it_served(place):
    """The session is killed without a word: its cluster goes too."""
    session = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    cluster.start(place, watched=session.pid)
    assert place.ready.exists()

    session.kill()
    session.communicate()

    deadline = time.monotonic() + 30
    while place.folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not place.folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_root_below_a_closed_folder_uses_a_copy(place, monkeypatch):
    """The environment lies below a folder with mode 0700: the binaries are copied out."""
    monkeypatch.setattr(cluster, "_reachable", lambda folder: False)

    found = cluster.binaries(place, root=True)

    assert found.is_relative_to(place.folder)
    for program in ("initdb", "postgres"):
        subprocess.run([found / program, "--version"], check=True, capture_output=True)
