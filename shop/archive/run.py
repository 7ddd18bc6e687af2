"""Decides how rows leave the house: a batch copied, read back, deleted and compared in one commit.

Nothing is deleted that does not lie in the file already, and nothing is deleted otherwise than it
was copied.  Who was killed runs it again.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from kernel import audit, clock, db, locks
from kernel.db import metadata
from kernel.logs import log
from shop.archive.file import ArchiveFile, Batch, in_order, line, read_rows, write_manifest
from shop.archive.tables import archived_order
from shop.archive.terms import Cut
from shop.archive.units import UNITS, Unit

BATCH_ROOTS = 200
Step = Callable[[str], None]


class _Changed(Exception):
    """Rows are not as they were copied: somebody wrote meanwhile, so nothing of them leaves."""


def archive(
    cut: Cut, folder: Path, *, most: int = BATCH_ROOTS, step: Step = lambda _: None
) -> dict[str, Any]:
    """Archive everything that is over before ``cut`` into one file of ``folder``; return its sums.

    Bounded batches of ``most`` roots, each a commit of its own.  ``step`` is called before each
    of a batch's three steps with its name.  A file that is there already is gone on with.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = ArchiveFile(folder / f"before-{cut.month}.sqlite")
    try:
        file.begin()
        _take_up(file)
        for unit in UNITS:
            _leave(file, unit, cut, (most, step))
        return write_manifest(file)
    finally:
        file.close()


def _take_up(file: ArchiveFile) -> None:
    """Settle what an earlier run left open: a batch left the house whole, or not at all."""
    units = {unit.name: unit for unit in UNITS}
    for batch in file.copied():
        unit = units[batch.unit]
        with db.read() as conn:
            columns = [unit.table.c[name] for name in unit.root.columns]
            here = conn.execute(select(*columns).where(unit.root.rows({"root": batch.roots})))
            still = here.first() is not None
        if still:
            file.forget(unit, batch)
        else:
            file.settle(batch)


def _leave(file: ArchiveFile, unit: Unit, cut: Cut, how: tuple[int, Step]) -> None:
    most, step = how
    after = None
    while True:
        with db.read() as conn:
            found = conn.execute(unit.next(cut, after=after, most=most)).all()
            roots = [row[0] if len(row) == 1 else tuple(row) for row in found]
            rows = read_rows(conn, unit, unit.keys(conn, roots)) if roots else {}
        if not roots:
            return
        after = roots[-1]
        step("copy")
        batch = file.copy(unit, roots, rows)
        step("delete")
        try:
            with db.write() as conn:
                _delete(conn, unit, cut, (file, batch))
        except _Changed:
            log.warning("archive_batch_changed", unit=unit.name, batch=batch.no)
            file.forget(unit, batch)
            continue
        step("settle")
        file.settle(batch)


def _delete(conn: Connection, unit: Unit, cut: Cut, where: tuple[ArchiveFile, Batch]) -> None:
    """Delete a batch and compare what left with what the file holds; raises ``_Changed``."""
    file, batch = where
    roots = [root if isinstance(root, int) else tuple(root) for root in batch.roots]
    keys = unit.keys(conn, roots)
    for order_id in keys.get("order", ()):  # whoever opens a case of an order holds it, too
        locks.take(conn, locks.Rank.ORDER, order_id)
    columns = [unit.table.c[name] for name in unit.root.columns]
    of_batch = select(*columns).where(unit.root.rows({"root": roots}), unit.over(cut))
    if len(conn.execute(of_batch.with_for_update()).all()) != len(roots):
        raise _Changed
    left: dict[str, Sequence[Any]] = {}
    for part in unit.parts:
        table = metadata.tables[part.table]
        gone = conn.execute(delete(table).where(part.rows(keys)).returning(table))
        left[part.table] = in_order(part.table, gone.all())
    held = file.held(unit, roots)
    if any(_lines(left[table]) != _lines(held[table]) for table in left):
        raise _Changed
    _note(conn, file.path.name, left.get("customs_order", ()))
    counts = {table: len(rows) for table, rows in left.items() if rows}
    subject = f"archive:{file.path.stem}"
    audit.record(conn, "archive", subject=subject, detail={"unit": unit.name, "rows": counts})


def _lines(rows: Sequence[Sequence[Any]]) -> list[bytes]:
    return [line(row) for row in rows]


def _note(conn: Connection, archive_name: str, orders: Sequence[Sequence[Any]]) -> None:
    """Keep of each paid order what its vouchers are compared with."""
    names = metadata.tables["customs_order"].columns.keys()
    told: list[Mapping[str, Any]] = [dict(zip(names, row, strict=True)) for row in orders]
    kept = [
        {
            "order_id": order["id"],
            "order_no": order["order_no"],
            "archive": archive_name,
            "archived_at": clock.now(),
            "paid_share_fen": order["paid_share_fen"],
            "value_fen": order["goods_fen"] + order["freight_fen"] + order["insurance_fen"],
        }
        for order in told
        if order["paid_at"] is not None
    ]
    if kept:
        conn.execute(insert(archived_order), kept)
