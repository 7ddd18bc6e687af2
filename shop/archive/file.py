"""Decides how an archive is written and proved: one SQLite file, rows as they were, a digest a table.

A batch is copied and marked, then its rows are deleted in the house, then it is marked as gone.
Who died in between finds the mark: rows that are still in the house are forgotten here and copied
anew.  What leaves is ``units``'.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)

from kernel.db import metadata
from shop.archive.errors import ArchiveBroken
from shop.archive.units import TABLES, Keys, Unit

_inside = MetaData()
BATCH = Table(
    "archive_batch",
    _inside,
    Column("no", Integer, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("state", Text, nullable=False, comment="copied | gone"),
    Column("roots", Text, nullable=False, comment="JSON"),
)
for _name in TABLES:
    Table(
        _name,
        _inside,
        *(
            Column(column.name, column.type, primary_key=column.primary_key, autoincrement=False)
            for column in metadata.tables[_name].columns
        ),
    )

Rows = Mapping[str, Sequence[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Roots of one unit that were copied and are perhaps not yet deleted in the house."""

    no: int
    unit: str
    roots: list[Any]


def in_order(table: str, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Return rows by their primary key."""
    columns = metadata.tables[table].columns
    places = [at for at, column in enumerate(columns) if column.primary_key]
    return sorted((tuple(row) for row in rows), key=lambda row: [row[at] for at in places])


def line(row: Sequence[Any]) -> bytes:
    """Return a row as one line of JSON; bytes as base64."""
    plain = [
        base64.b64encode(bytes(cell)).decode() if isinstance(cell, bytes | memoryview) else cell
        for cell in row
    ]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_rows(conn: Connection, unit: Unit, keys: Keys) -> dict[str, list[tuple[Any, ...]]]:
    """Return a unit's rows by table, of the house or of an archive, in order of their keys."""
    return {
        part.table: in_order(
            part.table,
            conn.execute(select(metadata.tables[part.table]).where(part.rows(keys))).all(),
        )
        for part in unit.parts
    }


class ArchiveFile:
    """One archive, open for writing or reading; every transaction is on disk when it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine = _open(path)

    @property
    def manifest(self) -> Path:
        """Return where counts and digests lie once a run has ended."""
        return self.path.with_suffix(".json")

    def begin(self) -> None:
        """Make the tables that are not there yet, for the owner's eyes; no proof holds from here."""
        self.path.touch(mode=0o600)
        self.manifest.unlink(missing_ok=True)
        _inside.create_all(self.engine)

    def copied(self) -> list[Batch]:
        """Return the batches of which it is not known whether their rows left the house."""
        with self.engine.begin() as conn:
            rows = conn.execute(select(BATCH).where(BATCH.c.state == "copied"))
            return [Batch(row.no, row.unit, json.loads(row.roots)) for row in rows]

    def copy(self, unit: Unit, roots: Sequence[Any], rows: Rows) -> Batch:
        """Write a batch, durably, and return it."""
        with self.engine.begin() as conn:
            no = int(conn.execute(select(func.coalesce(func.max(BATCH.c.no), 0))).scalar_one()) + 1
            plain = [root if isinstance(root, int) else list(root) for root in roots]
            values = {"no": no, "unit": unit.name, "state": "copied", "roots": json.dumps(plain)}
            conn.execute(insert(BATCH).values(values))
            for table, of_table in rows.items():
                names = metadata.tables[table].columns.keys()
                if of_table:
                    given = [dict(zip(names, row, strict=True)) for row in of_table]
                    conn.execute(insert(_inside.tables[table]), given)
        return Batch(no, unit.name, plain)

    def held(self, unit: Unit, roots: Sequence[Any]) -> dict[str, list[tuple[Any, ...]]]:
        """Return what the file holds of these roots, by table."""
        with self.engine.begin() as conn:
            return read_rows(conn, unit, unit.keys(conn, roots))

    def settle(self, batch: Batch) -> None:
        """Note that the house has the batch no longer."""
        with self.engine.begin() as conn:
            conn.execute(update(BATCH).where(BATCH.c.no == batch.no).values(state="gone"))

    def forget(self, unit: Unit, batch: Batch) -> None:
        """Take a batch out of the file: the house has it still."""
        with self.engine.begin() as conn:
            keys = unit.keys(conn, batch.roots)
            for part in unit.parts:
                conn.execute(delete(metadata.tables[part.table]).where(part.rows(keys)))
            conn.execute(delete(BATCH).where(BATCH.c.no == batch.no))

    def summed(self) -> dict[str, dict[str, Any]]:
        """Return rows and SHA-256 of each table, over its lines in order of the primary key."""
        with self.engine.begin() as conn:
            return {name: _sum(conn, name) for name in TABLES}

    def close(self) -> None:
        """Give the file back."""
        self.engine.dispose()


def write_manifest(file: ArchiveFile) -> dict[str, Any]:
    """Write counts and digests beside the file, whole or not at all, and return them."""
    told = {"archive": file.path.name, "tables": file.summed()}
    fresh = file.manifest.with_suffix(".new")
    fresh.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    fresh.replace(file.manifest)
    return told


@contextmanager
def opened(path: Path) -> Iterator[ArchiveFile]:
    """Open an archive that a run has ended; raises ``ArchiveBroken`` when it is not as written."""
    if not path.is_file():
        raise ArchiveBroken(file=path.name)
    file = ArchiveFile(path)
    try:
        _prove(file)
        yield file
    finally:
        file.close()


def _prove(file: ArchiveFile) -> None:
    try:
        told = json.loads(file.manifest.read_text(encoding="utf-8"))["tables"]
        sound = told == file.summed() and not file.copied()
    except Exception as error:
        raise ArchiveBroken(file=file.path.name) from error
    if not sound:
        raise ArchiveBroken(file=file.path.name)


def _sum(conn: Connection, name: str) -> dict[str, Any]:
    table = metadata.tables[name]
    whole, count = hashlib.sha256(), 0
    for row in conn.execute(select(table).order_by(*table.primary_key.columns)):
        whole.update(line(row))
        count += 1
    return {"rows": count, "sha256": whole.hexdigest()}


def _open(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connect(driver: Any, _record: object) -> None:
        driver.execute("PRAGMA synchronous=FULL")

    return engine
