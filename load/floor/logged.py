"""Decides how PostgreSQL's log is read back: which statements ran, in which transactions.

What a floor makes of them is ``floor.script``'s.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_SAID = re.compile(r"(?:statement|execute [^:]*): (.*)", re.S)
_VALUE = re.compile(r"\$\d+ = (?:'((?:[^']|'')*)'|NULL)", re.S)
_TABLE = re.compile(r"\b(?:INTO|UPDATE|FROM)\s+(?!unnest\b)([a-z_]+)", re.I)
_WRITTEN = re.compile(r"(?:INSERT INTO|UPDATE)\s+([a-z_]+)", re.I)
_WITH = re.compile(r"\A\s*WITH\b.*\n\)\s*", re.S)
_OTHERS = re.compile(r"\bnode_lease\b|^\s*(SHOW|SET|ALTER SYSTEM|SELECT pg_reload_conf)\b", re.I)
_BEGIN, _END = re.compile(r"\s*BEGIN\b", re.I), re.compile(r"\s*(COMMIT|ROLLBACK)\b", re.I)
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,{}]+)', re.S)


@dataclass(frozen=True)
class Statement:
    """One statement as it was sent, with the values of ``$1``, ``$2``... as text."""

    sql: str
    values: tuple[str | None, ...] = ()

    @property
    def verb(self) -> str:
        """Return what it does in the end: INSERT, UPDATE or SELECT."""
        return self._own_part.split(None, 1)[0].upper()

    @property
    def table(self) -> str:
        """Return the table it is about: written or read first."""
        found = _TABLE.search(self._own_part if self.table_written else self.sql)
        return found.group(1).lower() if found else ""

    @property
    def table_written(self) -> str:
        """Return the table that it inserts into or updates in the end, or ''."""
        found = _WRITTEN.match(self._own_part)
        return found.group(1).lower() if found else ""

    @property
    def _own_part(self) -> str:
        """Return the statement without its WITH."""
        return _WITH.sub("", self.sql).strip()


@dataclass
class Transaction:
    """Statements between BEGIN and its end; one that ran outside of any is alone."""

    statements: list[Statement] = field(default_factory=list)
    committed: bool = False

    @property
    def writes(self) -> bool:
        """Return whether it changed anything that stayed."""
        return self.committed and any(one.table_written for one in self.statements)


def transactions(lines: Iterable[Mapping[str, Any]]) -> list[Transaction]:
    """Return the transactions that a JSON log tells of, by the time of their first statement.

    What the house does by itself (leases, settings) is left out.
    """
    told: list[Transaction] = []
    open_: dict[str, Transaction] = {}
    for line in lines:
        said = _SAID.fullmatch(str(line.get("message", "")))
        session = str(line.get("session_id"))
        if said is None:
            continue
        sql = said.group(1)
        if _BEGIN.match(sql):
            open_[session] = Transaction()
            told.append(open_[session])
        elif _END.match(sql):
            ended = open_.pop(session, Transaction())
            ended.committed = sql.strip().upper().startswith("COMMIT")
        else:
            statement = Statement(sql, values(str(line.get("detail", ""))))
            if session in open_:
                open_[session].statements.append(statement)
            else:
                told.append(Transaction([statement], committed=True))
    return [one for one in told if one.statements and not _is_the_houses(one)]


def _is_the_houses(transaction: Transaction) -> bool:
    return any(_OTHERS.search(one.sql) for one in transaction.statements)


def values(detail: str) -> tuple[str | None, ...]:
    """Return the values in a line's detail, ``Parameters: $1 = 'a', $2 = NULL``."""
    return tuple(
        None if found.group().endswith("= NULL") else found.group(1).replace("''", "'")
        for found in _VALUE.finditer(detail)
    )


def elements(array: str) -> list[str | None]:
    """Return the elements of a one-dimensional array as PostgreSQL writes it, ``{1,"a b",NULL}``."""
    return [
        re.sub(r"\\(.)", r"\1", quoted, flags=re.S)
        if bare == ""
        else None
        if bare == "NULL"
        else bare
        for quoted, bare in _ELEMENT.findall(array[1:-1])
    ]
