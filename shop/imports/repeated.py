"""Decides which staged rows do not go with earlier ones, and moves them to the bad ones.

What makes a row of a kind unique, and what is the same in all of them, is ``kinds``'.
"""

from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from shop.imports.kinds import Kind
from shop.imports.sites import ELSEWHERE, staged_elsewhere
from shop.imports.tables import import_bad

MOVED = 1_000
Repeated = dict[int, tuple[str, Any, str]]
"""Column, value and what is expected, by line."""


def find_repeated(conn: Connection, kind: Kind, job_id: int) -> Repeated:
    """Return the staged rows of a job that do not go with an earlier line.

    Their key stands there already, they differ in a column that must be the same in all rows, or
    their display site is filed for another outlet.
    """
    staged = kind.staged.c
    mine = staged.job_id == job_id
    found: Repeated = {}
    for column, name in kind.same:
        first = select(staged[name]).where(mine).order_by(staged.line).limit(1).scalar_subquery()
        other = select(staged.line, staged[name]).where(mine, staged[name] != first)
        for line, value in conn.execute(other.order_by(staged.line)):
            found[line] = (column, value, "same_in_all")
    for column, key in kind.keys:
        place = func.row_number().over(
            partition_by=[staged[name] for name in key], order_by=staged.line
        )
        ranked = (
            select(staged.line, staged[key[-1]].label("value"), place.label("place"))
            .where(mine, *(staged[name].is_not(None) for name in key))
            .subquery()
        )
        query = select(ranked.c.line, ranked.c.value).where(ranked.c.place > 1)
        for line, value in conn.execute(query.order_by(ranked.c.line)):
            found.setdefault(line, (column, value, "one_row"))
    if kind.name == "placements":
        for line, site in staged_elsewhere(conn, job_id).items():
            found.setdefault(line, ("display_site", site, ELSEWHERE))
    return found


def move_repeated(
    conn: Connection, kind: Kind, job_id: int, repeated: Repeated, *, keep: int
) -> None:
    """Take them from the staged rows; the first ``keep`` are kept as bad ones."""
    told = [
        {
            "job_id": job_id,
            "line": line,
            "place": 0,
            "column_name": column,
            "value": str(value)[:250],
            "expects": expects,
        }
        for line, (column, value, expects) in list(repeated.items())[: max(0, keep)]
    ]
    if told:
        conn.execute(insert(import_bad), told)
    lines = list(repeated)
    mine = kind.staged.c.job_id == job_id
    for start in range(0, len(lines), MOVED):
        some = kind.staged.c.line.in_(lines[start : start + MOVED])
        conn.execute(delete(kind.staged).where(mine, some))
