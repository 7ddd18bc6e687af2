"""Decides which data key seals in which month and where it is kept; sealing is kernel.crypto's.

A data key is 32 random bytes, one a month of China time, stored wrapped by the master key, which
stays outside the database.  This and next month's are made ahead, so that the turn of a month
within a transaction needs no second one.
"""

import secrets
import threading
from datetime import date, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Row,
    String,
    Table,
    UniqueConstraint,
    select,
    text,
)

from kernel import clock, crypto
from kernel.config import Config
from kernel.crypto import SealBroken, Sealer
from kernel.db import Database, Id, in_transaction, metadata
from kernel.errors import Unavailable

data_key = Table(
    "data_key",
    metadata,
    Column("id", Id, autoincrement=False, nullable=False, comment="random 63 bits, in each blob"),
    Column("month", String(6), nullable=False, comment="China month it seals in, e.g. 202611"),
    Column("wrapped", LargeBinary, nullable=False, comment="the key under the master key"),
    Column("master_key_version", Integer, nullable=False, comment="which master key wraps it"),
    Column("created_at", BigInteger, nullable=False, comment="instant, microseconds UTC"),
    PrimaryKeyConstraint("id", name="pk_data_key"),
    UniqueConstraint("month", name="one_data_key_a_month"),
    comment="Data keys that seal personal data, each wrapped by the master key",
)

_MAKE = text(
    "INSERT INTO data_key (id, month, wrapped, master_key_version, created_at)"
    " VALUES (:id, :month, :wrapped, :version, :at) ON CONFLICT (month) DO NOTHING"
)


class DataKeyUnavailable(Unavailable):
    """No data key exists yet and a transaction is open, in which none may be made."""

    code = "data_key_unavailable"

    def __init__(self, *, month: str) -> None:
        super().__init__(month=month)


class DatabaseKeys:
    """The data keys of a database, unwrapped once and kept in this process."""

    def __init__(self, database: Database, *, master_key: bytes, version: int) -> None:
        self._database = database
        self._master_key, self._version = master_key, version
        self._guard = threading.Lock()
        self._keys: dict[int, bytes] = {}
        self._by_month: dict[str, int] = {}
        self._prepared = ""  # the month for which this and the next key are known to exist

    def key_for_sealing(self) -> tuple[int, bytes]:
        """Return this month's key, made if nobody has; within a transaction the newest known.

        Raises ``DataKeyUnavailable`` (Unavailable) when there is none at all.
        """
        today = clock.china_date(clock.now())
        month = _month(today)
        if month != self._prepared and not in_transaction():
            self.prepare(today)
        with self._guard:
            if not self._by_month:
                raise DataKeyUnavailable(month=month)
            begun = [name for name in self._by_month if name <= month]
            key_id = self._by_month[max(begun) if begun else min(self._by_month)]
            return key_id, self._keys[key_id]

    def key_of(self, key_id: int) -> bytes | None:
        """Return the key of an id, read once; ``None`` when there is none.

        Raises ``SealBroken`` (Refusal) when the master key does not open it.
        """
        with self._guard:
            if key_id in self._keys:
                return self._keys[key_id]
        self._read()
        with self._guard:
            return self._keys.get(key_id)

    def prepare(self, today: date) -> None:
        """Make this and next month's key unless they exist: the first process wins, all share."""
        month = _month(today)
        following = _month(today.replace(day=1) + timedelta(days=31))
        self._read()
        if not {month, following} <= self._by_month.keys():
            with self._database.write() as conn:
                conn.execute(_MAKE, [self._new(month), self._new(following)])
            self._read()
        self._prepared = month

    def _new(self, month: str) -> dict[str, object]:
        key_id = secrets.randbits(63)
        wrapped = crypto.wrap(
            secrets.token_bytes(32), master_key=self._master_key, context=_context(key_id, month)
        )
        return {
            "id": key_id,
            "month": month,
            "wrapped": wrapped,
            "version": self._version,
            "at": clock.now(),
        }

    def _read(self) -> None:
        with self._database.read() as conn:
            rows = conn.execute(select(data_key)).all()
        with self._guard:
            for row in rows:
                if row.id not in self._keys:
                    self._keys[row.id] = self._open(row)
                    self._by_month[row.month] = row.id

    def _open(self, row: Row[tuple[object, ...]]) -> bytes:
        context = _context(row.id, row.month)
        if row.master_key_version != self._version:
            raise SealBroken(context=context)
        return crypto.unwrap(row.wrapped, master_key=self._master_key, context=context)


def open_sealer(database: Database, config: Config) -> Sealer:
    """Return the sealer of an installation, with this month's data key made and ready.

    Raises ``SealBroken`` (Refusal) when the master key is not the one that wrapped the keys.
    """
    keys = DatabaseKeys(
        database, master_key=bytes.fromhex(config.master_key), version=config.master_key_version
    )
    keys.prepare(clock.china_date(clock.now()))
    return Sealer(keys, {1: bytes.fromhex(config.lookup_key)})


def _month(day: date) -> str:
    return f"{day.year}{day.month:02}"


def _context(key_id: int, month: str) -> str:
    return f"data_key:{key_id}:{month}"
