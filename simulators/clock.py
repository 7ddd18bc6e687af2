"""Tell the other side's time: the machine's, moved by what a clock file says, if there is one.

The environment variable SIMULATORS_CLOCK names the file; it holds whole milliseconds, negative for
the past, and may be rewritten (by rename) while the programs run.  Without it the time is real.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

_FILE = os.environ.get("SIMULATORS_CLOCK", "")
_ahead_ms = [0]
DAY_MS = 86_400_000


def now_ms() -> int:
    """Return milliseconds since the epoch."""
    return time.time_ns() // 1_000_000 + _moved_ms()


def now_s() -> int:
    """Return whole seconds since the epoch."""
    return now_ms() // 1000


def now() -> datetime:
    """Return the present moment in UTC, to the microsecond while the clock is not moved."""
    moved_ms = _moved_ms()
    real = datetime.now(UTC)
    return datetime.fromtimestamp(real.timestamp() + moved_ms / 1000, UTC) if moved_ms else real


def run_ahead(*, days: int) -> None:
    """Let this program's clock run ``days`` ahead of what the machine and the file say."""
    _ahead_ms[0] = days * DAY_MS


def _moved_ms() -> int:
    return _ahead_ms[0] + (int(Path(_FILE).read_text(encoding="ascii")) if _FILE else 0)
