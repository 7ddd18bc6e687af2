"""Decides every id of ours: 63 bits, in order of time; which node may mint is ``kernel.nodes``'.

    41 bits milliseconds since 2024-01-01 UTC | 3 bits shard | 7 bits node | 12 bits sequence

Two processes never hold one node number at a time, so ids differ without asking anybody.  They
fit a signed 64-bit column, SQLite's integer key and customs' 20-character ``copNo``; in JSON
they are strings.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from kernel import clock
from kernel.clock import Instant
from kernel.errors import Malformed, Unavailable

EPOCH: Instant = 1_704_067_200_000_000  # 2024-01-01T00:00:00Z
SHARDS, NODES, SEQUENCE = 8, 128, 4096
BORROW_MS = 1_000
_LAST_MS = 2**41 - 1
_SPARE = 64  # of a running process's own past milliseconds, ids kept for ``at``


class ClockWentBack(Unavailable):
    """The clock stands more than a second behind ids already given out; none was minted."""

    code = "clock_went_back"

    def __init__(self, *, behind_ms: int) -> None:
        super().__init__(behind_ms=behind_ms, retry_after_s=1 + behind_ms // 1_000)


class NodeLeaseLost(Unavailable):
    """The process no longer holds its node number; another may mint under it."""

    code = "node_lease_lost"

    def __init__(self, *, node: int) -> None:
        super().__init__(node=node)


class InstantOutOfRange(Malformed):
    """An id cannot carry this instant: before 2024 or after 2093."""

    code = "instant_out_of_range"

    def __init__(self, *, instant: Instant) -> None:
        super().__init__(instant=instant)


class Mint:
    """Mints the ids of one shard and node; safe to share among threads.

    When the clock goes back, or 4096 ids were minted in one millisecond, it borrows ahead, at
    most one second; past that ``new`` raises ``ClockWentBack``.  Under a lease nothing is minted
    from ``leased_until`` on, whether or not anybody noticed that it was not renewed.
    """

    def __init__(self, shard: int, node: int, now: Callable[[], Instant] | None = None) -> None:
        if not (0 <= shard < SHARDS and 0 <= node < NODES):
            raise ValueError(f"shard {shard} or node {node} is out of range")
        self.shard, self.node = shard, node
        self.leased_until: Instant | None = None
        self._now = now or clock.now
        self._guard = threading.Lock()
        self._born_ms: int | None = None
        self._last_ms, self._sequence = -1, 0
        self._crowded: set[int] = set()  # own milliseconds whose spare ids went too
        self._past: dict[int, int] = {}  # millisecond -> ids ``at`` took from its upper end

    def new(self) -> int:
        """Return an id greater than every one before it.

        Raises ``ClockWentBack`` and ``NodeLeaseLost`` (both Unavailable).
        """
        with self._guard:
            now_ms = self._this_ms()
            ms, sequence = self._next(now_ms)
            if ms - now_ms > BORROW_MS:
                raise ClockWentBack(behind_ms=ms - now_ms)
            if self._born_ms is None:
                self._born_ms = ms
            if sequence == SEQUENCE - _SPARE:
                self._crowded.add(ms)
            self._last_ms, self._sequence = ms, sequence
            return self._pack(ms, sequence)

    def at(self, instant: Instant) -> int:
        """Return an id of the millisecond of a past ``instant``, unlike any other of this process.

        Where that millisecond is used up it takes the one before.  An instant that is not past
        gets a ``new`` id.  A process that held this node earlier may have minted the same id for
        the same past millisecond: then the primary key refuses the second row.

        Raises ``InstantOutOfRange`` (Malformed) before 2024 and ``NodeLeaseLost``.
        """
        wanted_ms = _ms(instant)
        with self._guard:
            running_ms = max(self._this_ms(), self._last_ms)
            if wanted_ms < running_ms:
                if wanted_ms > self._last_ms:  # ``new`` stays past it, should the clock go back
                    self._last_ms, self._sequence = wanted_ms, SEQUENCE - 1
                return self._pack(*self._take_past(wanted_ms))
        return self.new()

    def _next(self, now_ms: int) -> tuple[int, int]:
        if now_ms > self._last_ms:
            return now_ms, 0
        if self._sequence + 1 < SEQUENCE:
            return self._last_ms, self._sequence + 1
        return self._last_ms + 1, 0

    def _take_past(self, ms: int) -> tuple[int, int]:
        """Own milliseconds were counted from below: there only the spare upper end is free."""
        while self._past.get(ms, 0) >= self._room(ms):
            ms -= 1
            if ms < 0:
                raise InstantOutOfRange(instant=EPOCH)
        taken = self._past.get(ms, 0)
        self._past[ms] = taken + 1
        return ms, SEQUENCE - 1 - taken

    def _room(self, ms: int) -> int:
        if self._born_ms is None or ms < self._born_ms:
            return SEQUENCE
        return 0 if ms in self._crowded else _SPARE

    def _this_ms(self) -> int:
        instant = self._now()
        if self.leased_until is not None and instant >= self.leased_until:
            raise NodeLeaseLost(node=self.node)
        return _ms(instant)

    def _pack(self, ms: int, sequence: int) -> int:
        return ((ms * SHARDS + self.shard) * NODES + self.node) * SEQUENCE + sequence


def _ms(instant: Instant) -> int:
    ms = (instant - EPOCH) // 1_000
    if not 0 <= ms <= _LAST_MS:
        raise InstantOutOfRange(instant=instant)
    return ms


_mint: Mint | None = None
_mints: dict[int, Mint] = {}
"""Of shards whose database is another than the process's own."""
_shard: ContextVar[int | None] = ContextVar("shard", default=None)


def use(mint: Mint | None) -> None:
    """Make ``mint`` the one of this process; ``None`` takes it away."""
    global _mint
    _mint = mint


def use_for(shard: int, mint: Mint | None) -> None:
    """Make ``mint`` the one of a shard with a database of its own; ``None`` takes it away."""
    if mint is None:
        _mints.pop(shard, None)
    else:
        _mints[shard] = mint


@contextmanager
def born_in(shard: int) -> Iterator[None]:
    """Mint ids of a shard in this block: by its own mint, or by the process's where it has none."""
    token = _shard.set(shard)
    try:
        yield
    finally:
        _shard.reset(token)


def shard_here() -> int | None:
    """Return the shard that this block is about, None outside of any."""
    return _shard.get()


def _current() -> Mint:
    mint = _mints.get(here, _mint) if (here := _shard.get()) is not None else _mint
    if mint is None:
        raise RuntimeError("no mint: call kernel.nodes.lease_node and kernel.ids.use first")
    return mint


def new() -> int:
    """Return a fresh id; raises as ``Mint.new`` does."""
    return _current().new()


def at(instant: Instant) -> int:
    """Return an id that sorts at a past instant; raises as ``Mint.at`` does."""
    return _current().at(instant)


def instant_of(id: int) -> Instant:
    """Return the instant an id was minted for, to the millisecond."""
    return EPOCH + id // (SHARDS * NODES * SEQUENCE) * 1_000


def earliest(instant: Instant) -> int:
    """Return the smallest id that can have been minted at or after an instant, to compare with."""
    return max(0, _ms(instant)) * SHARDS * NODES * SEQUENCE


def shard_of(id: int) -> int:
    """Return the shard whose database the row was born in."""
    return id // (NODES * SEQUENCE) % SHARDS


def node_of(id: int) -> int:
    """Return the node number of the process that minted the id."""
    return id // SEQUENCE % NODES
