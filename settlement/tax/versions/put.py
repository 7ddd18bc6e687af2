"""Decide how a whole tariff or positive list comes in as a numbered version beside the old ones.

Where its rows were staged and who checked them is the importing verb's business.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, Table, func, literal, select

from kernel.clock import Instant
from settlement.tax import tables
from settlement.tax.errors import PositiveListFirst, VersionEmpty

TABLES: dict[str, Table] = {
    "tariff": tables.tariff,
    "positive_list": tables.positive_code,
}
"""Where the rows of a kind lie."""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version as it comes in: ``name`` is its file's, ``at`` when we came to know it."""

    kind: str
    effective_on: date
    name: str
    at: Instant


def put_version_from(conn: Connection, new: NewVersion, source: Select[Any]) -> int:
    """Return the number of the new version, whose rows are those of ``source``, all in one act.

    ``source`` has the columns of the kind's table without the number.  What stood before stays.
    Raises ``VersionEmpty`` without a row, ``PositiveListFirst`` for a tariff while no positive
    list was ever imported: nothing could be sold under it.
    """
    table = TABLES[new.kind]
    row_count = conn.execute(select(func.count()).select_from(source.subquery())).scalar_one()
    if not row_count:
        raise VersionEmpty(kind=new.kind)
    if new.kind == "tariff":
        _require_positive_list(conn, new.effective_on)
    version = tables.tariff_version
    last = conn.execute(select(func.max(version.c.version_no))).scalar_one() or 0
    conn.execute(
        version.insert(),
        {
            "version_no": last + 1,
            "kind": new.kind,
            "effective_on": new.effective_on,
            "name": new.name[:250],
            "row_count": row_count,
            "at": new.at,
        },
    )
    names = [column.name for column in source.selected_columns]
    numbered = source.add_columns(literal(last + 1).label("version_no"))
    conn.execute(table.insert().from_select([*names, "version_no"], numbered))
    return int(last) + 1


def _require_positive_list(conn: Connection, on: date) -> None:
    version = tables.tariff_version
    some = (
        select(version.c.version_no)
        .where(version.c.kind == "positive_list", version.c.effective_on <= on)
        .limit(1)
    )
    if conn.execute(some).first() is None:
        raise PositiveListFirst
