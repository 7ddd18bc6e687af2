"""Decides what the counter remembers when the power goes, and the life of what it prints.

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
from pos.terminal.schema import bring_up
from pos.terminal.uuid7 import uuid7

MOVES = MappingProxyType(
    {
        "pulled": frozenset({"queued", "elsewhere"}),
        "queued": frozenset({"sending", "failed"}),
        "sending": frozenset({"sent", "unsure", "failed"}),
        "sent": frozenset({"confirmed", "unsure", "failed", "queued"}),
        "unsure": frozenset({"confirmed", "failed", "queued"}),
        "confirmed": frozenset({"queued"}),
        "failed": frozenset({"queued"}),
        "elsewhere": frozenset[str](),
    }
)
ORDER_SLIP, SALE_SLIP, DRAWER = "order_slip", "sale_slip", "drawer"
_JOB = "SELECT id, seq, request_id, order_no, content, state, copy, reason, kind, at FROM print_job"


@dataclass(frozen=True, slots=True)
class Job:
    """One thing for the printer to do: print a slip of an order or a sale, or open the drawer.

    ``order_no`` is the number people know it by, ``copy`` counts reprints, ``reason`` is the code
    of its last trouble.
    """

    id: str
    seq: int
    request_id: str
    order_no: str
    content: str
    state: str
    copy: int
    reason: str
    kind: str
    at: Instant

    @property
    def slip(self) -> OrderSlip:
        """An order's slip as it came; raises ``Malformed`` or ``ValueError`` when it was spoilt."""
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
        bring_up(self._conn)

    def close(self) -> None:
        """Close the file."""
        self._conn.close()

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Return what a reading statement finds."""
        return self._conn.execute(sql, values).fetchall()

    def next_number(self, name: str) -> int:
        """Return the next number of a series; a rolled-back commit gives it out again."""
        row = self._conn.execute(
            "INSERT INTO counter VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (name,),
        ).fetchone()
        return int(row[0])

    def add_job(self, kind: str, subject: str, *, number: str, content: object) -> None:
        """Within a commit, queue something of our own for the printer, once a kind and subject."""
        now, text = clock.now(), json.dumps(content, ensure_ascii=False)
        self._conn.execute(
            "INSERT INTO print_job (id, seq, request_id, order_no, content, state, at, moved_at,"
            " reported, kind) VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, 1, ?)",
            (
                uuid7(),
                self.next_number("print_job"),
                f"{kind}:{subject}",
                number,
                text,
                now,
                now,
                kind,
            ),
        )

    def keep(self, requests: Iterable[PrintRequest]) -> None:
        """Write what the server asks to print; what is known already stays as it is."""
        with self.commit():
            for request in requests:
                if not self._known(request.id):
                    content = json.dumps(slip_to_json(request.slip), ensure_ascii=False)
                    now = clock.now()
                    names = (request.id, request.slip.order_no)
                    self._conn.execute(
                        "INSERT INTO print_job"
                        " (id, seq, request_id, order_no, content, state, at, moved_at)"
                        " VALUES (?, ?, ?, ?, ?, 'pulled', ?, ?)",
                        (uuid7(), self.next_number("print_job"), *names, content, now, now),
                    )

    def jobs(self, *states: str) -> list[Job]:
        """Return the jobs in these states, or all, oldest first."""
        marks = ",".join("?" * len(states))
        where = f"WHERE state IN ({marks})" if states else ""
        return [Job(*row) for row in self.rows(f"{_JOB} {where} ORDER BY seq", *states)]

    def last_printed(self, most: int) -> list[Job]:
        """Return the slips confirmed last, newest first."""
        where = "WHERE state = 'confirmed' AND kind <> ? ORDER BY seq DESC LIMIT ?"
        return [Job(*row) for row in self.rows(f"{_JOB} {where}", DRAWER, most)]

    def move(self, job_id: str, to: str, *, reason: str = "") -> None:
        """Bring a job into another state; raises ``JobNotMovable`` when ``MOVES`` has no such way.

        From ``sent``, ``unsure``, ``confirmed`` or ``failed`` back to ``queued`` is a reprint.
        A drawer is never opened again.
        """
        before = [state for state, after in MOVES.items() if to in after]
        with self.commit():
            moved = self._conn.execute(
                "UPDATE print_job SET copy = copy + (state NOT IN ('pulled', 'queued')) * ?,"
                " state = ?, reason = ?, moved_at = ?"
                " WHERE id = ? AND state IN (SELECT value FROM json_each(?))"
                " AND (kind <> ? OR ? <> 'queued')",
                (
                    int(to == "queued"),
                    to,
                    reason,
                    clock.now(),
                    job_id,
                    json.dumps(before),
                    DRAWER,
                    to,
                ),
            ).rowcount
        if not moved:
            raise JobNotMovable(job=job_id, to=to)

    def note(self, job_id: str, reason: str) -> None:
        """Write why a queued job still waits."""
        with self.commit():
            self._conn.execute("UPDATE print_job SET reason = ? WHERE id = ?", (reason, job_id))

    def unreported(self) -> list[Job]:
        """Return the confirmed jobs that the server has not been told of."""
        where = "WHERE state = 'confirmed' AND reported = 0 ORDER BY seq"
        return [Job(*row) for row in self.rows(f"{_JOB} {where}")]

    def report(self, job_id: str) -> None:
        """Note that the server knows a job's slip to be on paper."""
        with self.commit():
            self._conn.execute("UPDATE print_job SET reported = 1 WHERE id = ?", (job_id,))

    def recover(self, *, confirms: bool) -> None:
        """After a crash: what was being sent may be on paper or not, so a clerk must look.

        ``confirms`` says that the printer confirms what it printed, so ``sent`` is not the end.
        A drawer is never opened later than it was asked for.
        """
        for job in self.jobs("queued", "sending", "sent", "unsure"):
            if job.kind == DRAWER:
                self.move(job.id, "failed", reason="interrupted")
            elif job.state == "sending" or (job.state == "sent" and confirms):
                self.move(job.id, "unsure", reason="interrupted")

    def _known(self, request_id: str) -> bool:
        found = self._conn.execute("SELECT 1 FROM print_job WHERE request_id = ?", (request_id,))
        return found.fetchone() is not None

    @contextmanager
    def commit(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; after it, what was written is on the disk."""
        self._conn.execute("BEGIN IMMEDIATE")
        try:
            yield self._conn
        except BaseException:
            self._conn.execute("ROLLBACK")
            raise
        self._conn.execute("COMMIT")
