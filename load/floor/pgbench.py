"""Decides how a floor is run: pgbench with prepared statements, and what it says.

What is in the script is ``floor.script``'s.
"""

import os
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from load.postgres import Server

CLIENTS = 8


@dataclass(frozen=True)
class Ran:
    """What pgbench saw: runs of the script, their pace, and how long one took."""

    runs: int
    per_second: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Floor:
    """A script on one database; ``first`` is where its own counter of objects begins."""

    server: Server
    database: str
    script: Path

    def run(self, *, seconds: int, first: int = 0, clients: int = CLIENTS) -> Ran:
        """Run the script by so many clients for some seconds."""
        return self._run(clients, ["-T", str(seconds)], first)

    def once(self, *, first: int = 0) -> Ran:
        """Run the script a single time."""
        return self._run(1, ["-t", "1"], first)

    def _run(self, clients: int, how_long: list[str], first: int) -> Ran:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [
                    str(self.server.programs / "pgbench"),
                    *("-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2))),
                    *how_long,
                    *("-f", str(self.script), "-l", "--log-prefix", f"{folder}/log"),
                    *("-D", f"n={time.time_ns() // 1_000_000}", "-D", f"m={first}"),
                    self.database,
                ],
                env=os.environ | self.server.environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            if done.returncode != 0:
                raise RuntimeError(f"pgbench: {done.stdout}{done.stderr}"[:3000])
            return read(done.stdout, _latencies_us(Path(folder)))


def read(said: str, latencies_us: list[int]) -> Ran:
    """Return the figures in pgbench's report; raises ``RuntimeError`` when a run failed."""
    failed = re.search(r"number of failed transactions: (\d+)", said)
    runs = re.search(r"number of transactions actually processed: (\d+)", said)
    pace = re.search(r"tps = ([\d.]+)", said)
    if runs is None or pace is None or (failed is not None and failed.group(1) != "0"):
        raise RuntimeError(f"pgbench did not say what is needed: {said}")
    ordered = sorted(latencies_us) or [0]
    return Ran(
        runs=int(runs.group(1)),
        per_second=float(pace.group(1)),
        p50_ms=ordered[len(ordered) // 2] / 1_000,
        p99_ms=ordered[len(ordered) * 99 // 100] / 1_000,
    )


def _latencies_us(folder: Path) -> list[int]:
    lines = (line for file in folder.iterdir() for line in file.read_text().splitlines())
    return [int(line.split()[2]) for line in lines]
