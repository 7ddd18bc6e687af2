"""Decide how a test gets an empty database of its own within milliseconds, on both kinds.

The schema is built once a session in a template; each test works on a copy of it, or on one
that ``reuse`` gave back its emptiness.  What is in the template is ``house``'s business.
"""

import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.support import cluster, house
from tests.support.reuse import Reused

TEMPLATE = "house_template"
_numbers = itertools.count(1)


class Databases:
    """Hands out fresh databases; one object a process, one place a session."""

    def __init__(self, place: cluster.Place, *, watched: int) -> None:
        self.place = place
        self._watched = watched
        self._admin: psycopg.Connection | None = None
        self._idle: Reused | None = None

    @contextmanager
    def sqlite(self, folder: Path) -> Iterator[str]:
        """Return the address of a fresh SQLite file with the schema in ``folder``."""
        template = self.place.folder / f"{TEMPLATE}.sqlite"
        with self._alone("sqlite"):
            if not template.exists():
                build = template.with_suffix(".new")
                build.unlink(missing_ok=True)
                house.build(f"sqlite:///{build}")
                build.rename(template)
        file = folder / "house.sqlite"
        shutil.copyfile(template, file)
        yield f"sqlite:///{file}"

    @contextmanager
    def postgresql(self) -> Iterator[str]:
        """Return the address of a PostgreSQL database with the schema and no row of a test."""
        taken, self._idle = self._idle or self._copy(), None
        try:
            yield taken.url
        finally:
            if self._idle is None and taken.restore():  # a test that had two gives one back
                self._idle = taken
            else:
                taken.close()
                self._drop(taken.name)

    @contextmanager
    def empty_postgresql(self) -> Iterator[str]:
        """Return the address of a new PostgreSQL database without any table; dropped after use."""
        name = self._create("template0")
        try:
            yield self.place.url(name)
        finally:
            self._drop(name)

    def _copy(self) -> Reused:
        name = self._create(self._template())
        return Reused(name, self.place.url(name), self._connect(name))

    def _create(self, template: str) -> str:
        name = f"t{os.getpid()}_{next(_numbers)}"
        create = f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
        self._administrator().execute(create)
        return name

    def _drop(self, name: str) -> None:
        self._administrator().execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Give the connection back; the cluster lives on for the others of the session."""
        for opened in (self._idle, self._admin):
            if opened is not None:
                opened.close()

    def _administrator(self) -> psycopg.Connection:
        if self._admin is None:
            cluster.start(self.place, watched=self._watched)
            self._admin = self._connect("postgres")
        return self._admin

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.place.folder), user=cluster.USER, dbname=name, autocommit=True
        )

    def _template(self) -> str:
        admin = self._administrator()
        with self._alone("postgresql"):
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if admin.execute(known, (TEMPLATE,)).fetchone() is None:
                admin.execute("DROP DATABASE IF EXISTS building WITH (FORCE)")
                admin.execute("CREATE DATABASE building TEMPLATE template0 STRATEGY file_copy")
                house.build(self.place.url("building"))
                admin.execute(f"ALTER DATABASE building RENAME TO {TEMPLATE}")
        return TEMPLATE

    @contextmanager
    def _alone(self, kind: str) -> Iterator[None]:
        with (self.place.folder / f"{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
