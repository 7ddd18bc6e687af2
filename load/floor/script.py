"""Decides what the floor is: the statements one request sent, in plain SQL, as a pgbench script.

Plain means: one statement a row with its values in place, no arrays and no joins over them, the
advisory lock left out, reads outside of the writing transaction where the product reads so, and
the hot row updated last.  Running it is ``pgbench``'s.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from load.floor.logged import Statement, Transaction, elements

IDS_A_RUN = 32
FIRST_ID = 300_000_000_000_000_000
_UNNEST = re.compile(r"unnest\((.*?)\)(?: AS d\((.*?)\))?(?=\s|$)", re.S)
_PLACE = re.compile(r"\$(\d+)(?:::[A-Za-z]+(?:\(\d+\))?(?:\[\])?)?")
_ANY = re.compile(r"= ANY\(\$(\d+)\)")
_ID = re.compile(r"(?<!\d)\d{17,19}(?!\d)")
_LEFT_OUT = re.compile(r"pg_advisory_xact_lock|^\s*DEALLOCATE\b")


@dataclass
class Names:
    """What stands in a value's place: known values by their text, and ids that were made new.

    ``known`` maps the text of a value to the SQL that stands for it, a pgbench variable or an
    expression; every id from ``first_new_id`` on becomes one of the run's own ids.
    """

    known: Mapping[str, str]
    first_new_id: int
    new: dict[str, str] = field(default_factory=dict)

    def sql(self, value: str | None) -> str:
        """Return the SQL for one value."""
        if value is None:
            return "NULL"
        if (alone := self._known(value)) is not None:
            return alone
        return self._joined(value)

    def varies(self, value: str) -> bool:
        """Return whether anything in a value is replaced."""
        return bool(self._parts(value)[1:])

    def _known(self, text: str) -> str | None:
        if text in self.known:
            return self.known[text]
        if _ID.fullmatch(text) and int(text) >= self.first_new_id:
            return self.new.setdefault(text, f":id{len(self.new)}")
        return None

    def _parts(self, value: str) -> list[str]:
        """Return the value cut so that every second part is one that is replaced.

        Sealed bytes stay whole: digits in them are an id by accident.
        """
        if value.startswith("\\x"):
            return [value]
        texts = sorted((re.escape(text) for text in self.known), key=len, reverse=True)
        parts = [""]
        at = 0
        for found in re.finditer("|".join([*texts, _ID.pattern]), value):
            if self._known(found.group()) is not None:
                parts[-1] += value[at : found.start()]
                parts += [found.group(), ""]
                at = found.end()
        parts[-1] += value[at:]
        return parts

    def _joined(self, value: str) -> str:
        parts = self._parts(value)
        if len(parts) == 1:
            return literal(value)
        pieces = [
            f"{self._known(part)}::text" if number % 2 else literal(part)
            for number, part in enumerate(parts)
            if number % 2 or part
        ]
        return "(" + " || ".join(pieces) + ")"


def literal(text: str) -> str:
    """Return a text as SQL; pgbench takes a colon for a variable even inside quotes."""
    quoted = text.replace("'", "''")
    if ":" not in text:
        return f"'{quoted}'"
    return "E'" + quoted.replace("\\", "\\\\").replace(":", "\\x3a") + "'"


def plain(statement: Statement, names: Names) -> list[str]:
    """Return a statement as plain SQL, one for each row it writes."""
    found = _UNNEST.search(statement.sql)
    if found is None or not _is_set_based(statement.sql):
        return [_in_place(statement, names)]
    columns = [elements(value or "{}") for value in statement.values]
    rows = list(zip(*columns, strict=True))
    if statement.verb == "INSERT":
        return [_insert(statement.sql, row, names) for row in rows]
    aliases = [alias.strip() for alias in (found.group(2) or "").split(",")]
    return [_update(statement.sql, dict(zip(aliases, row, strict=True)), names) for row in rows]


def _is_set_based(sql: str) -> bool:
    return "SELECT * FROM unnest(" in sql or " AS d(" in sql


def _insert(sql: str, row: Sequence[str | None], names: Names) -> str:
    values = ", ".join(names.sql(value) for value in row)
    return re.sub(
        r"SELECT \* FROM unnest\((?:[^()]|\(\d+\))*\)", lambda _: f"VALUES ({values})", sql
    )


def _update(sql: str, row: Mapping[str, str | None], names: Names) -> str:
    one = re.sub(r" FROM unnest\((?:[^()]|\(\d+\))*\) AS d\([^)]*\)", "", sql)
    return re.sub(r"\bd\.(v_\w+)", lambda found: names.sql(row[found.group(1)]), one)


def _in_place(statement: Statement, names: Names) -> str:
    """Return the statement with its values in place; a list of one becomes an equality."""

    def any_of(found: re.Match[str]) -> str:
        (*several,) = elements(statement.values[int(found.group(1)) - 1] or "{}")
        if len(several) == 1:
            return f"= {names.sql(several[0])}"
        return f"IN ({', '.join(names.sql(value) for value in several) or 'NULL'})"

    def value_of(found: re.Match[str]) -> str:
        value = statement.values[int(found.group(1)) - 1]
        if value is not None and _is_array(value) and names.varies(value):
            inside = ", ".join(names.sql(part) for part in elements(value))
            return f"ARRAY[{inside}]"
        return names.sql(value)

    return _PLACE.sub(value_of, _ANY.sub(any_of, statement.sql))


def _is_array(value: str) -> bool:
    return value.startswith("{") and value.endswith("}") and not value.startswith('{"')


@dataclass(frozen=True)
class Script:
    """A pgbench script and the statements in it, apart from BEGIN and END."""

    text: str
    statements: tuple[Statement, ...]


def make(
    told: Sequence[Transaction], names: Names, *, head: Sequence[str], hot: str, clients: int
) -> Script:
    """Return the floor of what was logged; ``hot`` is the table whose row is updated last.

    ``head`` are the script's first lines.  Ids of a run are ascending, as the product's are.
    """
    body: list[str] = []
    kept: list[Statement] = []
    for transaction in told:
        lines = [
            (statement, [f"{_one_line(sql)};" for sql in plain(statement, names)])
            for statement in transaction.statements
            if not _LEFT_OUT.search(statement.sql)
        ]
        lines.sort(key=lambda pair: pair[0].verb == "UPDATE" and pair[0].table_written == hot)
        kept += [Statement(sql) for _, sqls in lines for sql in sqls]
        inside = [sql for _, sqls in lines for sql in sqls]
        body += ["BEGIN;", *inside, "END;"] if transaction.writes else inside
    if len(names.new) > IDS_A_RUN:
        raise ValueError(f"{len(names.new)} ids in one run, room for {IDS_A_RUN}")
    ids = [
        f"\\set id{number} {FIRST_ID} + (:n * {clients} + :client_id) * {IDS_A_RUN} + {number}"
        for number in range(len(names.new))
    ]
    text = "\n".join(["\\set n :n + 1", *head, *ids, *body]) + "\n"
    return Script(text, tuple(kept))


def _one_line(sql: str) -> str:
    return " ".join(sql.split())
