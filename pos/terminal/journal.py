"""Decides what the counter remembers when the power goes: sales made, slips to print.

SQLite with WAL and ``synchronous=FULL``: what a method has returned from is on the disk.  One
program owns a journal at a time; each of its threads opens a ``Journal`` of its own.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kernel import clock
from kernel.clock import Instant
from pos.protocol import OrderSlip, PrintRequest, slip_from_json, slip_to_json
from pos.terminal.errors import JobNotMovable, JournalInUse
from pos.terminal.uuid7 import uuid7

MOVES = MappingProxyType(
    {
        "pulled": frozenset({"queued", "elsewhere"}),
        "queued": frozenset({"sending", "failed"}),
        "sending": frozenset({"sent", "unsure"}),
        "sent": frozenset({"confirmed", "unsure", "queued"}),
        "unsure": frozenset({"confirmed", "queued"}),
        "confirmed": frozenset({"queued"}),
        "failed": frozenset({"queued"}),
        "elsewhere": frozenset[str](),
    }
)
SCHEMA = """
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sale (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL UNIQUE, sale_no TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS print_job (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL UNIQUE, request_id TEXT NOT NULL UNIQUE,
    order_no TEXT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL, copy INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '', at INTEGER NOT NULL, moved_at INTEGER NOT NULL,
    reported INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS print_job_state ON print_job (state, seq);
"""


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale made at the counter; ``sale_no`` is printed, ``seq`` has no gap."""

    id: str
    seq: int
    sale_no: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Job:
    """One slip to print; ``copy`` counts reprints, ``reason`` is the code of its last trouble."""

    id: str
    seq: int
    request_id: str
    order_no: str
    content: str
    state: str
    copy: int
    reason: str

    @property
    def slip(self) -> OrderSlip:
        """The slip as it came; raises ``Malformed`` or ``ValueError`` when it was spoilt."""
        return slip_from_json(json.loads(self.content))


@contextmanager
def owning(file: Path) -> Iterator[None]:
    """Be the one program that works with this journal; ends with the process, however it ends.

    Raises ``JournalInUse``.
    """
    guard = sqlite3.connect(f"{file}.owner", timeout=0, isolation_level=None)
    try:
        guard.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as busy:
        guard.close()
        raise JournalInUse(journal=str(file)) from busy
    try:
        yield
    finally:
        guard.close()


class Journal:
    """The journal as one thread sees it."""

    def __init__(self, file: Path) -> None:
        self._conn = sqlite3.connect(file, isolation_level=None, timeout=20)
        self._conn.execute("PRAGMA journal_mode = WAL")
        self._conn.execute("PRAGMA synchronous = FULL")
        self._conn.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._conn.close()

    def record_sale(self, content: dict[str, Any], *, prefix: str) -> Sale:
        """Write a finished sale and return its numbers; ``prefix`` is outlet and terminal."""
        with self._commit():
            seq, now = self._next("sale"), clock.now()
            sale = Sale(uuid7(), seq, f"{prefix}-{seq:06d}", now)
            row = (sale.id, seq, sale.sale_no, json.dumps(content, ensure_ascii=False), now)
            self._conn.execute("INSERT INTO sale VALUES (?, ?, ?, ?, ?)", row)
        return sale

    def keep(self, requests: Iterable[PrintRequest]) -> None:
        """Write what the server asks to print; what is known already stays as it is."""
        with self._commit():
            for request in requests:
                if not self._known(request.id):
                    content = json.dumps(slip_to_json(request.slip), ensure_ascii=False)
                    now = clock.now()
                    names = (request.id, request.slip.order_no)
                    self._conn.execute(
                        "INSERT INTO print_job"
                        " (id, seq, request_id, order_no, content, state, at, moved_at)"
                        " VALUES (?, ?, ?, ?, ?, 'pulled', ?, ?)",
                        (uuid7(), self._next("print_job"), *names, content, now, now),
                    )

    def jobs(self, *states: str) -> list[Job]:
        """Return the jobs in these states, or all, oldest first."""
        marks = ",".join("?" * len(states))
        where = f"WHERE state IN ({marks})" if states else ""
        names = "id, seq, request_id, order_no, content, state, copy, reason"
        sql = f"SELECT {names} FROM print_job {where} ORDER BY seq"
        return [Job(*row) for row in self._conn.execute(sql, states)]

    def move(self, job_id: str, to: str, *, reason: str = "") -> None:
        """Bring a job into another state; raises ``JobNotMovable`` when ``MOVES`` has no such way.

        From ``sent``, ``unsure``, ``confirmed`` or ``failed`` back to ``queued`` is a reprint.
        """
        before = [state for state, after in MOVES.items() if to in after]
        with self._commit():
            moved = self._conn.execute(
                "UPDATE print_job SET copy = copy + (state NOT IN ('pulled', 'queued')) * ?,"
                " state = ?, reason = ?, moved_at = ?"
                " WHERE id = ? AND state IN (SELECT value FROM json_each(?))",
                (int(to == "queued"), to, reason, clock.now(), job_id, json.dumps(before)),
            ).rowcount
        if not moved:
            raise JobNotMovable(job=job_id, to=to)

    def note(self, job_id: str, reason: str) -> None:
        """Write why a queued job still waits."""
        with self._commit():
            self._conn.execute("UPDATE print_job SET reason = ? WHERE id = ?", (reason, job_id))

    def unreported(self) -> list[Job]:
        """Return the confirmed jobs that the server has not been told of."""
        done = self._conn.execute("SELECT id FROM print_job WHERE reported = 0").fetchall()
        open_ids = {row[0] for row in done}
        return [job for job in self.jobs("confirmed") if job.id in open_ids]

    def report(self, job_id: str) -> None:
        """Note that the server knows a job's slip to be on paper."""
        with self._commit():
            self._conn.execute("UPDATE print_job SET reported = 1 WHERE id = ?", (job_id,))

    def recover(self, *, confirms: bool) -> None:
        """After a crash: what was being sent may be on paper or not, so a clerk must look.

        ``confirms`` says that the printer confirms what it printed, so ``sent`` is not the end.
        """
        for job in self.jobs("sending", "sent") if confirms else self.jobs("sending"):
            self.move(job.id, "unsure", reason="interrupted")

    def _known(self, request_id: str) -> bool:
        found = self._conn.execute("SELECT 1 FROM print_job WHERE request_id = ?", (request_id,))
        return found.fetchone() is not None

    def _next(self, name: str) -> int:
        """Return the next number of a series; a rolled-back commit gives it out again."""
        row = self._conn.execute(
            "INSERT INTO counter VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (name,),
        ).fetchone()
        return int(row[0])

    @contextmanager
    def _commit(self) -> Iterator[None]:
        self._conn.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._conn.execute("ROLLBACK")
            raise
        self._conn.execute("COMMIT")
