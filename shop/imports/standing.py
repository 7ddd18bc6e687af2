"""Decides why an import does not move; what is shown of it is the page's.

A worker gives a sign with every chunk, and beside that, whatever it does, every five seconds.
"""

from sqlalchemy import Connection, func, select

from kernel.clock import SECOND, Instant
from kernel.jobs import ENDED, MAY_CANCEL, Job, job
from shop.imports.run import PREFIX
from shop.operations.tables import worker_beat

SLICE_SILENT_S = 4
BEAT_SILENT_S = 8


def stands(conn: Connection, one: Job, now: Instant) -> tuple[str, int] | None:
    """Return why it stands: ``silent`` with seconds, ``queued`` with a count; None: it moves."""
    if one.state not in MAY_CANCEL:
        return None
    beat_s = max(0, now - max(_beat(conn, one), one.heartbeat_at)) // SECOND
    if one.state in ("checking", "staging"):
        silent_s = one.silent_s(now)
        return ("silent", silent_s) if silent_s >= SLICE_SILENT_S else None
    if beat_s >= BEAT_SILENT_S:
        return "silent", beat_s
    return _queued(conn, one) if one.state == "waiting" else None


def _beat(conn: Connection, one: Job) -> Instant:
    """Return the last beat of any worker, or of the one that writes; the job's own if none beats."""
    query = select(func.max(worker_beat.c.at))
    if one.state == "applying":
        query = query.where(worker_beat.c.worker == one.claimed_by)
    return int(conn.execute(query).scalar_one() or one.heartbeat_at)


def _queued(conn: Connection, one: Job) -> tuple[str, int] | None:
    earlier = select(func.count()).where(
        job.c.id < one.id,
        job.c.file.is_not(None),
        job.c.state.not_in(ENDED),
        job.c.kind.startswith(PREFIX),
    )
    count = int(conn.execute(earlier).scalar_one())
    return ("queued", count) if count else None
