"""Decide how a worker says that it lives, and how long silence is believed.

What it works on is ``shop.worker``'s.
"""

import os
import socket

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from kernel import clock, db
from kernel.clock import DAY, SECOND
from shop.operations.tables import worker_beat

SILENT_AFTER = 30 * SECOND
"""A worker that said nothing for so long is taken for dead."""

_STARTED: dict[str, int] = {}


def beat() -> None:
    """Say that this process lives; those silent for a day are forgotten."""
    at = clock.now()
    worker = f"{socket.gethostname()[:80]}:{os.getpid()}"
    started_at = _STARTED.setdefault(worker, at)
    with db.write() as conn:
        put = (postgresql if conn.dialect.name == "postgresql" else sqlite).insert(worker_beat)
        conn.execute(
            put.values(worker=worker, started_at=started_at, at=at).on_conflict_do_update(
                index_elements=["worker"], set_={"started_at": started_at, "at": at}
            )
        )
        conn.execute(delete(worker_beat).where(worker_beat.c.at < at - DAY))
