"""Give out waybill numbers, each once for ever.

What is declared under a number is ``waybills``' business.
"""

from __future__ import annotations

import sqlite3

from simulators.books import Books, next_serial
from simulators.daemon import Refused

SCHEMA = """
CREATE TABLE IF NOT EXISTS number_request (
    request_no TEXT PRIMARY KEY,
    wanted     INTEGER NOT NULL CHECK (wanted > 0)
);
CREATE TABLE IF NOT EXISTS waybill_number (
    waybill_no TEXT PRIMARY KEY,
    request_no TEXT NOT NULL REFERENCES number_request (request_no)
);
"""
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def waybill_no(prefix: str, serial: int) -> str:
    """Return the number of ``serial``: prefix, 12 digits, a check digit over the last 8."""
    digits = f"{serial:012d}"
    total = sum(int(d) * w for d, w in zip(digits[-8:], _WEIGHTS, strict=True))
    check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
    return f"{prefix}{digits}{check}"


def give(books: Books, request_no: str, *, count: int, prefix: str) -> list[str]:
    """Return ``count`` numbers; the same request gets the same numbers again.

    Raises ``Refused`` 409 when the request asked for another count before.
    """
    with books.write() as conn:
        known = conn.execute(
            "SELECT wanted FROM number_request WHERE request_no = ?", (request_no,)
        ).fetchone()
        if known is None:
            _make(conn, request_no, count=count, prefix=prefix)
        elif known["wanted"] != count:
            raise Refused(409, "request_no_reused", "this request number asked for another count")
    rows = books.rows(
        "SELECT waybill_no FROM waybill_number WHERE request_no = ? ORDER BY rowid", request_no
    )
    return [row["waybill_no"] for row in rows]


def _make(conn: sqlite3.Connection, request_no: str, *, count: int, prefix: str) -> None:
    conn.execute("INSERT INTO number_request VALUES (?, ?)", (request_no, count))
    made = [(waybill_no(prefix, next_serial(conn, "waybill")), request_no) for _ in range(count)]
    conn.executemany("INSERT INTO waybill_number VALUES (?, ?)", made)
