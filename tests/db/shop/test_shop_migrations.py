"""Migrations: up, down and up again on both databases; they make what the rooms declare."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from kernel.db import Database
from shop import migrate
from tests.support import house

TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT t.tgname, c.relname FROM pg_trigger t"
    " JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal",
}
FUNCTIONS = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
CHECKS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, databases, tmp_path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    with databases.empty_postgresql() as url:
        yield url


@pytest.fixture
def declared(empty, databases, tmp_path) -> Iterator[Database]:
    """A database made from the rooms' own tables, on the same kind as ``empty``."""
    if empty.startswith("sqlite"):
        database = Database(f"sqlite:///{tmp_path / 'declared.sqlite'}")
        with database.write() as connection:
            house.declared().create_all(connection)
        yield database
        database.close()
        return
    with databases.empty_postgresql() as url:
        database = Database(url)
        with database.write() as connection:
            house.declared().create_all(connection)
        yield database
        database.close()


def look(url: str, sql: str) -> set[tuple[object, ...]]:
    database = Database(url)
    try:
        with database.read() as connection:
            return {tuple(row) for row in connection.execute(text(sql))}
    finally:
        database.close()


def tables(url: str) -> set[str]:
    database = Database(url)
    try:
        with database.read() as connection:
            return set(inspect(connection).get_table_names()) - {"alembic_version"}
    finally:
        database.close()


def kind(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"


def test_up_down_and_up_again(empty):
    """All the way up, back to nothing, and up to the same schema."""
    head = migrate.upgrade(empty)
    first, triggers = tables(empty), look(empty, TRIGGERS[kind(empty)])
    assert first == set(house.declared().tables)

    assert migrate.downgrade(empty, "base") == "None"
    assert tables(empty) == set()
    assert look(empty, TRIGGERS[kind(empty)]) == set()
    if kind(empty) == "postgresql":
        assert look(empty, FUNCTIONS) == set()

    assert migrate.upgrade(empty) == head
    assert tables(empty) == first
    assert look(empty, TRIGGERS[kind(empty)]) == triggers


def test_each_step_goes_down_and_up(empty):
    """Step by step, as a release that must be taken back would."""
    migrate.upgrade(empty)
    full = tables(empty)
    below: list[str] = []
    while (at := migrate.downgrade(empty, "-1")) != "None":
        below.append(at)

    for revision in reversed(below):
        assert migrate.upgrade(empty, revision) == revision

    migrate.upgrade(empty)
    assert len(below) >= 9
    assert tables(empty) == full


def test_migrating_again_changes_nothing(empty):
    """The command is run at every start."""
    head = migrate.upgrade(empty)

    assert migrate.upgrade(empty) == head


def test_the_migrations_make_what_the_rooms_declare(empty):
    """Alembic compares: no table, column, type, index or key differs."""
    migrate.upgrade(empty)
    database = Database(empty)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, house.declared())
    database.close()

    assert differences == []


def test_the_migrations_make_the_same_triggers_and_rules(empty, declared):
    """What Alembic does not compare: triggers, functions, checks and their names."""
    migrate.upgrade(empty)

    own = look(declared.url, TRIGGERS[kind(empty)])
    assert look(empty, TRIGGERS[kind(empty)]) == own
    assert len(own) >= 10
    if kind(empty) == "postgresql":
        assert look(empty, FUNCTIONS) == look(declared.url, FUNCTIONS)
        apart = look(empty, CHECKS["postgresql"]) ^ look(declared.url, CHECKS["postgresql"])
        assert not [name for name, _ in apart if not str(name).startswith("alembic_version")]
    else:
        made = {_plain(*row) for row in look(empty, CHECKS["sqlite"])}
        assert {_plain(*row) for row in look(declared.url, CHECKS["sqlite"])} <= made


def _plain(name: object, sql: object) -> tuple[str, frozenset[str]]:
    """Return a table's parts, in whatever order and layout they were written."""
    body = str(sql).partition("(")[2].rpartition(")")[0]
    lines = [" ".join(line.replace('"', "").split()) for line in body.split(", \n")]
    return str(name), frozenset(line for line in lines if line)
