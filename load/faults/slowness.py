"""Decides how PostgreSQL's commits are made slow, and quick again."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from load.faults.house import Cluster

DELAY_US = 100_000
"""PostgreSQL's own limit; the disk's time comes on top."""


@contextmanager
def slow_commits(cluster: Cluster) -> Iterator[None]:
    """Let every commit wait a tenth of a second while the block runs, even a lonely one."""
    _set(cluster, f"ALTER SYSTEM SET commit_delay = {DELAY_US}")
    _set(cluster, "ALTER SYSTEM SET commit_siblings = 0")
    try:
        yield
    finally:
        cluster.revive()
        _set(cluster, "ALTER SYSTEM RESET ALL")


def _set(cluster: Cluster, statement: str) -> None:
    """Say it until it is heard: the server may be recovering."""
    while True:
        try:
            with cluster.server.connect("postgres") as connection:
                connection.execute(statement)
                connection.execute("SELECT pg_reload_conf()")
        except psycopg.OperationalError:
            cluster.revive()
            continue
        return
