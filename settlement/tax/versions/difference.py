"""Decide how two versions of a tariff or positive list differ: added, removed, changed fields.

How it is shown is the command line's and the page's business.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, select

from kernel.clock import Instant
from settlement.tax import tables
from settlement.tax.errors import VersionsUnlike, VersionUnknown
from settlement.tax.tariff import BEFORE_VERSIONS, in_force
from settlement.tax.versions.put import TABLES

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """One version; ``version_no`` 0 is what was entered before the first one, and has no day."""

    version_no: int
    kind: str
    effective_on: date | None
    name: str
    row_count: int
    at: Instant


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows of the version in force on a day; ``effective_on`` None: before the first one."""

    effective_on: date | None
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of a code that stands in both; ``fields`` gives what was and what is, by column."""

    hs_code: str
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the newer version adds, no longer has, and says otherwise, by code."""

    old: Version
    new: Version
    added: Sequence[Row]
    removed: Sequence[Row]
    changed: Sequence[Changed]


def versions(conn: Connection, *, most: int = 100) -> list[Version]:
    """Return the versions, the newest first."""
    table = tables.tariff_version
    names = [table.c[name] for name in Version.__slots__]
    rows = conn.execute(select(*names).order_by(table.c.version_no.desc()).limit(most))
    return [Version(**row._asdict()) for row in rows]


def stands_on(conn: Connection, kind: str, on: date) -> Standing:
    """Return the version of ``kind`` in force on a day, its rows by code."""
    version_no = conn.execute(select(in_force(kind, on))).scalar_one() or BEFORE_VERSIONS
    rows = [row for rows in _rows(conn, kind, version_no).values() for row in rows]
    return Standing(_version(conn, version_no).effective_on, rows)


def numbers_in_force(conn: Connection, on: date) -> set[int]:
    """Return the numbers of the versions in force on a day, one of each kind at most."""
    row = conn.execute(select(*(in_force(kind, on) for kind in TABLES))).one()
    return {int(version_no) for version_no in row if version_no is not None}


def difference(conn: Connection, old_no: int, new_no: int) -> Difference:
    """Return how ``new_no`` differs from ``old_no``; 0 stands for what was before the first.

    The rows of a code are compared in the order of their days, so that a moved day is a change.
    Raises ``VersionUnknown`` and ``VersionsUnlike``.
    """
    old, new = _version(conn, old_no), _version(conn, new_no)
    kind = new.kind or old.kind or "tariff"
    if {old.kind, new.kind} - {"", kind}:
        raise VersionsUnlike(old_no=old_no, new_no=new_no)
    before, after = _rows(conn, kind, old_no), _rows(conn, kind, new_no)
    added, removed, changed = [], [], []
    for hs_code in sorted(before.keys() | after.keys()):
        for was, now in zip_longest(before.get(hs_code, []), after.get(hs_code, [])):
            if was is None:
                added.append(now)
            elif now is None:
                removed.append(was)
            elif fields := {name: (was[name], now[name]) for name in now if was[name] != now[name]}:
                changed.append(Changed(hs_code, fields))
    return Difference(old, new, added, removed, changed)


def _version(conn: Connection, version_no: int) -> Version:
    if version_no == BEFORE_VERSIONS:
        return Version(BEFORE_VERSIONS, "", None, "", 0, 0)
    table = tables.tariff_version
    names = [table.c[name] for name in Version.__slots__]
    row = conn.execute(select(*names).where(table.c.version_no == version_no)).one_or_none()
    if row is None:
        raise VersionUnknown(version_no=version_no)
    return Version(**row._asdict())


def _rows(conn: Connection, kind: str, version_no: int) -> dict[str, list[Row]]:
    """Return the rows by code; before the first list, those that said they are on it."""
    table = TABLES[kind]
    hidden = {"version_no", "on_positive_list"}
    names = [column for column in table.columns if column.name not in hidden]
    query = select(*names).where(table.c.version_no == version_no)
    if kind == "positive_list" and version_no == BEFORE_VERSIONS:
        tariff = tables.tariff.c
        query = select(*(tariff[column.name] for column in names)).where(
            tariff.version_no == BEFORE_VERSIONS, tariff.on_positive_list
        )
    found: dict[str, list[Row]] = defaultdict(list)
    for row in conn.execute(query.order_by("hs_code", "valid_from_on")):
        found[row.hs_code].append(row._asdict())
    return found
