"""Runs of the demo as a person starts it, and the checker as a reviewer starts it."""

import os
import subprocess
import sys
from csv import DictReader
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_S = 240


@dataclass(frozen=True)
class Run:
    """One ended run: its exit code, its words, what it left in ``out`` and ``box``."""

    code: int
    said: str
    out: Path
    box: Path


def demo(folder: Path, *words: str) -> Run:
    """Run the demo into ``folder`` and wait for its end."""
    out, box = folder / "out", folder / "box"
    code, said = _python("demo", *words, "--out", str(out), "--box", str(box))
    return Run(code, said, out, box)


def check(module: str, folder: Path, official: Path) -> tuple[int, str]:
    """Let the checker, or its mutations, judge what a demo left."""
    return _python(module, str(folder), QIANZHAN_OFFICIAL=str(official.parent))


def _python(module: str, *words: str, **environment: str) -> tuple[int, str]:
    kept = {name: value for name, value in os.environ.items() if name != "QIANZHAN_DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    return done.returncode, done.stdout


def ledger(run: Run) -> list[dict[str, str]]:
    """Return the entries of the exported ledger."""
    text = (run.out / "ledger.csv").read_text(encoding="utf-8-sig")
    return list(DictReader(text.splitlines()))


def sums(entries: list[dict[str, str]], by: str) -> dict[str, int]:
    """Return the fen of ledger entries summed by a column."""
    found: dict[str, int] = {}
    for entry in entries:
        found[entry[by]] = found.get(entry[by], 0) + int(entry["amount_fen"])
    return found
