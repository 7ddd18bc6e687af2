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

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql

T = TypeVar("T")
Row = Mapping[str, Any]

_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it so
_PARAMETER = re.compile(r"(?<![:\w]):(\w+)")
_IN_LIST = re.compile(r"\bIN :(\w+)")
_SQL_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "bigint"),
    (str, "text"),
    (bytes, "bytea"),
    (date, "date"),
)


class RowsMissed(Exception):
    """A set-based statement touched other rows than its owner promised; nothing may stand."""


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
    meanwhile: on PostgreSQL its rows would not come back.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self._raw: Any = connection.connection.driver_connection
        self._trips = ExitStack()
        self._pipeline: Any = None
        self._promises: list[tuple[Any, int, str]] = []

    def __enter__(self) -> "Batch":
        if self.dialect == "postgresql":
            self._pipeline = self._trips.enter_context(self._raw.pipeline())
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
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

        ``excluded.column`` is the new row's value.  Keys are unique within ``rows``.
        """
        changes = ", ".join(f"{column} = {sql}" for column, sql in set_.items())
        tail = f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
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
    for kind, name in _SQL_TYPES:
        if isinstance(value, kind):
            return name
    raise TypeError(f"{table.name}: no column {column} and no SQL type for {value!r}")


def _arrays(rows: Sequence[Row], columns: Sequence[str]) -> list[Any]:
    return [_array([row[column] for row in rows]) for column in columns]


def _array(values: list[Any]) -> Any:
    """Return ``values`` for one array parameter, numbers as text so that its type never varies."""
    first = next((value for value in values if value is not None), None)
    if isinstance(first, bool):
        return values
    if isinstance(first, int) or first is None:
        return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
    return values


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
