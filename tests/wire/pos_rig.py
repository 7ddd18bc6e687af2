"""A running printer simulator and a counter with a journal beside it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kernel.errors import Problem
from pos.terminal.journal import Job, Journal
from pos.terminal.printer.network import Network
from pos.terminal.printer.worker import Printer, work_off
from simulators.printer.device import Device
from simulators.printer.server import Line
from tests.unit.pos.slips import a_request


@dataclass
class Counter:
    """One till: its journal, its printer, and the printer's other side."""

    device: Device
    line: Line
    journal: Journal
    printer: Printer

    def queue(self, *numbers: int) -> list[Job]:
        """Put slips into the queue, as a pull does."""
        self.journal.keep([a_request(n, order_no=f"QZ{n}") for n in numbers])
        for job in self.journal.jobs("pulled"):
            self.journal.move(job.id, "queued")
        return self.journal.jobs("queued")

    def work_off(self) -> list[str]:
        """Print what is queued; return what was told, codes of troubles included."""
        told: list[str] = []

        def hear(_: Job, outcome: str | Problem) -> None:
            told.append(outcome.code if isinstance(outcome, Problem) else outcome)

        work_off(self.printer, self.journal, hear)
        return told

    def states(self) -> list[str]:
        """Return the jobs' states in their order."""
        return [job.state for job in self.journal.jobs()]

    def fault(self, **values: object) -> None:
        """Break or mend the printer."""
        self.device.set_faults(values)

    def orders_on_paper(self) -> list[str]:
        """Return the order numbers of the slips that were cut off."""
        rows = [row for slip in self.device.slips for row in slip.lines]
        return [row.split()[-1] for row in rows if row.startswith("订单号")]


def eventually(holds: Callable[[], bool], seconds: float = 3) -> None:
    """Wait until something holds; fails past the time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.01)


@contextmanager
def counter(folder: Path, *, status: str = "process_id", columns: int = 48) -> Iterator[Counter]:
    """A counter whose printer answers at once, and gives up confirming after two seconds."""
    device = Device(folder, columns=columns)
    line = Line(device, 0)
    journal = Journal(folder / "journal.db")
    printer = Printer(
        Network("127.0.0.1", line.port),
        columns=columns,
        status=status,
        answer_s=0.6,
        confirm_s=2,
    )
    try:
        yield Counter(device, line, journal, printer)
    finally:
        journal.close()
        line.close()


def in_thread(work: Callable[[], object]) -> threading.Thread:
    """Start something beside the test."""
    thread = threading.Thread(target=work)
    thread.start()
    return thread
