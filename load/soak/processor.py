"""Decides how the processor's time of a soak is told: by program, in seconds an order.

Wall time says little on a machine that others use; what a program took of the processor stays.
Read from ``/proc`` (Linux), a process with all that it started, the ended ones included.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _CHILD_SYSTEM = 1, 11, 14
"""Places in ``/proc/<pid>/stat`` after the name: parent, then utime, stime, cutime, cstime."""


def taken_s(pid: int) -> float:
    """Return the seconds that a process and all below it took; 0 for one that is gone."""
    said = _said()
    below = {pid} & set(said)
    while more := {one for one, (parent, _) in said.items() if parent in below} - below:
        below |= more
    return sum(said[one][1] for one in below)


def _said() -> dict[int, tuple[int, float]]:
    """Return the parent and the seconds of every process there is."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        ticks = sum(int(one) for one in fields[_USER : _CHILD_SYSTEM + 1])
        found[int(folder.name)] = (int(fields[_PARENT]), ticks / TICKS)
    return found


class Meter:
    """What each program takes from now on; ``programs`` tell their seconds when asked."""

    def __init__(self, programs: Mapping[str, Callable[[], float]]) -> None:
        self._programs = programs
        self._before = {name: read() for name, read in programs.items()}

    def since(self) -> dict[str, float]:
        """Return the seconds that each program has taken since the meter was made."""
        return {name: read() - self._before[name] for name, read in self._programs.items()}


def told(taken: Mapping[str, float], orders: int) -> list[str]:
    """Return one line a program, in thousandths of a second an order, the greatest first."""
    rows = sorted(taken.items(), key=lambda row: -row[1])
    rows.append(("all of it", sum(taken.values())))
    return [f"{name:<18}{seconds / orders * 1000:8.1f} ms an order" for name, seconds in rows]


def postmaster(folder: Path) -> int:
    """Return the process id of the PostgreSQL server whose place is ``folder``."""
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
