"""Decides how the till runs: one thread sends and fetches, one prints, the page has its own.

None waits for another: with the server or the printer away the till goes on selling.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kernel.errors import Problem
from pos.terminal.board import Board
from pos.terminal.errors import DrawerNotOpened, PrinterTrouble
from pos.terminal.journal import Job, Journal
from pos.terminal.printer.worker import Printer, look, work_off
from pos.terminal.push import push, refresh
from pos.terminal.sync import Server, pull, report_printed

CATALOGUE_EVERY_S = 30.0
LOOK_EVERY_S = 5.0
Tell = Callable[[Problem], object]


@dataclass(frozen=True, slots=True)
class Till:
    """What a running till stands on; ``tell`` says a trouble when it is new."""

    journal: Path
    printer: Printer
    server: Server
    board: Board
    tell: Tell
    every_s: float


def keep_in_touch(till: Till) -> None:
    """Send, fetch and refresh until the board says stop."""
    journal = Journal(till.journal)
    fresh_until = 0.0
    try:
        while not till.board.stop.is_set():
            till.board.wake_sync.clear()
            fresh_until = _fresh_until(till, journal, fresh_until)
            till.board.wake_sync.wait(till.every_s)
        report_printed(till.server, journal)
    finally:
        journal.close()


def _fresh_until(till: Till, journal: Journal, fresh_until: float) -> float:
    """Make one pass; return until when, by the monotonic clock, the catalogue is fresh."""
    try:
        pull(till.server, journal)
        now = time.monotonic()
        if till.server.version > 1:
            push(till.server, journal)
        if till.server.version > 1 and now >= fresh_until:
            refresh(till.server, journal)
            fresh_until = now + CATALOGUE_EVERY_S
    except Problem as trouble:
        if till.board.set_line(trouble.code):
            till.tell(trouble)
        return fresh_until
    till.board.set_line("")
    till.board.wake_printer.set()
    return fresh_until


def keep_printing(till: Till) -> None:
    """Print what is queued until the board says stop; in between, look at the printer."""
    journal = Journal(till.journal)
    seen_until = 0.0

    def told(_: Job, outcome: str | Problem) -> None:
        _note(till, outcome)

    try:
        while not till.board.stop.is_set():
            till.board.wake_printer.clear()
            if work_off(till.printer, journal, told):
                till.board.wake_sync.set()
            elif time.monotonic() >= seen_until:
                _look(till)
                seen_until = time.monotonic() + LOOK_EVERY_S
            till.board.wake_printer.wait(till.every_s)
    finally:
        journal.close()


def _look(till: Till) -> None:
    try:
        look(till.printer)
    except PrinterTrouble as trouble:
        _note(till, trouble)
    else:
        till.board.printer = ""


def _note(till: Till, outcome: str | Problem) -> None:
    code = outcome.code if isinstance(outcome, Problem) else ""
    if isinstance(outcome, DrawerNotOpened):
        till.board.drawer = code
        till.tell(outcome)
        return
    if isinstance(outcome, Problem) and code != till.board.printer:
        till.tell(outcome)
    till.board.printer = code


def start(till: Till) -> list[threading.Thread]:
    """Start both threads and return them; one that fails lets the whole till end, loudly."""
    threads = [
        threading.Thread(target=_ending, args=(till, keep_in_touch), name="sync"),
        threading.Thread(target=_ending, args=(till, keep_printing), name="printer"),
    ]
    for thread in threads:
        thread.start()
    return threads


def _ending(till: Till, work: Callable[[Till], None]) -> None:
    """Work until told to stop; a surprise is told by Python and ends the till, which resumes."""
    try:
        work(till)
    finally:
        till.board.failed = not till.board.stop.is_set()
        till.board.end()
