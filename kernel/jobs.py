"""Decides how long work is asked for, claimed, followed, cancelled and taken up again.

What a kind of job does, slice by slice, is the business of who runs it.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Index,
    String,
    Table,
    Text,
    or_,
    select,
    update,
)

from kernel import actor, audit, clock, db, ids
from kernel.clock import SECOND, Instant
from kernel.db import Id, metadata
from kernel.errors import NotFound, Refusal

STATES = ("waiting", "checking", "staging", "applying", "done", "failed", "cancelled")
ENDED = ("done", "failed", "cancelled")
MAY_CANCEL = ("waiting", "checking", "staging", "applying")
CLAIM = 30 * SECOND
"""A claim that was not renewed for so long is another worker's."""

job = Table(
    "job",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", String(30), nullable=False, comment="what is done, e.g. import.goods"),
    Column("state", String(10), nullable=False, comment="waiting, checking ... cancelled"),
    Column("name", String(200), nullable=False, comment="file as its person named it"),
    Column("file", String(200), comment="name under the home folder; null once removed"),
    Column("skip_bad", Boolean, nullable=False, comment="bad rows are left out"),
    Column("rows_total", BigInteger, nullable=False, comment="rows of the file; 0: not known yet"),
    Column("rows_done", BigInteger, nullable=False, comment="rows gone through in this state"),
    Column("rows_bad", BigInteger, nullable=False, comment="rows with a cell not as expected"),
    Column("rows_applied", BigInteger, nullable=False, comment="rows written in the end"),
    Column("requested_by", String(40), nullable=False, comment="actor, e.g. staff:123"),
    Column("requested_at", BigInteger, nullable=False, comment="instant, microseconds UTC"),
    Column("state_at", BigInteger, nullable=False, comment="instant this state was entered"),
    Column("heartbeat_at", BigInteger, nullable=False, comment="last sign of its worker"),
    Column("claimed_by", String(120), comment="process that works on it, e.g. box1:4711"),
    Column("claimed_until", BigInteger, nullable=False, comment="instant the claim falls"),
    Column("error", Text, comment="code of the problem it failed with, or null"),
    CheckConstraint(f"state IN {STATES}", name="state_known"),
    CheckConstraint("rows_done >= 0 AND rows_bad >= 0", name="rows_not_negative"),
    Index("ix_job_open", "state", "id"),
)


class JobUnknown(NotFound):
    """There is no job of this number."""

    code = "job_unknown"


class JobNotCancellable(Refusal):
    """The job has ended; what it wrote stands."""

    code = "job_not_cancellable"


