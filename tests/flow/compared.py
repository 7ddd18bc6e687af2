"""A small sample of trade whose books are compared afterwards; customs may be told to lie."""

import json
import shutil
import socket
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest

from demo.compare.run import Ask, Report, compare
from demo.other_side import DXP_IDS, PLATFORM
from demo.programs import Program, Programs
from demo.run.home import PORTS, FixedPorts, Home
from demo.run.prepare import PreparationFailed, Size, prepare

ORDERS = 12


class Planted(Home):
    """A home whose customs is started with further words."""

    words: tuple[str, ...] = ()

    def theirs(self) -> dict[str, Program]:
        programs = super().theirs()
        programs["customs"].command += self.words
        return programs


def _free_ports() -> FixedPorts:
    with ExitStack() as stack:
        probes = {name: stack.enter_context(socket.socket()) for name in PORTS}
        for probe in probes.values():
            probe.bind(("127.0.0.1", 0))
        return FixedPorts({name: probe.getsockname()[1] for name, probe in probes.items()})


def trade(folder: Path, *words: str) -> bool:
    """Let a day of trade be lived in ``folder``; return whether its own rules found it whole."""
    with pytest.MonkeyPatch.context() as patched, Programs(folder / "logs") as programs:
        patched.delenv("QIANZHAN_DATABASE_URL", raising=False)
        home = Planted(folder / "out", folder)
        home.words, home.ports = words, _free_ports()
        try:
            prepare(home, Size(days=1, orders=ORDERS, people=8), programs, Event())
        except PreparationFailed:
            return False
    return True


def report(folder: Path, *, ours: str = "ours/qianzhan.db", **expected: int) -> Report:
    """Compare the books that a run left in ``folder``."""
    theirs = folder / "theirs"
    dxp_id = DXP_IDS[PLATFORM]
    files = (theirs / "tariff.json", theirs / "account_book.json")
    return compare(Ask(str(folder / ours), theirs, dxp_id, *files, expected))


def copied(folder: Path, to: Path) -> Path:
    """Return a copy of the books of both sides, to be spoilt."""
    for part in ("ours", "theirs"):
        shutil.copytree(folder / part, to / part)
    return to


def rules(folder: Path, *said: object) -> str:
    """Write a rule file and return its path."""
    path = folder / "mutants.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    return str(path)
