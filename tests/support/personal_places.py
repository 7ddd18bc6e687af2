"""Decide how places that are no plain files are written out for ``personal_search``.

A server's database becomes its text dump and one file a column; its write-ahead log, the segments
written meanwhile; a SQLite log, a copy taken while programs still write.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.support import cluster
from tests.support.personal_search import as_bytes

TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)


def copy_logs(box: Path, into: Path) -> list[Path]:
    """Copy the log of every SQLite file below ``box``; return the copies that hold something."""
    into.mkdir(parents=True)
    copies = []
    for path in sorted(box.rglob("*-wal")):
        copies.append(shutil.copyfile(path, into / path.name))
    return [copy for copy in copies if copy.stat().st_size]


@dataclass(frozen=True)
class Server:
    """One database of the test cluster, searched by who may read its files."""

    place: cluster.Place
    url: str

    @property
    def name(self) -> str:
        """The database's name."""
        return str(make_url(self.url).database)

    @contextmanager
    def open(self, name: str | None = None) -> Iterator[psycopg.Connection]:
        """Open a connection to this database, or another of its server."""
        target = name or self.name
        with psycopg.connect(
            host=str(self.place.folder), user=cluster.USER, dbname=target, autocommit=True
        ) as connection:
            yield connection

    def write_out(self, into: Path) -> None:
        """Write the database to ``into``: ``dump.sql``, each column's cells, its heap files."""
        (into / "cells").mkdir(parents=True)
        dump = [cluster.client("pg_dump"), "-h", self.place.folder, "-U", cluster.USER, self.name]
        done = subprocess.run(dump, capture_output=True, timeout=60, check=True)
        (into / "dump.sql").write_bytes(done.stdout)
        with self.open() as connection:
            for (table,) in connection.execute(TABLES).fetchall():
                _write_cells(connection, table, into / "cells")
            connection.execute("CHECKPOINT")
            found = connection.execute(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            ).fetchone()
            assert found is not None
        shutil.copytree(self.place.data / "base" / str(found[0]), into / "heap")

    def segment(self) -> str:
        """Return the name of the segment of the write-ahead log that is written now."""
        with self.open("postgres") as connection:
            found = connection.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone()
        assert found is not None
        return str(found[0])

    def write_out_log(self, into: Path, *, since: str) -> None:
        """Copy the segments of the write-ahead log from ``since`` on, and the server's words."""
        with self.open("postgres") as connection:
            connection.execute("SELECT pg_switch_wal()")
        into.mkdir()
        for segment in (self.place.data / "pg_wal").iterdir():
            if segment.is_file() and segment.name >= since:
                shutil.copyfile(segment, into / segment.name)
        shutil.copyfile(self.place.log, into / "server.log")


def _write_cells(connection: psycopg.Connection, table: str, into: Path) -> None:
    cursor = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
    columns = [column.name for column in cursor.description or ()]
    rows = cursor.fetchall()
    for place, column in enumerate(columns):
        cells = b"\n".join(as_bytes(row[place]) for row in rows)
        (into / f"{table}.{column}").write_bytes(cells)
