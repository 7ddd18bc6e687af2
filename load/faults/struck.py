"""Decides how a process of the product is struck at a named point, as an order beside it says.

The product has no switch for it: its database's commits are wrapped before its own command begins.
An order lies in ``FOLDER/NAME.order``; what was struck is told in ``NAME.struck``.
"""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import TimeoutError as PoolDry

from kernel import clock, db, deliveries
from kernel.batch import Batch
from kernel.groups import Groups

READ, WRITTEN, COMMITTED = "read", "written", "committed"
"""Under the lock with all that is judged read; all written but not committed; committed, untold."""
KILL, HANG, POOL, FULL = "kill", "hang", "pool", "full"
PATIENCE_S, CLAIM_S, RENEW_S = 3.0, 12, 6
"""How long a request waits for its group, how long a worker's claim holds: a fifth of the product's."""
_LOOK_S = 0.01
_MOST_PAGES = 4_294_967_294
"""SQLite's own limit."""


@dataclass(frozen=True)
class Order:
    """What is to be done: ``deed`` at the ``nth`` passing of ``moment`` by a thread named so.

    ``pool`` and ``full`` are done at once; ``seconds`` is how long to hang or to keep the pool.
    """

    deed: str
    thread: str = ""
    moment: str = ""
    nth: int = 1
    seconds: float = 0.0


def order_file(folder: Path, name: str) -> Path:
    """Return where the order of a program lies."""
    return folder / f"{name}.order"


def struck_file(folder: Path, name: str) -> Path:
    """Return where a program tells when it was struck: seconds of the machine's monotonic clock."""
    return folder / f"{name}.struck"


def clock_file(folder: Path) -> Path:
    """Return where the milliseconds lie by which the product's clock is off the machine's."""
    return folder / "product.clock"


def give(folder: Path, name: str, order: Order) -> None:
    """Let a program be struck; raises nothing: whether it was, ``struck_file`` tells."""
    struck_file(folder, name).unlink(missing_ok=True)
    fresh = order_file(folder, name).with_suffix(".new")
    fresh.write_text(json.dumps(asdict(order)), encoding="utf-8")
    fresh.replace(order_file(folder, name))


class _Blow:
    """The order of this process, looked for all the time, and what it does."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._order: Order | None = None
        self._left = 0
        self._passing = threading.Lock()
        self._ahead_us = 0
        self.full = False

    def now(self) -> clock.Instant:
        """Return the product's time: the machine's, stepped."""
        return clock.system() + self._ahead_us

    def watch(self) -> None:
        """Follow the files until the process ends."""
        while True:
            self._ahead_us = int(_said(clock_file(self._folder)) or 0) * clock.MILLISECOND
            said = _said(order_file(self._folder, self._name))
            wanted = Order(**json.loads(said)) if said else None
            if wanted != self._order:
                self._left = wanted.nth if wanted else 0
                self._order = wanted
                self.full = wanted is not None and wanted.deed == FULL
                if wanted is not None and wanted.deed == POOL:
                    self._keep_the_pool(wanted.seconds)
            time.sleep(_LOOK_S)

    def passed(self, moment: str) -> None:
        """A thread of the product passes a moment; it may be its last."""
        order = self._order
        here = threading.current_thread().name
        if order is None or moment != order.moment or not here.startswith(order.thread):
            return
        with self._passing:
            self._left -= 1
            if self._left != 0:
                return
        self.tell()
        if order.deed == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(order.seconds)

    def tell(self) -> None:
        """Say that it happened, and when; the first time counts."""
        told = struck_file(self._folder, self._name)
        if not told.exists():
            fresh = told.with_suffix(".told")
            fresh.write_text(str(time.monotonic()), encoding="ascii")
            fresh.replace(told)

    def _keep_the_pool(self, seconds: float) -> None:
        """Take what connections there are, as a leak would, and give them back later."""
        with ExitStack() as kept:
            for engine in (db.current().engine, db.current().reader):
                with suppress(PoolDry):  # what others have now they keep
                    for _ in range(engine.pool.size() * 2):  # type: ignore[attr-defined]  # QueuePool
                        kept.enter_context(engine.connect())
            self.tell()
            time.sleep(seconds)


def arm(folder: Path, name: str) -> None:
    """Wrap what this process commits with, its clock, and how long it waits for itself."""
    blow = _Blow(folder, name)
    clock.use(blow.now)
    _wrap(Batch, "sync", after=lambda: blow.passed(READ))
    _wrap(
        DefaultDialect,
        "do_commit",
        before=lambda: blow.passed(WRITTEN),
        after=lambda: blow.passed(COMMITTED),
    )
    group_of = Groups.of

    def impatient(groups: Groups[Any, Any], key: int) -> Any:
        group = group_of(groups, key)
        group.patience_s = PATIENCE_S
        return group

    deliveries.CLAIM_S, deliveries.RENEW_S = CLAIM_S, RENEW_S
    Groups.of = impatient  # type: ignore[method-assign,assignment]
    _limit_sqlite(blow)
    threading.Thread(target=blow.watch, name="struck", daemon=True).start()


def _wrap(
    owner: type,
    name: str,
    *,
    before: Callable[[], None] = lambda: None,
    after: Callable[[], None] = lambda: None,
) -> None:
    own = getattr(owner, name)

    def wrapped(*words: Any) -> Any:
        before()
        told = own(*words)
        after()
        return told

    setattr(owner, name, wrapped)


def _limit_sqlite(blow: _Blow) -> None:
    @event.listens_for(Engine, "begin")
    def _limit(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            most = 1 if blow.full else _MOST_PAGES  # 1: what there is, and no page more
            connection.exec_driver_sql(f"PRAGMA max_page_count={most}")


def _said(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
