"""Decides how an archive is read back: one order by its number, or all of it as a database.

Sealed columns stay sealed; the keys that open them stay in the house.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, insert, select

from kernel.db import metadata
from shop import migrate
from shop.archive.errors import NotArchived, NotEmpty
from shop.archive.file import opened, read_rows
from shop.archive.units import TABLES, UNITS

ORDERS = UNITS[0]


def sums(path: Path) -> dict[str, dict[str, Any]]:
    """Return rows and digest by table of a proved archive; raises ``ArchiveBroken``."""
    with opened(path) as file:
        return file.summed()


def read_order(path: Path, order_no: str) -> dict[str, list[dict[str, Any]]]:
    """Return every row of an order's checkout by table, as column and value.

    Raises ``ArchiveBroken`` (Refusal) and ``NotArchived`` (NotFound).
    """
    with opened(path) as file, file.engine.begin() as conn:
        root = _checkout_of(conn, order_no)
        rows = read_rows(conn, ORDERS, ORDERS.keys(conn, [root]))
    return {
        table: [dict(zip(metadata.tables[table].columns.keys(), row, strict=True)) for row in found]
        for table, found in rows.items()
        if found
    }


def _checkout_of(conn: Connection, order_no: str) -> int:
    order = metadata.tables["customs_order"].c
    found = conn.execute(select(order.checkout_id).where(order.order_no == order_no)).scalar()
    if found is None:
        raise NotArchived(order_no=order_no)
    return int(found)


def restore(path: Path, into: Path) -> dict[str, int]:
    """Write an archive into a new SQLite database of this release; return the rows by table.

    What archived rows refer to outside (goods, warehouses, companies) is not in it, so references
    are not watched there.  Raises ``ArchiveBroken`` and ``NotEmpty`` (Refusals).
    """
    if into.exists():
        raise NotEmpty(file=into.name)
    with opened(path) as file:
        migrate.upgrade(f"sqlite:///{into}")
        house = create_engine(f"sqlite:///{into}", hide_parameters=True)
        try:
            with file.engine.begin() as source, house.begin() as target:
                return {name: _pour(source, target, name) for name in TABLES}
        finally:
            house.dispose()


def _pour(source: Connection, target: Connection, name: str) -> int:
    table, count = metadata.tables[name], 0
    for rows in source.execute(select(table)).mappings().partitions(1_000):
        target.execute(insert(table), [dict(row) for row in rows])
        count += len(rows)
    return count
