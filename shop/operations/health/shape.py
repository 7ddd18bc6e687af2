"""Decides from which value on each figure of the operations page is a warning, and what it is of.

How a figure is measured is its neighbours'; what a person then does is said in messages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kernel.clock import DAY, HOUR, MINUTE, SECOND

GOOD, WAIT, BAD = "good", "wait", "bad"
MIB, GIB = 2**20, 2**30


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure's unit (``us count percent bytes``), and from where on it is wait and bad."""

    unit: str
    wait: int
    bad: int


LIMITS: Mapping[str, Limit] = {
    "late": Limit("us", MINUTE, 15 * MINUTE),
    "oldest": Limit("us", HOUR, DAY),
    "parked": Limit("count", 1, 10),
    "unsent": Limit("us", 5 * MINUTE, 30 * MINUTE),
    "stuck": Limit("count", 1, 10),
    "aside": Limit("count", 1, 10),
    "silent": Limit("us", 30 * SECOND, 2 * MINUTE),
    "line": Limit("percent", 20, 60),
    "lock": Limit("us", SECOND, 10 * SECOND),
    "transaction": Limit("us", MINUTE, 10 * MINUTE),
    "connections": Limit("percent", 70, 90),
    "dead": Limit("percent", 20, 50),
    "numbers": Limit("percent", 25, 60),
    "invalid": Limit("count", 1, 5),
    "unused": Limit("bytes", 100 * MIB, 10 * GIB),
    "size": Limit("bytes", 200 * GIB, 1_000 * GIB),
    "file": Limit("bytes", 10 * GIB, 50 * GIB),
    "free": Limit("percent", 25, 50),
    "wal": Limit("bytes", 64 * MIB, GIB),
}
"""Ours, chosen: nothing outside prescribes them."""

SMALL_ROWS = 1_000
"""A table with fewer dead rows costs nothing, whatever their share."""

SMALL_BYTES = MIB
"""An index of less is not told as never used: in a young house most are."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; ``about`` names what it is worst at: a handler, a table, a process.

    ``value`` is None where nothing was ever seen (a worker that never beat), which is bad.
    """

    kind: str
    value: int | None
    about: str = ""

    @property
    def limit(self) -> Limit:
        """Return its thresholds."""
        return LIMITS[self.kind]

    @property
    def level(self) -> str:
        """Return good, wait or bad."""
        if self.value is None or self.value >= self.limit.bad:
            return BAD
        return WAIT if self.value >= self.limit.wait else GOOD


@dataclass(frozen=True, slots=True)
class LockWait:
    """Who waits for whom, by process number; times in microseconds, no statement, no person.

    ``lock`` is PostgreSQL's own word (relation, transactionid, advisory ...), ``table`` the table
    where it names one, ``blocker_state`` what the process in the way does.
    """

    waiter: int
    lock: str
    mode: str
    table: str
    waits_us: int
    blocker: int
    blocker_state: str
    blocker_open_us: int | None


@dataclass(frozen=True, slots=True)
class TableHealth:
    """One table as the database counts it; sizes in bytes, its indexes' apart; instants or None."""

    name: str
    live_rows: int
    dead_rows: int
    total_bytes: int
    index_bytes: int
    vacuumed_at: int | None
    analyzed_at: int | None

    @property
    def dead_percent(self) -> int:
        """Return the share of dead rows; nought while they are few."""
        if self.dead_rows < SMALL_ROWS:
            return 0
        return 100 * self.dead_rows // (self.live_rows + self.dead_rows)


@dataclass(frozen=True, slots=True)
class IndexHealth:
    """An index that cannot be used, or that nobody used since the counting began."""

    name: str
    table: str
    total_bytes: int
    valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What one kind of database tells of itself; ``missing`` says whether it keeps no more."""

    figures: Sequence[Figure]
    waits: Sequence[LockWait] = ()
    tables: Sequence[TableHealth] = ()
    indexes: Sequence[IndexHealth] = ()
    index_count: int = 0
    index_bytes: int = 0
    counted_since: int | None = None
    autovacuum: bool | None = None
    missing: bool = False
    sizes: Mapping[str, int] = field(default_factory=dict)
