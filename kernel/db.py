"""Decide how a transaction begins and ends on SQLite and on PostgreSQL.

What is written in one belongs to the rooms: their tables add themselves to ``metadata``.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, ClassVar

import psycopg
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper
from sqlalchemy import BigInteger, Connection, Engine, MetaData, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolDry

from kernel import ids
from kernel.batch import refuse_beside_batch
from kernel.errors import Unavailable

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

PREPARED = 1_000
"""Statements that a connection to PostgreSQL keeps prepared; ours are some hundreds."""
PATIENCE_S = 20.0
"""How long a writer waits for another's turn on SQLite."""
CONNECT_S = 5
"""How long PostgreSQL has to take a call, and to acknowledge what it was sent."""
_SQLITE_AWAY = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
)
_POSTGRES_AWAY = ("08", "53", "57P")
"""Classes of its states: the line broke, it has no room, it is shutting down or starting."""
_POSTGRES_UNDONE = "40"
"""Class of its states: a ring of waiting writers, of which this one gave way."""

_open_transactions: ContextVar[int] = ContextVar("open_transactions", default=0)


class DatabaseAway(Unavailable):
    """The database did not answer or had no turn to give: nothing of this transaction is known.

    The next one tries anew, on connections made anew; nobody need restart anything.
    """

    code = "database_away"


class DatabaseUndone(Unavailable):
    """Another's transaction and this one waited for each other, and this one was undone."""

    code = "database_undone"


class Database:
    """One database: an engine that writes and one that reads.

    ``url`` is ``sqlite:///path`` or ``postgresql+psycopg://...``.  On SQLite a writing
    transaction starts with ``BEGIN IMMEDIATE``: that one lock stands for all lock ranks.
    On PostgreSQL the readers' connections refuse to write and open no transaction: each
    statement sees what was committed before it, as it does under READ COMMITTED anyway, two
    trips are saved, and the driver keeps its prepared statements, which a ROLLBACK would cost.
    """

    def __init__(self, url: str, *, pool_size: int = 16, patience_s: float = PATIENCE_S) -> None:
        self.url = url
        self.dialect = "sqlite" if url.startswith("sqlite") else "postgresql"
        self._turn: AbstractContextManager[object] = nullcontext()
        if self.dialect == "sqlite":
            self._turn = _Turn(patience_s)
            self.engine = _sqlite_engine(url, "BEGIN IMMEDIATE", patience_s)
            self.reader = _sqlite_engine(url, "BEGIN", patience_s)
        else:
            pool: dict[str, Any] = {
                "pool_size": pool_size,
                "max_overflow": pool_size,
                "pool_timeout": 5,
                "hide_parameters": True,
            }
            line = {"connect_timeout": CONNECT_S, "tcp_user_timeout": CONNECT_S * 1_000}
            only_reads = {"options": "-c default_transaction_read_only=on"}
            self.engine = create_engine(url, connect_args=line, **pool)
            self.reader = create_engine(
                url, isolation_level="AUTOCOMMIT", connect_args=line | only_reads, **pool
            )
            for engine in (self.engine, self.reader):
                event.listen(engine, "connect", _keep_prepared)
        for engine in (self.engine, self.reader):
            event.listen(engine, "before_cursor_execute", refuse_beside_batch)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One writing transaction; it commits durably at the end, or leaves nothing.

        Raises ``DatabaseAway`` (Unavailable); whether a commit it was lost in stands, the same
        request shows when it is sent again under its key.  Raises ``DatabaseUndone``
        (Unavailable): nothing stands.
        """
        with self._told(), self._turn, self.engine.begin() as connection, _marked():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Reading only: a write is refused on PostgreSQL and rolled back on SQLite.

        Raises ``DatabaseAway`` (Unavailable).
        """
        with self._told(), self.reader.connect() as connection, _marked():
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell an outage as what it is, and keep no connection of the time before it."""
        try:
            yield
        except (DBAPIError, PoolDry, psycopg.Error, sqlite3.Error) as error:
            if _is_undone(error):
                raise DatabaseUndone(retry_after_s=1) from error
            if not _is_away(error):
                raise
            if not isinstance(error, PoolDry):
                self.close()
            raise DatabaseAway(retry_after_s=5) from error

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
        self.reader.dispose()


class _Turn:
    """Who writes on SQLite in this process: SQLite polls with pauses, a thread here just waits."""

    def __init__(self, patience_s: float) -> None:
        self._lock = threading.RLock()
        self._patience_s = patience_s

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._patience_s):
            raise DatabaseAway(retry_after_s=5)

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _is_undone(error: Exception) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
    return state is not None and state.startswith(_POSTGRES_UNDONE)


def _is_away(error: Exception) -> bool:
    """Say whether a driver's error is about the database being there, not about what was asked."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    match cause:
        case PoolDry():
            return True
        case sqlite3.OperationalError():
            code = getattr(cause, "sqlite_errorcode", 0)  # none where Python itself refuses
            return code & 0xFF in _SQLITE_AWAY
        case psycopg.errors.PipelineAborted():
            return False  # what an earlier statement of the same trip was refused for
        case psycopg.OperationalError():
            return cause.sqlstate is None or cause.sqlstate.startswith(_POSTGRES_AWAY)
    return False


def _keep_prepared(driver: Any, _record: object) -> None:
    """Let a connection prepare each statement of ours once.

    The driver tells statements apart by the size of their numbers, too, and remembers a hundred:
    with more than that in turn it prepares hardly any, and the server plans each anew.
    """
    driver.prepared_max = PREPARED
    driver.adapters.register_dumper(int, Int8BinaryDumper)
    driver.adapters.register_dumper(int, Int8Dumper)


def _sqlite_engine(url: str, begin: str, patience_s: float) -> Engine:
    how = {"check_same_thread": False, "timeout": patience_s}
    engine = create_engine(url, connect_args=how, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connect(driver: Any, _record: object) -> None:
        driver.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            driver.execute(f"PRAGMA {pragma}")
        driver.execute(f"PRAGMA busy_timeout={int(patience_s * 1_000)}")

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


class ShardWithinShard(RuntimeError):
    """A transaction is open: what another database writes would not stand or fall with it."""


class _Seam:
    database: Database | None = None
    by_shard: ClassVar[dict[int, Database]] = {}


def use(database: Database | None) -> None:
    """Make ``database`` the one that ``write`` and ``read`` of this process open."""
    _Seam.database = database


def use_for(shard: int, database: Database | None) -> None:
    """Give a shard a database of its own; ``None`` takes it away."""
    if database is None:
        _Seam.by_shard.pop(shard, None)
    else:
        _Seam.by_shard[shard] = database


@contextmanager
def of_shard(shard: int) -> Iterator[None]:
    """Open a shard's database in this block, and mint its ids.

    A shard without a database of its own lives in the process's.  Raises ``ShardWithinShard``
    where a transaction on another database is open.
    """
    before = current()
    with ids.born_in(shard):
        if in_transaction() and current() is not before:
            raise ShardWithinShard(f"shard {shard}")
        yield


def current() -> Database:
    """Return the database of the shard of this block, else the process's.

    ``RuntimeError`` when none was set.
    """
    shard = ids.shard_here()
    found = _Seam.database if shard is None else _Seam.by_shard.get(shard, _Seam.database)
    if found is None:
        raise RuntimeError("kernel.db.use(database) has not been called")
    return found


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
