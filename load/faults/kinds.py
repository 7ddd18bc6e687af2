"""Decides which faults there are, on which database, and where a line to a server may break."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from load.faults import kills, troubles
from load.faults.house import POSTGRESQL, SQLITE, House
from load.faults.scene import Scene, Struck

BOTH = (POSTGRESQL, SQLITE)


@dataclass(frozen=True)
class Kind:
    """A kind of fault: ``strike`` waits for the load, does it and takes it back.

    ``breaks`` says that a server ends, so that a request to it may stay without any answer.
    """

    name: str
    strike: Callable[[Scene], Struck]
    on: Sequence[str] = (POSTGRESQL,)
    breaks: bool = False


KINDS = (
    Kind("server killed at a placing", kills.server_at_a_placing, BOTH, breaks=True),
    Kind("server killed at a capture", kills.server_at_a_capture, breaks=True),
    Kind("server killed at random", kills.server_at_random, breaks=True),
    Kind("server's watcher killed", kills.watcher_at_random, breaks=True),
    Kind("worker killed at a fact", kills.worker_at_a_fact),
    Kind("worker killed at random", kills.worker_at_random, BOTH),
    Kind("database killed", kills.database_at_random),
    Kind("database killed at a commit", kills.database_at_a_commit),
    Kind("everything killed", kills.everything_at_random, BOTH, breaks=True),
    Kind("slow commits", troubles.slow_commits),
    Kind("disk full", troubles.disk_full, BOTH),
    Kind("pool exhausted", troubles.pool_exhausted),
    Kind("clock stepped", troubles.clock_stepped, BOTH),
    Kind("committer hangs", troubles.committer_hangs, BOTH),
    Kind("deadlocks by a foreign writer", troubles.deadlocks),
    Kind("file held by a foreign writer", troubles.file_held, (SQLITE,)),
)


def of(database: str) -> list[Kind]:
    """Return the kinds for one database."""
    return [kind for kind in KINDS if database in kind.on]


def why_not(kind: Kind, house: House) -> str:
    """Return why a kind cannot be run in a house, or nothing."""
    if kind.strike == troubles.disk_full and house.cluster is not None:
        return house.cluster.disk.why_not
    return ""
