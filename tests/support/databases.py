"""Decide how a test gets an empty database of its own within milliseconds, on both kinds.

The schema is built once a session in a template; each test works on a copy, which is dropped
after it.  What is in the template is ``house``'s business.
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

TEMPLATE = "house_template"
_numbers = itertools.count(1)


class Databases:
    """Hands out fresh databases; one object a process, one place a session."""

    def __init__(self, place: cluster.Place, *, watched: int) -> None:
        self._place = place
        self._watched = watched
        self._admin: psycopg.Connection | None = None

    @contextmanager
    def sqlite(self, folder: Path) -> Iterator[str]:
        """Return the address of a fresh SQLite file with the schema in ``folder``."""
        template = self._place.folder / f"{TEMPLATE}.sqlite"
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
        """Return the address of a fresh PostgreSQL database with the schema; dropped after use."""
        with self.empty_postgresql(template=self._template()) as url:
            yield url

    @contextmanager
    def empty_postgresql(self, *, template: str = "template0") -> Iterator[str]:
        """Return the address of a fresh copy of ``template``; without one it has no table."""
        admin = self._administrator()
        name = f"t{os.getpid()}_{next(_numbers)}"
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield self._place.url(name)
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Give the connection back; the cluster lives on for the others of the session."""
        if self._admin is not None:
            self._admin.close()

    def _administrator(self) -> psycopg.Connection:
        if self._admin is None:
            cluster.start(self._place, watched=self._watched)
            self._admin = psycopg.connect(
                host=str(self._place.folder),
                user=cluster.USER,
                dbname="postgres",
                autocommit=True,
            )
        return self._admin

    def _template(self) -> str:
        admin = self._administrator()
        with self._alone("postgresql"):
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if admin.execute(known, (TEMPLATE,)).fetchone() is None:
                admin.execute("DROP DATABASE IF EXISTS building WITH (FORCE)")
                admin.execute("CREATE DATABASE building TEMPLATE template0 STRATEGY file_copy")
                house.build(self._place.url("building"))
                admin.execute(f"ALTER DATABASE building RENAME TO {TEMPLATE}")
        return TEMPLATE

    @contextmanager
    def _alone(self, kind: str) -> Iterator[None]:
        with (self._place.folder / f"{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
