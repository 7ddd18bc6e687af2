"""Decide what stands behind the kernel's seams in a test: a clock that obeys, a config of its own.

Databases come from ``databases``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kernel import clock, config, crypto, db, ids, keys

START = 1_795_485_600_000_000
"""2026-11-24T02:00:00Z, ten in the morning in China."""

SECOND = 1_000_000


class FakeClock:
    """The time of one test; it stands still until told."""

    def __init__(self, start: int = START) -> None:
        self._at = start

    def now(self) -> int:
        """Return the instant it stands at."""
        return self._at

    def set(self, instant: int) -> None:
        """Stand at ``instant``, microseconds since the epoch; it may be earlier."""
        self._at = instant

    def tick(self, seconds: int) -> int:
        """Go on by whole seconds and return the new instant."""
        self._at += seconds * SECOND
        return self._at


@contextmanager
def fake_clock() -> Iterator[FakeClock]:
    """Let ``kernel.clock`` tell a fake time."""
    fake = FakeClock()
    clock.use(fake.now)
    try:
        yield fake
    finally:
        clock.use(clock.system)


@contextmanager
def demo_config(home: Path) -> Iterator[config.Config]:
    """Let ``kernel.config`` answer with the defaults of the demo, its files below ``home``."""
    loaded = config.load(None, {"QIANZHAN_HOME": str(home)})
    config.use(loaded)
    try:
        yield loaded
    finally:
        config.use(None)


@contextmanager
def opened(url: str, settings: config.Config) -> Iterator[db.Database]:
    """Let the kernel work on the database at ``url``: ids, sealed columns and transactions."""
    database = db.Database(url)
    config.use(replace(settings, database_url=url))
    db.use(database)
    ids.use(ids.Mint(shard=0, node=1))
    crypto.use(keys.open_sealer(database, settings))
    try:
        yield database
    finally:
        crypto.use(None)
        ids.use(None)
        db.use(None)
        database.close()
