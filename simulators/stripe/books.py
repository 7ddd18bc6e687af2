"""Decides how the simulator remembers: objects, events, deliveries, first answers, sealed payers.

What an object means is left to ``sessions`` and ``money``.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from simulators import clock

from .wrong import missing

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS payer (payment_intent TEXT PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS first_answer (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
    event_id TEXT PRIMARY KEY, payload TEXT NOT NULL, tries INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'dropped', 'given_up')));
CREATE INDEX IF NOT EXISTS open_session ON object (json_extract(body, '$.expires_at'))
    WHERE kind = 'checkout.session' AND json_extract(body, '$.status') = 'open';
CREATE INDEX IF NOT EXISTS pending_delivery ON delivery (due_ms) WHERE state = 'pending';
"""
Body = dict[str, Any]


def secret_key(file: Path | None) -> bytes:
    """Return 32 secret bytes from ``file`` (made there when absent), or for this run only."""
    if file is None:
        return secrets.token_bytes(32)
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return bytes.fromhex(file.read_text().strip())


def now_s() -> int:
    """Return the wall clock in whole seconds."""
    return clock.now_s()


def mint(prefix: str) -> str:
    """Return a new id with Stripe's kind of prefix."""
    return f"{prefix}_{secrets.token_hex(12)}"


class Books:
    """One SQLite file; every write runs inside ``work()``, one at a time.

    A program killed at any moment loses nothing that was committed; a machine that loses power
    may lose the last commits, whole (write-ahead log, synchronous NORMAL).
    """

    def __init__(self, db: str, key: bytes) -> None:
        self._box = AESGCM(key)
        self._lock = threading.RLock()
        self._conn = sqlite3.connect(db, check_same_thread=False, isolation_level=None)
        self._conn.execute("PRAGMA journal_mode = WAL")
        self._conn.execute("PRAGMA synchronous = NORMAL")
        self._conn.executescript(SCHEMA)

    @contextmanager
    def work(self) -> Iterator[None]:
        """One transaction; rolled back when the block raises."""
        with self._lock:
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._conn.execute("ROLLBACK")
                raise
            self._conn.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        with self._lock:
            return self._conn.execute(sql, values).fetchall()

    def get(self, kind: str, object_id: str) -> Body:
        """Return an object; raises ``ApiError`` 404."""
        found = self.rows("SELECT body FROM object WHERE id = ? AND kind = ?", object_id, kind)
        if not found:
            raise missing(kind, object_id)
        body: Body = json.loads(found[0][0])
        return body

    def put(self, kind: str, body: Body) -> Body:
        """Write an object, new or changed, and return it."""
        self.rows(
            "INSERT INTO object (id, kind, body) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            body["id"], kind, json.dumps(body, ensure_ascii=False),
        )  # fmt: skip
        return body

    def newest(self, kind: str) -> list[Body]:
        """Return all objects of a kind, newest first."""
        found = self.rows("SELECT body FROM object WHERE kind = ? ORDER BY seq DESC", kind)
        return [json.loads(body) for (body,) in found]

    def seal_payer(self, payment_intent: str, payer: dict[str, str]) -> None:
        """Keep who paid, readable only with the key that lies outside the book."""
        nonce = secrets.token_bytes(12)
        plain = json.dumps(payer, ensure_ascii=False).encode()
        sealed = nonce + self._box.encrypt(nonce, plain, payment_intent.encode())
        self.rows("INSERT INTO payer VALUES (?, ?)", payment_intent, sealed)

    def payer(self, payment_intent: str) -> dict[str, str]:
        """Return who paid; raises ``ApiError`` 404 before anybody has."""
        found = self.rows("SELECT sealed FROM payer WHERE payment_intent = ?", payment_intent)
        if not found:
            raise missing("payer", payment_intent)
        sealed = bytes(found[0][0])
        plain = self._box.decrypt(sealed[:12], sealed[12:], payment_intent.encode())
        payer: dict[str, str] = json.loads(plain)
        return payer

    def first_answer(self, key: str) -> tuple[str, Body] | None:
        """Return the fingerprint and answer kept under an idempotency key."""
        found = self.rows("SELECT fingerprint, body FROM first_answer WHERE key = ?", key)
        return (found[0][0], json.loads(found[0][1])) if found else None

    def keep_answer(self, key: str, fingerprint: str, body: Body) -> None:
        """Keep the first answer to an idempotency key."""
        self.rows("INSERT INTO first_answer VALUES (?, ?, ?)", key, fingerprint, json.dumps(body))

    def close(self) -> None:
        """Close the file; nothing may be asked afterwards."""
        with self._lock:
            self._conn.close()
