"""Decides that the filing number of a display site stands at one outlet: a filing is for one place.

Whether goods may stand there at all is ``bonded_display.display``'s.  Source: rules section 6.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select

from bonded_display.display.shelf_code import normal_shelf_code
from bonded_display.display.tables import placement
from kernel import register
from kernel.sheets import BadCell, SheetRow
from shop.imports.tables import staged_placement

ELSEWHERE = "site_elsewhere"
"""The message of a cell whose filing number stands at another outlet."""


def staged_elsewhere(conn: Connection, job_id: int) -> dict[int, str]:
    """Return the site by line of staged rows that have it at another outlet.

    Than what stands and is not moved by the same sheet; where nothing does, than its first line.
    """
    staged = staged_placement.c
    mine = (staged.job_id == job_id, staged.display_site_no.is_not(None))
    rows = select(staged.line, staged.display_site_no, staged.outlet_id).where(*mine)
    standing = select(placement.c.display_site_no, placement.c.outlet_id).where(
        placement.c.display_site_no.in_(select(staged.display_site_no).where(*mine)),
        placement.c.shelf_code.not_in(select(staged.shelf_code).where(staged.job_id == job_id)),
    )
    found = conn.execute(rows.order_by(staged.line)).all()
    return _elsewhere(conn, [(line, site, outlet_id) for line, site, outlet_id in found], standing)


def sheet_elsewhere(conn: Connection, sheet: Sequence[SheetRow]) -> list[BadCell]:
    """Return the same cells of a sheet that is not staged; its outlets are in the register."""
    ids = {row.code: row.id for row in conn.execute(select(register.outlet))}
    rows = [
        (row.line, row.values["display_site"], ids[row.values["outlet"]])
        for row in sheet
        if row.values["display_site"]
    ]
    codes = [normal_shelf_code(row.values["shelf_code"]) for row in sheet]
    standing = select(placement.c.display_site_no, placement.c.outlet_id).where(
        placement.c.display_site_no.in_({site for _, site, _ in rows}),
        placement.c.shelf_code.not_in(codes),
    )
    found = _elsewhere(conn, rows, standing)
    return [BadCell(line, "display_site", site, ELSEWHERE) for line, site in found.items()]


def _elsewhere(
    conn: Connection, rows: Sequence[tuple[int, str, int]], standing: Select[Any]
) -> dict[int, str]:
    outlets: dict[str, set[int]] = {}
    for site, outlet_id in conn.execute(standing.distinct()):
        outlets.setdefault(site, set()).add(outlet_id)
    return {
        line: site
        for line, site, outlet_id in rows
        if outlets.setdefault(site, {outlet_id}) != {outlet_id}
    }


def count_split(conn: Connection, job_id: int) -> int:
    """Return how many sites of a job's rows stand at several outlets, as placements stand now."""
    staged = staged_placement.c
    sites = select(staged.display_site_no).where(
        staged.job_id == job_id, staged.display_site_no.is_not(None)
    )
    split = (
        select(placement.c.display_site_no)
        .where(placement.c.display_site_no.in_(sites))
        .group_by(placement.c.display_site_no)
        .having(func.count(placement.c.outlet_id.distinct()) > 1)
    )
    return len(conn.execute(split).all())
