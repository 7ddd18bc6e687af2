"""Decides what a fault is given to work on, and what it tells of itself."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import text

from kernel import db
from kernel.errors import Unavailable
from load.faults import struck
from load.faults.house import House
from load.faults.wave import Wave

NEVER = float("inf")
LOOK_S = 0.002
WAITED_S = 15.0
"""How long a fault waits for anything."""


@dataclass(frozen=True)
class Struck:
    """What a fault did: the step in words, when (monotonic), which servers, what a worker held.

    ``wrong`` is what the product should have done about it and did not.
    """

    step: str
    at: float
    servers: tuple[str, ...]
    in_hand: int = 0
    wrong: tuple[str, ...] = ()


@dataclass
class Scene:
    """A house under load; ``over`` is set once the wave has gone by."""

    house: House
    wave: Wave
    dice: Random
    over: threading.Event = field(default_factory=threading.Event)

    def under_load(self) -> float:
        """Wait for requests in flight, then for a random moment more; return when that is."""
        self.meanwhile(lambda: self.wave.under_way)
        time.sleep(self.dice.uniform(0.0, 0.4))
        return self.meanwhile(lambda: self.wave.under_way)

    def give(self, name: str, order: struck.Order) -> float:
        """Let a program be struck as ordered; return when it was, ``NEVER`` if it was not."""
        folder = self.house.site.folder
        struck.give(folder, name, order)
        told = struck.struck_file(folder, name)
        self.meanwhile(told.exists)
        return float(told.read_text()) if told.exists() else NEVER

    def take_back(self, name: str) -> None:
        """Let a program be from now on."""
        struck.order_file(self.house.site.folder, name).unlink(missing_ok=True)

    def meanwhile(self, met: Callable[[], bool]) -> float:
        """Return when something was met first; ``NEVER`` where the wave went by without."""
        at = self.until(lambda: self.over.is_set() or met())
        return NEVER if self.over.is_set() else at

    def until(self, met: Callable[[], bool], *, patience_s: float = WAITED_S) -> float:
        """Return when something was met first; ``NEVER`` when one has waited long enough."""
        ends = time.monotonic() + patience_s
        while (now := time.monotonic()) < ends:
            if met():
                return now
            time.sleep(LOOK_S)
        return NEVER


def in_hand() -> int:
    """Return how many deliveries workers have claimed; 0 while the database is away."""
    try:
        with db.read() as connection:
            asked = text("SELECT COUNT(*) FROM delivery WHERE state = 'running'")
            return int(connection.execute(asked).scalar_one())
    except Unavailable:
        return 0
