"""Decide how a test takes the database away from a house that runs, and gives it back.

PostgreSQL's socket goes and its servers end, as when it is stopped; SQLite's file goes, as when a
volume does.  What the house then says is the tests' business.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from kernel import db
from kernel.db import Database
from tests.support.cluster import USER

SOCKET = ".s.PGSQL.5432"
NAME = "line"
"""How the connections that go over it are called, so that no other one ends."""


class Line:
    """The way from the process to its database."""

    def __init__(self, database: Database, link: Path) -> None:
        self.database = database
        self._link = link
        url = make_url(database.url)
        self._name = str(url.database)
        self._host = str(url.query.get("host", ""))
        if self._host:
            self._link.symlink_to(Path(self._host) / SOCKET)
            url = url.set(query={"host": str(link.parent), "application_name": NAME})
        self.away = Database(url.render_as_string(hide_password=False), patience_s=0.1)

    def cut(self) -> None:
        """Take the database away, in the middle of whatever goes on."""
        if self._host:
            self._link.unlink()
            end = (
                "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
                " WHERE datname = %s AND application_name = %s"
            )
            with psycopg.connect(host=self._host, user=USER, dbname="postgres") as admin:
                admin.execute(end, (self._name, NAME)).fetchall()
            return
        self.away.close()
        Path(self._name).rename(self._link)
        Path(self._name).mkdir()

    def mend(self) -> None:
        """Give it back as it was."""
        if self._host:
            self._link.symlink_to(Path(self._host) / SOCKET)
            return
        Path(self._name).rmdir()
        self._link.rename(self._name)


@contextmanager
def line_to(database: Database) -> Iterator[Line]:
    """Let the kernel reach ``database`` over a line that can be cut."""
    folder = Path(tempfile.mkdtemp(prefix="line-", dir="/tmp"))
    line = Line(database, folder / SOCKET)
    db.use(line.away)
    database.close()
    try:
        yield line
    finally:
        db.use(database)
        line.away.close()
        shutil.rmtree(folder)