class JobLost(Exception):
    """Somebody cancelled the job, or another worker has it: its slice must not stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row of ``job``."""

    id: int
    kind: str
    state: str
    name: str
    file: str | None
    skip_bad: bool
    rows_total: int
    rows_done: int
    rows_bad: int
    rows_applied: int
    requested_by: str
    requested_at: Instant
    state_at: Instant
    heartbeat_at: Instant
    claimed_by: str | None
    claimed_until: Instant
    error: str | None

    @property
    def ended(self) -> bool:
        """Say whether nothing more happens to it."""
        return self.state in ENDED

    def seconds_left(self) -> int | None:
        """Return the seconds this state still takes at its rate so far; None while unknown."""
        past = self.heartbeat_at - self.state_at
        if self.ended or self.rows_done == 0 or self.rows_total == 0 or past <= 0:
            return None
        left = (self.rows_total - self.rows_done) * past // self.rows_done
        return left // SECOND

    def silent_s(self, now: Instant) -> int:
        """Return for how many seconds its worker gave no sign."""
        return max(0, now - self.heartbeat_at) // SECOND


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the kind, the file as its person named it and as it lies in the house."""

    kind: str
    name: str
    file: str
    skip_bad: bool


def ask(conn: Connection, asked: Asked, *, worker: str | None = None) -> Job:
    """Ask for a job; ``worker`` claims it at once, else the next free one does."""
    at = clock.now()
    row: dict[str, Any] = {
        "id": ids.new(),
        "kind": asked.kind,
        "state": "waiting",
        "name": asked.name[:200],
        "file": asked.file,
        "skip_bad": asked.skip_bad,
        **dict.fromkeys(("rows_total", "rows_done", "rows_bad", "rows_applied"), 0),
        "requested_by": actor.current().owner,
        **dict.fromkeys(("requested_at", "state_at", "heartbeat_at"), at),
        "claimed_by": worker,
        "claimed_until": at + CLAIM if worker else 0,
        "error": None,
    }
    conn.execute(job.insert().values(row))
    audit.record(conn, "ask_job", subject=f"job:{row['id']}", detail={"kind": asked.kind})
    return Job(**row)


def get(conn: Connection, job_id: int) -> Job:
    """Return a job; raises ``JobUnknown`` (NotFound)."""
    row = conn.execute(select(job).where(job.c.id == job_id)).one_or_none()
    if row is None:
        raise JobUnknown(job_id=str(job_id))
    return Job(**row._mapping)


def latest(conn: Connection, *, before: int | None = None, most: int) -> list[Job]:
    """Return jobs, the newest first."""
    query = select(job).order_by(job.c.id.desc()).limit(most)
    if before is not None:
        query = query.where(job.c.id < before)
    return [Job(**row._mapping) for row in conn.execute(query)]


def claim(worker: str, *, prefix: str) -> Job | None:
    """Take, or keep, the oldest open job of kinds that begin with ``prefix``; None: nothing to do.

    A job whose transaction another worker has open is passed over on PostgreSQL.
    """
    now = clock.now()
    free = or_(job.c.claimed_by == worker, job.c.claimed_until < now)
    with db.read() as conn:
        waits = conn.execute(_open(prefix).where(free).limit(1)).first()
    if waits is None:
        return None
    with db.write() as conn:
        query = _open(prefix).where(free).limit(1).with_for_update(skip_locked=True)
        row = conn.execute(query).first()
        if row is None:
            return None
        _put(conn, row.id, claimed_by=worker, claimed_until=now + CLAIM)
        return get(conn, row.id)


def _open(prefix: str) -> Any:
    return (
        select(job)
        .where(job.c.state.not_in(ENDED), job.c.kind.startswith(prefix), job.c.file.is_not(None))
        .order_by(job.c.id)
    )


def advance(conn: Connection, taken: Job, **changes: Any) -> Job:
    """Write how far a job came, in the transaction of the slice; its claim is renewed.

    Raises ``JobLost`` when the job is no longer this worker's, so that the slice falls with it.
    """
    now = clock.now()
    if changes.get("state", taken.state) != taken.state:
        changes["state_at"] = now
    own = (job.c.id == taken.id) & (job.c.claimed_by == taken.claimed_by)
    written = conn.execute(
        update(job)
        .where(own, job.c.state == taken.state)
        .values(heartbeat_at=now, claimed_until=now + CLAIM, **changes)
    )
    if written.rowcount != 1:
        raise JobLost(taken.id)
    return get(conn, taken.id)


def cancel(job_id: int) -> None:
    """End a job; what it wrote so far falls.  Raises ``JobNotCancellable`` (Refusal) once ended."""
    with db.read() as conn:
        standing = get(conn, job_id)
    if standing.state not in MAY_CANCEL:
        raise JobNotCancellable(state=standing.state)
    with db.write() as conn:
        done = conn.execute(
            update(job)
            .where(job.c.id == job_id, job.c.state.in_(MAY_CANCEL))
            .values(state="cancelled", state_at=clock.now())
        )
        if done.rowcount != 1:
            raise JobNotCancellable(state=get(conn, job_id).state)
        audit.record(conn, "cancel_job", subject=f"job:{job_id}", detail={})


def to_clear(prefix: str, *, most: int = 20) -> list[Job]:
    """Return jobs that ended and whose file still lies there."""
    query = select(job).where(
        job.c.state.in_(ENDED), job.c.file.is_not(None), job.c.kind.startswith(prefix)
    )
    with db.read() as conn:
        return [Job(**row._mapping) for row in conn.execute(query.limit(most))]


def files(conn: Connection, prefix: str) -> frozenset[str]:
    """Return the names of all files that jobs of a kind still have."""
    has = job.c.file.is_not(None) & job.c.kind.startswith(prefix)
    return frozenset(conn.execute(select(job.c.file).where(has)).scalars())


def set_file(conn: Connection, job_id: int, file: str | None) -> None:
    """Say where the job's file lies, or that it is gone."""
    _put(conn, job_id, file=file)


def _put(conn: Connection, job_id: int, **values: Any) -> None:
    conn.execute(update(job).where(job.c.id == job_id).values(values))
