"""Decide how set-based statements travel: pipelined arrays on PostgreSQL, one by one on SQLite.

A statement is written once, with named parameters; which rows it writes is its owner's business.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Select, Table, true
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
Row = Mapping[str, Any]

_OPEN = "open_batches"
_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it so
_PARAMETER = re.compile(r"(?<![:\w]):(\w+)")
_IN_LIST = re.compile(r"\bIN :(\w+)")
_SQL_TYPES = {bool: "boolean", int: "bigint", str: "text", bytes: "bytea", date: "date"}


class BatchOpen(Exception):
    """A connection was asked beside its own open batch: on PostgreSQL no row would come back."""


class RowsMissed(Exception):
    """A set-based statement touched other rows than its owner promised; nothing may stand."""


def refuse_beside_batch(connection: Connection, *_: Any) -> None:
    """Raise ``BatchOpen`` when ``connection`` runs a statement while a batch of it is open."""
    if connection.info.get(_OPEN):
        raise BatchOpen("ask before the batch, after it, or by batch.fetch")


def upsert_from(
    conn: Connection,
    table: Table,
    source: Select[Any],
    *,
    key: Sequence[str],
    keep: Sequence[str] = (),
) -> None:
    """Write the rows of ``source`` in one statement; where ``key`` stands, columns change.

    All do but the id and those to ``keep``, which ``source`` has for new rows alone.

    The columns of ``source`` are named as those of ``table`` and its keys are unique.
    """
    names = [column.name for column in source.selected_columns]
    kind = postgresql if conn.dialect.name == "postgresql" else sqlite
    statement = kind.insert(table).from_select(names, source)
    changes = {name: statement.excluded[name] for name in names if name not in (*key, *keep, "id")}
    conn.execute(statement.on_conflict_do_update(index_elements=key, set_=changes))


def insert_new_from(
    conn: Connection, table: Table, names: Sequence[str], source: Select[Any]
) -> int:
    """Insert the rows of ``source`` in one statement and return how many were new.

    One whose key stands already is passed over.
    """
    kind = postgresql if conn.dialect.name == "postgresql" else sqlite
    rows = source.where(true())  # without it SQLite takes ON for the beginning of a join
    statement = kind.insert(table).from_select(names, rows).on_conflict_do_nothing()
    return conn.execute(statement, execution_options={"preserve_rowcount": True}).rowcount


def insert_new(conn: Connection, table: Table, row: Row) -> bool:
    """Insert ``row`` and return True; False, and nothing, where one of its keys stands already."""
    statement = _insert_new(table, conn.dialect.name)
    return conn.execute(statement, row, execution_options={"preserve_rowcount": True}).rowcount == 1


@lru_cache(maxsize=512)
def _insert_new(table: Table, dialect: str) -> Any:
    kind = postgresql if dialect == "postgresql" else sqlite
    return kind.insert(table).on_conflict_do_nothing()


class Later(Generic[T]):
    """Rows that arrive with the next trip; calling it brings them, as often as it is called."""

    def __init__(self, bring: Callable[[], T]) -> None:
        self._bring = bring
        self._brought: list[T] = []

    def __call__(self) -> T:
        """Return the rows, waiting for them if need be; a cursor gives them once, so kept."""
        if not self._brought:
            self._brought.append(self._bring())
        return self._brought[0]

    def then(self, shape: Callable[[T], Any]) -> "Later[Any]":
        """Return a ``Later`` whose rows went through ``shape``."""
        return Later(lambda: shape(self()))


class Batch:
    """Statements of one transaction that share trips to the database.

    Used as ``with Batch(conn) as batch``; on leaving, every statement has run and every
    promised row count was compared.  It never commits.  The connection itself runs no statement
    meanwhile, which ``refuse_beside_batch`` sees to.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self._raw: Any = connection.connection.driver_connection
        self._notes: dict[Any, Any] = connection.info
        self._trips = ExitStack()
        self._pipeline: Any = None
        self._promises: list[tuple[Any, int, str]] = []

    def __enter__(self) -> "Batch":
        if self.dialect == "postgresql":
            self._pipeline = self._trips.enter_context(self._raw.pipeline())
        self._notes[_OPEN] = self._notes.get(_OPEN, 0) + 1
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        self._notes[_OPEN] -= 1
        self._trips.__exit__(kind, *rest)
        if kind is None:
            self._keep_promises()

    def sync(self) -> None:
        """Make the trip now and compare the row counts promised so far."""
        if self._pipeline is not None:
            self._pipeline.sync()
        self._keep_promises()

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert ``rows``; all carry the same keys, named as the columns."""
        self._insert(table, rows, tail="")

    def upsert(self, table: Table, rows: Sequence[Row], *, key: Sequence[str], set_: Row) -> None:
        """Insert ``rows`` or, where ``key`` stands already, apply ``set_`` (SQL by column).

        ``excluded.column`` is the new row's value.  Keys are unique within ``rows``.  With
        nothing to set, a key that stands already is ``RowsMissed``.
        """
        changes = ", ".join(f"{column} = {sql}" for column, sql in set_.items())
        action = f"UPDATE SET {changes}" if changes else "NOTHING"
        tail = f" ON CONFLICT ({', '.join(key)}) DO {action}"
        self._insert(table, rows, tail=tail)

    def _insert(self, table: Table, rows: Sequence[Row], *, tail: str) -> None:
        if not rows:
            return
        columns = tuple(rows[0])
        if self.dialect == "postgresql":
            sql = _insert_from_arrays(table, columns) + tail
            self._promise(sql, _arrays(rows, columns), len(rows))
            return
        places = ", ".join(f":{column}" for column in columns)
        sql = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places}){tail}"
        self._each(sql, rows, len(rows))

    def update(
        self, table: Table, rows: Sequence[Row], *, key: Sequence[str], set_: Row, where: str = ""
    ) -> None:
        """Change one row of ``table`` for each of ``rows``; ``RowsMissed`` if one is not there.

        ``set_`` and ``where`` are SQL in which ``:name`` is the value of that name in the
        row and a bare name is the table's column.  Keys are unique within ``rows``.
        """
        if not rows:
            return
        columns = tuple(rows[0])
        changes = ", ".join(f"{column} = {sql}" for column, sql in set_.items())
        conditions = [f"{table.name}.{column} = :{column}" for column in key]
        if where:
            conditions.append(f"({where})")
        condition = " AND ".join(conditions)
        if self.dialect == "sqlite":
            sql = f"UPDATE {table.name} SET {changes} WHERE {condition}"
            self._each(sql, rows, len(rows))
            return
        types = [_column_type(table, column, rows[0][column]) for column in columns]
        source = ", ".join(f"%s::{name}[]" for name in types)
        names = ", ".join(f"v_{column}" for column in columns)
        changes, condition = (_PARAMETER.sub(r"d.v_\1", sql) for sql in (changes, condition))
        sql = (
            f"UPDATE {table.name} SET {changes} FROM unnest({source}) AS d({names})"
            f" WHERE {condition}"
        )
        self._promise(sql, _arrays(rows, columns), len(rows))

    def run(self, sql: str, parameters: Row, *, expect: int | None = None) -> None:
        """Run one statement; ``expect`` is the promised row count."""
        if self.dialect == "postgresql":
            cursor = self._raw.cursor()
            cursor.execute(_postgres_text(sql), _postgres_values(parameters))
        else:
            cursor = self._raw.execute(_sqlite_text(sql), _sqlite_values(parameters))
        if expect is not None:
            self._promises.append((cursor, expect, sql))

    def fetch(self, sql: str, parameters: Row) -> Later[list[tuple[Any, ...]]]:
        """Ask for rows; ``x IN :ids`` takes a list.  They come with the next trip."""
        if self.dialect == "sqlite":
            rows = self._raw.execute(_sqlite_text(sql), _sqlite_values(parameters)).fetchall()
            return Later(lambda: rows)
        cursor = self._raw.cursor()
        cursor.execute(_postgres_text(sql), _postgres_values(parameters))
        return Later(cursor.fetchall)

    def _promise(self, sql: str, parameters: Sequence[Any], expect: int) -> None:
        cursor = self._raw.cursor()
        cursor.execute(sql, parameters)
        self._promises.append((cursor, expect, sql))

    def _each(self, sql: str, rows: Sequence[Row], expect: int) -> None:
        cursor = self._raw.executemany(sql, [_sqlite_values(row) for row in rows])
        self._promises.append((cursor, expect, sql))

    def _keep_promises(self) -> None:
        promises, self._promises = self._promises, []
        for cursor, expect, sql in promises:
            if cursor.rowcount != expect:
                raise RowsMissed(f"{cursor.rowcount} rows, not {expect}: {sql[:120]}")


@lru_cache(maxsize=512)
def _insert_from_arrays(table: Table, columns: tuple[str, ...]) -> str:
    source = ", ".join(f"%s::{_column_type(table, column, None)}[]" for column in columns)
    return f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT * FROM unnest({source})"


def _column_type(table: Table, column: str, value: object) -> str:
    if column in table.c:
        return str(table.c[column].type.compile(dialect=_POSTGRES))
    for kind, name in _SQL_TYPES.items():
        if isinstance(value, kind):
            return name
    raise TypeError(f"{table.name}: no column {column} and no SQL type for {value!r}")


def _arrays(rows: Sequence[Row], columns: Sequence[str]) -> list[Any]:
    return [_array([row[column] for row in rows]) for column in columns]


def _array(values: list[Any]) -> Any:
    """Return ``values`` as one array literal, so that the parameter's type never varies."""
    first = next((value for value in values if value is not None), None)
    if first is None or (isinstance(first, int) and not isinstance(first, bool)):
        return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"
    if isinstance(first, str):
        return "{" + ",".join([_quoted(value) for value in values]) + "}"
    if isinstance(first, bytes):
        return "{" + ",".join([_hex(value) for value in values]) + "}"
    return values


def _quoted(value: str | None) -> str:
    """Return one text of an array literal; the driver's own way costs a search a sign."""
    if value is None:
        return "NULL"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _hex(value: bytes | None) -> str:
    return "NULL" if value is None else '"\\\\x' + value.hex() + '"'


@lru_cache(maxsize=1024)
def _postgres_text(sql: str) -> str:
    plain = _IN_LIST.sub(r"= ANY(:\1)", sql).replace("%", "%%")  # the driver's own sign
    return _PARAMETER.sub(r"%(\1)s", plain)


@lru_cache(maxsize=1024)
def _sqlite_text(sql: str) -> str:
    return _IN_LIST.sub(r"IN (SELECT value FROM json_each(:\1))", sql)


def _postgres_values(parameters: Row) -> dict[str, Any]:
    return {
        name: _array(value) if isinstance(value, list) else value
        for name, value in parameters.items()
    }


def _sqlite_values(parameters: Row) -> dict[str, Any]:
    return {name: _sqlite_value(value) for name, value in parameters.items()}


def _sqlite_value(value: Any) -> Any:
    if isinstance(value, list):
        return json.dumps(value)
    return value.isoformat() if isinstance(value, date) else value
