"""Keep a program's books in its own SQLite file, people's data in it sealed.

The key lies in a file beside, never in the books; what is kept and why is each program's.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_SERIALS = "CREATE TABLE IF NOT EXISTS serial (name TEXT PRIMARY KEY, value INTEGER NOT NULL);"
_NONCE = 12


class BadSecret(Exception):
    """The secret file cannot be used; the text says why, without the secret."""


class Sealer:
    """Seals what must not be read from the books, and hashes what must be found in them."""

    def __init__(self, secret: bytes) -> None:
        self._box = AESGCM(hmac.digest(secret, b"seal", hashlib.sha256))
        self._hash_key = hmac.digest(secret, b"lookup", hashlib.sha256)

    def seal(self, plain: bytes, context: str) -> bytes:
        """Return ``plain`` sealed for ``context`` (AES-256-GCM, nonce first)."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._box.encrypt(nonce, plain, context.encode())

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Return what ``seal`` was given, under the same ``context``."""
        return self._box.decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())

    def seal_json(self, said: object, context: str) -> bytes:
        """Seal ``said`` as JSON."""
        return self.seal(json.dumps(said, ensure_ascii=False).encode(), context)

    def unseal_json(self, sealed: bytes, context: str) -> dict[str, str]:
        """Return the JSON object that ``seal_json`` was given."""
        said: dict[str, str] = json.loads(self.unseal(sealed, context))
        return said

    def lookup(self, text: str, purpose: str) -> str:
        """Return a keyed hash of ``text``, hex; the same text has another in another purpose."""
        return hmac.new(self._hash_key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def open_secret(path: Path) -> bytes:
    """Return the 32 bytes of the secret file ``path``; it is made, mode 0600, when absent.

    Raises ``BadSecret`` when the file holds something else.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass  # made at an earlier start: it is read below, and judged
    else:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise BadSecret(f"{path}: not readable as hex") from None
    if len(secret) != 32:
        raise BadSecret(f"{path}: {len(secret)} bytes, 32 wanted")
    return secret


class Books:
    """One SQLite file with its sealer; one transaction at a time.

    A program killed at any moment loses nothing that was committed; a machine that loses power
    may lose the last commits, whole (write-ahead log, synchronous NORMAL).
    """

    def __init__(self, path: Path, *, schema: str, secret_file: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.sealer = Sealer(open_secret(secret_file))
        self._guard = threading.RLock()
        self._conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._conn.row_factory = sqlite3.Row
        self._conn.execute("PRAGMA journal_mode=WAL")
        self._conn.execute("PRAGMA synchronous=NORMAL")
        self._conn.execute("PRAGMA foreign_keys=ON")
        _grow(self._conn, schema)
        self._conn.executescript(_SERIALS + schema)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection inside one transaction: committed whole, or not at all."""
        with self._guard:
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                yield self._conn
            except BaseException:
                self._conn.execute("ROLLBACK")
                raise
            self._conn.execute("COMMIT")

    @contextmanager
    def part(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection inside a part of the caller's ``write``: whole, or not at all."""
        self._conn.execute("SAVEPOINT part")
        try:
            yield self._conn
        except BaseException:
            self._conn.execute("ROLLBACK TO part")
            raise
        finally:
            self._conn.execute("RELEASE part")

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Return the rows that ``sql`` reads."""
        with self._guard:
            return self._conn.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        """Return the first row that ``sql`` reads, or ``None``."""
        return next(iter(self.rows(sql, *values)), None)

    def close(self) -> None:
        """Fold the write-ahead log into the file and close it."""
        with self._guard:
            self._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._conn.close()


def _grow(conn: sqlite3.Connection, schema: str) -> None:
    """Give the tables of older books the columns that were added since, each with its default."""
    wanted = sqlite3.connect(":memory:")
    wanted.executescript(schema)
    tables = wanted.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        here = {row[1] for row in conn.execute(f"PRAGMA table_info({table})")}
        for _, name, kind, needed, default, _ in wanted.execute(f"PRAGMA table_info({table})"):
            if here and name not in here:
                rule = f" {'NOT NULL ' if needed else ''}DEFAULT {default or 'NULL'}"
                conn.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}{rule}")
    wanted.close()


def next_serial(conn: sqlite3.Connection, name: str) -> int:
    """Return the next number of the series ``name``, from 1; a rolled-back one comes again."""
    row = conn.execute(
        "INSERT INTO serial VALUES (?, 1)"
        " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
        (name,),
    ).fetchone()
    return int(row[0])
