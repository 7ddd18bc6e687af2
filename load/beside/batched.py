"""Decides the batched floor: the plain floor's rows, ``SIZE`` orders a transaction, set by set.

It is made from the plain floor's script, so both write the same rows of the same tables.
"""

import re
from collections.abc import Mapping

from load.books import Connection
from load.floor.script import IDS_A_RUN

SIZE = 50
CLIENTS = 2
_INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]*)\) VALUES \((.*)\)( ON CONFLICT .*)?;")
_ID = re.compile(r":id(\d+)\b")
_SET_ID = re.compile(r"\\set id(\d+) (\d+) \+ .*")
_HELD = re.compile(r"held \+ '1'")

Types = Mapping[tuple[str, str], str]
"""SQL type by table and column."""


def column_types(connection: Connection) -> Types:
    """Return the type of every column of the tables in ``public``."""
    rows = connection.execute(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind IN ('r', 'p') AND a.attnum > 0"
        " AND NOT a.attisdropped AND c.relnamespace = 'public'::regnamespace"
    )
    return {(table, column): kind for table, column, kind in rows}


def batched(plain: str, types: Types, *, people: int) -> str:
    """Return the script that writes ``SIZE`` orders of the script ``plain`` at once.

    Each order has ids, key and shopper of its own; all of one transaction are of one article.
    """
    return "\n".join(_line(line, types, people) for line in plain.splitlines()) + "\n"


def _line(line: str, types: Types, people: int) -> str:
    if found := _SET_ID.fullmatch(line):
        number, first = found.groups()
        each = SIZE * IDS_A_RUN
        return f"\\set id{number} {first} + (:n * {CLIENTS} + :client_id) * {each} + {number}"
    if found := _INSERT.fullmatch(line):
        table, names, values, conflict = found.groups()
        columns = [name.strip() for name in names.split(",")]
        cast = ", ".join(
            f"({value})::{types[table, column]}"
            for column, value in zip(columns, split(values), strict=True)
        )
        many = f"SELECT {_each(cast, people)} FROM generate_series(0, {SIZE - 1}) g"
        return f"INSERT INTO {table} ({names}) {many}{conflict or ''};"
    return _HELD.sub(f"held + '{SIZE}'", line)


def _each(values: str, people: int) -> str:
    """Return values of one order as those of the ``g``-th."""
    values = _ID.sub(rf"(:id\1::bigint + g * {IDS_A_RUN})", values)
    values = values.replace(":shopper", f"((:shopper::int + g) % {people} + 1)")
    return values.replace(":client_id::text", ":client_id::text || '-' || g::text")


def split(values: str) -> list[str]:
    """Return the values of a row; commas in quotes and brackets part nothing."""
    parts, depth, quoted = [""], 0, False
    for sign in values:
        quoted ^= sign == "'"
        depth += 0 if quoted else (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]
