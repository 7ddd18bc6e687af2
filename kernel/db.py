"""Decide how a transaction begins and ends on SQLite and on PostgreSQL.

What is written in one belongs to the rooms: their tables add themselves to ``metadata``.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, MetaData, create_engine, event

from kernel.batch import refuse_beside_batch

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger
"""63-bit id minted by ``kernel.ids``; columns of it take ``autoincrement=False``."""

_open_transactions: ContextVar[int] = ContextVar("open_transactions", default=0)


class Database:
    """One database: an engine that writes and one that reads.

    ``url`` is ``sqlite:///path`` or ``postgresql+psycopg://...``.  On SQLite a writing
    transaction starts with ``BEGIN IMMEDIATE``: that one lock stands for all lock ranks.
    On PostgreSQL the readers' connections refuse to write and open no transaction: each
    statement sees what was committed before it, as it does under READ COMMITTED anyway, two
    trips are saved, and the driver keeps its prepared statements, which a ROLLBACK would cost.
    """

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        self.url = url
        self.dialect = "sqlite" if url.startswith("sqlite") else "postgresql"
        self._turn: AbstractContextManager[object] = nullcontext()
        if self.dialect == "sqlite":
            self._turn = threading.RLock()  # SQLite polls with pauses, a thread here just waits
            self.engine = _sqlite_engine(url, begin="BEGIN IMMEDIATE")
            self.reader = _sqlite_engine(url, begin="BEGIN")
        else:
            pool: dict[str, Any] = {
                "pool_size": pool_size,
                "max_overflow": pool_size,
                "pool_timeout": 5,
                "hide_parameters": True,
            }
            self.engine = create_engine(url, **pool)
            self.reader = create_engine(
                url,
                isolation_level="AUTOCOMMIT",
                connect_args={"options": "-c default_transaction_read_only=on"},
                **pool,
            )
        for engine in (self.engine, self.reader):
            event.listen(engine, "before_cursor_execute", refuse_beside_batch)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One writing transaction; it commits durably at the end, or leaves nothing."""
        with self._turn, self.engine.begin() as connection, _marked():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Reading only: a write is refused on PostgreSQL and rolled back on SQLite."""
        with self.reader.connect() as connection, _marked():
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
        self.reader.dispose()


def _sqlite_engine(url: str, *, begin: str) -> Engine:
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "timeout": 20}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _connect(driver: Any, _record: object) -> None:
        driver.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            driver.execute(f"PRAGMA {pragma}")
        driver.execute("PRAGMA busy_timeout=20000")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def _marked() -> Iterator[None]:
    token = _open_transactions.set(_open_transactions.get() + 1)
    try:
        yield
    finally:
        _open_transactions.reset(token)


def in_transaction() -> bool:
    """Say whether this thread of work is inside one of our transactions."""
    return _open_transactions.get() > 0


class _Seam:
    database: Database | None = None


def use(database: Database | None) -> None:
    """Make ``database`` the one that ``write`` and ``read`` of this process open."""
    _Seam.database = database


def current() -> Database:
    """Return the process's database; ``RuntimeError`` when none was set."""
    if _Seam.database is None:
        raise RuntimeError("kernel.db.use(database) has not been called")
    return _Seam.database


@contextmanager
def write() -> Iterator[Connection]:
    """A writing transaction on the process's database."""
    with current().write() as connection:
        yield connection


@contextmanager
def read() -> Iterator[Connection]:
    """A reading transaction on the process's database."""
    with current().read() as connection:
        yield connection
