"""Decide which programs are ended as a power cut ends them, and in the middle of what."""

import os
import signal
import time

from load.faults.house import WORKER
from load.faults.programs import is_there
from load.faults.scene import NEVER, Scene, Struck, in_hand
from load.faults.slowness import slow_commits
from load.faults.struck import COMMITTED, KILL, READ, WRITTEN, Order
from shop.serve import END_S

_COMMITS = """
SELECT pid FROM pg_stat_activity
 WHERE datname = current_database() AND state = 'active' AND query = 'COMMIT' LIMIT 1
"""


def server_at_a_placing(scene: Scene) -> Struck:
    """A server ends at a named point of a group of placings."""
    return _server_at(scene, "group-place", scene.dice.choice(scene.house.servers))


def server_at_a_capture(scene: Scene) -> Struck:
    """The server that hears the provider's events ends at a named point of a group of captures."""
    return _server_at(scene, "group-capture", scene.house.servers[0])


def _server_at(scene: Scene, thread: str, name: str) -> Struck:
    moment, nth = scene.dice.choice((READ, WRITTEN, COMMITTED)), scene.dice.randint(1, 3)
    at = scene.give(name, Order(KILL, thread, moment, nth))
    scene.take_back(name)
    scene.house.kill(name)
    scene.house.revive()
    return Struck(f"{name}, {thread} has {moment}, passing {nth}", at, (name,))


def server_at_random(scene: Scene) -> Struck:
    """A server ends at whatever it does."""
    name = scene.dice.choice(scene.house.servers)
    scene.under_load()
    at = scene.house.kill(name)
    scene.house.revive()
    return Struck(name, at, (name,))


def watcher_at_random(scene: Scene) -> Struck:
    """Of a server only the process that watches ends: the one that answers must end with it."""
    name = scene.dice.choice(scene.house.servers)
    orphans = scene.house.programs[name].below
    scene.under_load()
    at = scene.house.programs[name].kill(alone=True)
    gone = scene.until(lambda: not any(is_there(pid) for pid in orphans), patience_s=END_S + 10)
    for pid in orphans if gone == NEVER else ():
        os.kill(pid, signal.SIGKILL)
    scene.house.revive()
    wrong = () if gone != NEVER else ("what answers outlives what watches it",)
    return Struck(f"{name}, not what answers", at, (name,), wrong=wrong)


def worker_at_a_fact(scene: Scene) -> Struck:
    """The worker ends before or after the commit of a handler."""
    moment, nth = scene.dice.choice((WRITTEN, COMMITTED)), scene.dice.randint(1, 12)
    at = scene.give(WORKER, Order(KILL, "facts", moment, nth))
    scene.take_back(WORKER)
    held = in_hand()
    scene.house.kill(WORKER)
    scene.house.revive()
    return Struck(f"facts have {moment}, passing {nth}", at, scene.house.servers, held)


def worker_at_random(scene: Scene) -> Struck:
    """The worker ends with deliveries in its hands."""
    time.sleep(scene.dice.uniform(0.0, 0.4))
    scene.meanwhile(lambda: scene.wave.under_way and in_hand() > 0)
    at = scene.house.kill(WORKER)
    held = in_hand()
    scene.house.revive()
    return Struck("with deliveries in hand", at, scene.house.servers, held)


def database_at_random(scene: Scene) -> Struck:
    """PostgreSQL ends as with the power, and is started again as a service."""
    assert scene.house.cluster is not None
    scene.under_load()
    at = scene.house.cluster.kill()
    scene.house.revive()
    return Struck("the postmaster", at, scene.house.servers)


def database_at_a_commit(scene: Scene) -> Struck:
    """A backend ends within its COMMIT: PostgreSQL throws all out and recovers by itself."""
    cluster = scene.house.cluster
    assert cluster is not None
    with slow_commits(cluster), cluster.server.connect(scene.house.database) as connection:
        found: list[int] = []

        def one_commits() -> bool:
            found[:] = [pid for (pid,) in connection.execute(_COMMITS)]
            return bool(found) and scene.wave.under_way

        at = scene.meanwhile(one_commits)
        if at != NEVER:
            os.kill(found[0], signal.SIGKILL)
    scene.house.revive()
    return Struck("a backend within its COMMIT", at, scene.house.servers)


def everything_at_random(scene: Scene) -> Struck:
    """Servers, worker and database end together, as with the power."""
    scene.under_load()
    at, *_ = [scene.house.kill(name) for name in (*scene.house.servers, WORKER)]
    if scene.house.cluster is not None:
        scene.house.cluster.kill()
    scene.house.revive()
    return Struck("all of ours", at, scene.house.servers)
