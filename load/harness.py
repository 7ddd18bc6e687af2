"""Decide how a bench is run and told: rounds in which each case alternates with its floors.

What is measured, and what must hold afterwards, belongs to each bench.  Machines and hours
differ by tens of per cent, so a figure means something only beside the floor measured in the
same round: ``beside`` is the median, over the rounds, of case divided by floor.
"""

import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "var" / "bench"
VERSIONS_OF = ("flask", "granian", "psycopg", "sqlalchemy", "werkzeug")


@dataclass(frozen=True)
class Case:
    """One thing measured: ``measure`` runs it once and returns its figure in ``unit``.

    ``beside`` names the floors it is compared with; a case without is a floor itself, or stands
    for itself.  ``measure`` checks what it left behind and raises if that is wrong.
    """

    name: str
    unit: str
    measure: Callable[[], float]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """What all rounds of one case came to."""

    case: str
    unit: str
    median: float
    min: float
    max: float
    beside: dict[str, float]


def run(cases: Sequence[Case], *, rounds: int = 3) -> list[Row]:
    """Measure every case once a round and return a row for each, in the order given.

    Every second round goes backwards, so that what drifts while a bench runs (caches, the
    machine's other load) does not favour whoever comes last.  Raises ``ValueError`` for a floor
    that is no case, for two cases of one name and for fewer than one round.
    """
    _check(cases, rounds)
    figures: dict[str, list[float]] = {case.name: [] for case in cases}
    for number in range(rounds):
        for case in cases if number % 2 == 0 else reversed(cases):
            figures[case.name].append(case.measure())
    return [_row(case, figures) for case in cases]


def _check(cases: Sequence[Case], rounds: int) -> None:
    names = [case.name for case in cases]
    if len(set(names)) != len(names):
        raise ValueError(f"two cases of one name: {names}")
    unknown = {floor for case in cases for floor in case.beside} - set(names)
    if unknown:
        raise ValueError(f"floors that nothing measures: {sorted(unknown)}")
    if rounds < 1:
        raise ValueError("a bench has at least one round")


def _row(case: Case, figures: dict[str, list[float]]) -> Row:
    own = figures[case.name]
    beside = {
        floor: median(mine / theirs for mine, theirs in zip(own, figures[floor], strict=True))
        for floor in case.beside
    }
    return Row(case.name, case.unit, median(own), min(own), max(own), beside)


def table(rows: Sequence[Row]) -> str:
    """Return the rows as lines for a person: median, range, and how many times its floors."""
    width = max(len(row.case) for row in rows)
    lines = []
    for row in rows:
        beside = ", ".join(f"{ratio:.2f} x {floor}" for floor, ratio in row.beside.items())
        spread = f"({row.min:,.0f} to {row.max:,.0f})"
        line = f"{row.case:<{width}}  {row.median:>10,.0f} {row.unit:<10} {spread:<22} {beside}"
        lines.append(line.rstrip())
    return "\n".join(lines)


def report(name: str, rows: Sequence[Row], *, folder: Path = RESULTS) -> Path:
    """Print the table, write ``NAME.json`` with the machine and the commit, return its path."""
    print(table(rows))
    told = {
        "machine": machine(),
        "commit": commit(),
        "versions": {package: _version(package) for package in VERSIONS_OF},
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "rows": [vars(row) for row in rows],
    }
    file = folder / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def stop_when_told() -> None:
    """Let a bench that is told to end (SIGTERM) end as by Ctrl-C: with all that it started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def machine() -> dict[str, str | int]:
    """Return what a reader must know of this machine: processor, cores, memory, system."""
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory": _first("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def commit() -> str:
    """Return the commit measured, with ``+changes`` where the tree differs from it."""
    head = _git("rev-parse", "HEAD")
    return f"{head}+changes" if head and _git("status", "--porcelain") else head


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _first(file: str, key: str) -> str:
    path = Path(file)
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "")


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
