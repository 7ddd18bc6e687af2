"""Decides who exists, and keeps the book of answers given.

At rest only keyed hashes stand: neither names nor ID numbers are written to the book.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
import threading
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path

from simulators import clock

from .numbers import birth_date, is_minor

CHINA = timezone(timedelta(hours=8))
SCHEMA = """
CREATE TABLE IF NOT EXISTS answer (
    evidence_no TEXT PRIMARY KEY,
    asked TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('match', 'mismatch', 'minor')),
    at TEXT NOT NULL
)
"""


class Malformed(Exception):
    """The question cannot be judged; ``code`` and text say why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """What the service says; ``at`` is ISO 8601 in UTC."""

    result: str
    evidence_no: str
    at: str


def secret_key(file: Path | None) -> bytes:
    """Return 32 secret bytes from ``file`` (made there when absent), or for this run only."""
    if file is None:
        return secrets.token_bytes(32)
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return bytes.fromhex(file.read_text().strip())


class People:
    """The persons known, in memory, and the answers given, in SQLite."""

    def __init__(self, db: str, key: bytes) -> None:
        self._key = key
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()
        self._book = sqlite3.connect(db, check_same_thread=False, isolation_level=None)
        self._book.execute(SCHEMA)
        self.down = False

    def load(self, rows: object) -> int:
        """Add persons ``[{"name", "id_number"}]``; return how many; raises ``Malformed``."""
        if not isinstance(rows, list):
            raise Malformed("people_not_a_list", "people are a list of name and id_number")
        for row in rows:
            name, number = row.get("name", ""), str(row.get("id_number", "")).upper()
            if not name or birth_date(number) is None:
                raise Malformed("person_invalid", "a person has no name or a wrong check digit")
            self._known[self._hash(number)] = self._hash(name)
        return len(rows)

    def verify(self, name: object, number: object) -> Answer:
        """Judge a name and a number, and write the answer into the book.

        Raises ``Malformed`` when either is not a text or the number is not well formed.
        """
        if not isinstance(name, str) or not name.strip():
            raise Malformed("name_missing", "name is empty")
        born = birth_date(number.upper()) if isinstance(number, str) else None
        if born is None or not isinstance(number, str):
            raise Malformed("id_number_invalid", "the ID number's check digit or date is wrong")
        known = self._known.get(self._hash(number.upper()), "")
        result = "match" if hmac.compare_digest(known, self._hash(name.strip())) else "mismatch"
        if result == "match" and is_minor(born, clock.now().astimezone(CHINA).date()):
            result = "minor"
        return self._record(self._hash(number.upper()), result)

    def _record(self, asked: str, result: str) -> Answer:
        at = clock.now()
        evidence_no = f"IDV{at:%Y%m%d%H%M%S}{secrets.token_hex(4).upper()}"
        answer = Answer(result, evidence_no, at.isoformat(timespec="seconds"))
        with self._lock:
            self._book.execute(
                "INSERT INTO answer VALUES (?, ?, ?, ?)",
                (answer.evidence_no, asked, answer.result, answer.at),
            )
        return answer

    def answers(self) -> list[dict[str, str]]:
        """Return the answers given so far, without what was asked."""
        rows = self._book.execute("SELECT evidence_no, result, at FROM answer ORDER BY rowid")
        names = ("evidence_no", "result", "at")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _hash(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def close(self) -> None:
        """Close the book."""
        self._book.close()
