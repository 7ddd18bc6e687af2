"""Let a small trade be lived under a customs that may lie, and compare the books it leaves.

``python -m demo.compare.trial [--mutant NAME ...] [--mutants FILE] [--script FILE] --home DIR``.
Exit code 0 when all books agree, 1 when not: what a planted falsehood must lead to.
"""

import argparse
import json
import os
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Event

from demo.compare.__main__ import tell
from demo.compare.run import Ask, Report, compare
from demo.other_side import DXP_IDS, PLATFORM
from demo.programs import Program, Programs
from demo.run.home import PORTS, FixedPorts, Home
from demo.run.prepare import PreparationFailed, Size, prepare

SIZE = Size(days=1, orders=12, people=8)
_DATABASE = "QIANZHAN_DATABASE_URL"


class TrialHome(Home):
    """A home whose customs is started with further words."""

    words: tuple[str, ...] = ()

    def theirs(self) -> dict[str, Program]:
        """Return the simulators, customs with its further words."""
        programs = super().theirs()
        programs["customs"].command += self.words
        return programs


def free_ports() -> FixedPorts:
    """Return ports that nobody listens on now."""
    with ExitStack() as stack:
        probes = {name: stack.enter_context(socket.socket()) for name in PORTS}
        for probe in probes.values():
            probe.bind(("127.0.0.1", 0))
        return FixedPorts({name: probe.getsockname()[1] for name, probe in probes.items()})


def trade(folder: Path, *words: str, size: Size = SIZE) -> str:
    """Let a trade be lived in ``folder`` under a customs with these words.

    Returns what the trade's own rules complained of; empty when they found it whole.
    """
    home = TrialHome(folder / "out", folder)
    home.words = words
    home.ports = free_ports()  # type: ignore[assignment]
    with Programs(folder / "logs") as programs:
        try:
            prepare(home, size, programs, Event())
        except PreparationFailed as failed:
            return str(failed)
    return ""


def report(folder: Path, expected: dict[str, int] | None = None) -> Report:
    """Compare the books that a trade left in ``folder``."""
    theirs = folder / "theirs"
    files = (theirs / "tariff.json", theirs / "account_book.json")
    ours = str(folder / "ours" / "qianzhan.db")
    return compare(Ask(ours, theirs, DXP_IDS[PLATFORM], *files, expected or {}))


def main(arguments: list[str]) -> int:
    """Run one trial; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m demo.compare.trial")
    parser.add_argument("--home", type=Path, required=True, help="an empty folder")
    parser.add_argument("--mutant", action="append", default=[], help="a falsehood with a name")
    parser.add_argument("--mutants", type=Path, help="falsehoods of a rule file, JSON")
    parser.add_argument("--script", type=Path, help="scripted trouble, JSON")
    parser.add_argument("--expected", type=Path, help="totals known before the run, JSON")
    options = parser.parse_args(arguments)
    if os.environ.get(_DATABASE):
        parser.error(f"{_DATABASE} is set: a trial keeps its books in its own folder")
    words = [word for name in options.mutant for word in ("--mutant", name)]
    for name in ("mutants", "script"):
        path = getattr(options, name)
        words += [f"--{name}", str(path.resolve())] if path else []
    complaint = trade(options.home.resolve(), *words)
    if complaint:
        print(f"The trade's own rules: {complaint}", file=sys.stderr)
    expected = json.loads(options.expected.read_text()) if options.expected else {}
    found = report(options.home.resolve(), expected)
    tell(found)
    return 0 if found.agrees else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
