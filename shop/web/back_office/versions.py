"""Decide the operator's page of versions: which there are, which is in force, how two differ.

What a version is, and what differs, is ``settlement.tax``'s.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request

from kernel import clock, db, web
from kernel.errors import Problem
from kernel.i18n import Words, problem_words
from settlement.tax.versions.difference import (
    Difference,
    Version,
    difference,
    numbers_in_force,
    versions,
)
from shop.imports.tariff_rows import sheet_cell

SHOWN = 200
"""Rows shown of each part; the command line tells all."""


def versions_page() -> str:
    """Show the versions, the newest first, and the difference of two when they are asked for."""
    today = clock.china_date(clock.now())
    found: Difference | None = None
    mishap: Words | None = None
    with db.read() as conn:
        known = versions(conn)
        asked = _asked(known)
        if "old" in request.args:
            try:
                found = difference(conn, asked["old"], asked["new"])
            except Problem as problem:
                mishap = problem_words(problem, web.lang())
        in_force = numbers_in_force(conn, today)
    return render_template(
        "rates/versions.html",
        versions=known,
        in_force=in_force,
        asked=asked,
        **_parts(found),
        mishap=mishap,
        cell=sheet_cell,
        cells=_cells,
    )


def _parts(found: Difference | None) -> dict[str, Any]:
    """Return what differs by part; None each while nothing is compared."""
    if found is None:
        return dict.fromkeys(("added", "removed", "changed"))
    parts = {"added": found.added, "removed": found.removed, "changed": found.changed}
    return {name: _part(rows) for name, rows in parts.items()}


def _part(rows: Sequence[Any]) -> dict[str, Any]:
    """Return the first rows of a part, how many there are, and how many more."""
    return {"rows": rows[:SHOWN], "count": len(rows), "more": max(0, len(rows) - SHOWN)}


def _asked(known: list[Version]) -> dict[str, int]:
    """Return the two numbers; at first the newest and the one of its kind before it."""
    new = request.args.get("new", known[0].version_no if known else 0, type=int)
    kind = next((one.kind for one in known if one.version_no == new), "")
    before = [one.version_no for one in known if one.kind == kind and one.version_no < new]
    return {"old": request.args.get("old", before[0] if before else 0, type=int), "new": new}


def _cells(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [sheet_cell(name, value) for name, value in row.items() if name != "hs_code"]
