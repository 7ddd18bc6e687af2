"""Decide what goes wrong while nobody dies: slowness, full disks, dry pools, clocks, others' locks."""

import sqlite3
import time
from contextlib import closing, suppress

import psycopg

from load.faults import struck
from load.faults.house import SQLITE, WORKER
from load.faults.scene import NEVER, Scene, Struck
from load.faults.slowness import slow_commits as slowed
from load.faults.struck import FULL, HANG, POOL, READ, WRITTEN, Order

SHORT_S = 1.5
"""How long a disk is full after the first was told to come again, or a file is held."""
STEPS_MS = (30_000, 90_000, -800, -3_000)
"""A second back is borrowed, three are waited for; ninety ahead end every lease."""
_LEVEL = """
SELECT 1 FROM availability a JOIN account_book_item b ON b.id = a.account_book_item_id
  JOIN item i ON i.id = b.item_id WHERE i.sku = %s FOR UPDATE OF a
"""
_WAITER = """
SELECT 1 FROM pg_locks l JOIN pg_locks w ON w.pid = l.pid AND NOT w.granted
 WHERE l.locktype = 'advisory' AND l.granted AND w.locktype <> 'advisory'
"""
_ITS_LOCKS = """
SELECT pg_advisory_xact_lock((l.classid::bigint << 32) | l.objid::bigint)
  FROM pg_locks l JOIN pg_locks w ON w.pid = l.pid AND NOT w.granted
 WHERE l.locktype = 'advisory' AND l.granted AND w.locktype <> 'advisory' LIMIT 1
"""


def slow_commits(scene: Scene) -> Struck:
    """Each commit waits for its disk a tenth of a second."""
    assert scene.house.cluster is not None
    with slowed(scene.house.cluster):
        at = scene.under_load()
        scene.over.wait()
    return Struck("commit_delay 100 ms", at, scene.house.servers)


def disk_full(scene: Scene) -> Struck:
    """No page more: SQLite's by max_page_count, PostgreSQL's by the size of its disk."""
    if scene.house.kind == SQLITE:
        return _sqlite_full(scene)
    assert scene.house.cluster is not None
    scene.under_load()
    with scene.house.cluster.disk.full():
        at = scene.meanwhile(lambda: scene.wave.put_off)
        time.sleep(SHORT_S)
    scene.house.revive()
    return Struck(f"the tmpfs, for {SHORT_S} s", at, scene.house.servers)


def _sqlite_full(scene: Scene) -> Struck:
    (server,) = scene.house.servers
    for name in (server, WORKER):
        struck.give(scene.house.site.folder, name, Order(FULL))
    at = scene.meanwhile(lambda: scene.wave.put_off)
    time.sleep(SHORT_S)
    for name in (server, WORKER):
        scene.take_back(name)
    return Struck(f"max_page_count, for {SHORT_S} s", at, scene.house.servers)


def pool_exhausted(scene: Scene) -> Struck:
    """A server's connections are all taken for longer than one waits for one."""
    name = scene.dice.choice(scene.house.servers)
    at = scene.give(name, Order(POOL, seconds=6.0))
    scene.over.wait()
    scene.take_back(name)
    return Struck(f"{name}, for 6 s", at, (name,))


def clock_stepped(scene: Scene) -> Struck:
    """The product's clock jumps; the other side's follows when the wave is over."""
    by_ms = scene.dice.choice(STEPS_MS)
    file = struck.clock_file(scene.house.site.folder)
    ahead_ms = int(file.read_text()) + by_ms
    at = scene.under_load()
    fresh = file.with_suffix(".new")
    fresh.write_text(str(ahead_ms), encoding="ascii")
    fresh.replace(file)
    scene.over.wait()
    scene.house.site.move_their_clock(ahead_ms)
    return Struck(f"by {by_ms / 1000:+.1f} s", at, scene.house.servers)


def committer_hangs(scene: Scene) -> Struck:
    """A group's committer stands still, with its locks, for longer than anybody waits for it."""
    name, moment = scene.dice.choice(scene.house.servers), scene.dice.choice((READ, WRITTEN))
    seconds = struck.PATIENCE_S + 1.0
    at = scene.give(name, Order(HANG, "group-place", moment, 1, seconds))
    scene.over.wait()
    scene.take_back(name)
    return Struck(f"{name} has {moment}, for {seconds:.0f} s", at, scene.house.servers)


def deadlocks(scene: Scene) -> Struck:
    """A foreign writer takes the level first and the warehouse after it, three times."""
    assert scene.house.cluster is not None
    at, met = NEVER, 0
    with scene.house.cluster.server.connect(scene.house.database) as foreign:
        foreign.execute("SET deadlock_timeout = '10s'")  # who finds the ring gives way: ours
        while not scene.over.is_set() and met < 3:
            with suppress(psycopg.errors.DeadlockDetected), foreign.transaction():
                foreign.execute(_LEVEL, (scene.wave.sku,))
                waits = scene.meanwhile(lambda: bool(foreign.execute(_WAITER).fetchone()))
                at = min(at, waits)
                foreign.execute(_ITS_LOCKS)
                met += waits != NEVER
            time.sleep(0.1)
    return Struck(f"level before warehouse, {met} times", at, scene.house.servers)


def file_held(scene: Scene) -> Struck:
    """A foreign writer keeps SQLite's one lock for a while."""
    file = scene.house.site.database_url.removeprefix("sqlite:///")
    at = scene.under_load()
    with closing(sqlite3.connect(file, timeout=10.0, isolation_level=None)) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        time.sleep(SHORT_S)
        foreign.execute("ROLLBACK")
    return Struck(f"for {SHORT_S} s", at, scene.house.servers)
