"""Decides the life of a print job: what is certain, what a clerk must look at, what waits.

    queued -> sending -> sent -> confirmed | unsure          failed: it can never be printed

Nothing is sent to a printer that does not say it is ready, and nothing that may be on paper is
sent again by itself.  A drawer is opened at once or not at all: its pulse is never kept for
later and never repeated.  One worker a printer.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kernel import clock
from kernel.errors import Malformed, Problem
from pos.terminal.errors import (
    DrawerNotOpened,
    JobNotMovable,
    PrinterOffline,
    PrinterPaperOut,
    PrinterSilent,
    PrinterUnreachable,
    SlipUnprintable,
    SlipUnsure,
)
from pos.terminal.journal import DRAWER, Job, Journal
from pos.terminal.printer.status import await_barrier, barrier, check_ready
from pos.terminal.printer.transport import LineLost, Transport
from pos.terminal.slip.job import job_bytes

DRAWER_FRESH = 15 * clock.SECOND
STATUS_MODES = ("process_id", "dle", "none")


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer's row: the way to it, its paper, and what it can be asked.

    ``status`` is ``process_id`` (confirms by job number), ``dle`` (confirms by a status byte) or
    ``none``.  The times are seconds.
    """

    line: Transport
    columns: int = 48
    status: str = "process_id"
    answer_s: float = 1.5
    confirm_s: float = 15.0

    @property
    def asks(self) -> bool:
        """Whether anything is asked of it."""
        return self.status != "none" and self.line.answers


def print_job(printer: Printer, journal: Journal, job: Job) -> str:
    """Print one queued job; return its state: ``confirmed``, or ``sent`` without a way back.

    Raises a ``PrinterTrouble`` when nothing was sent (the job stays queued), ``SlipUnsure``,
    ``SlipUnprintable``.  In every case the journal says the same first.
    """
    data = _composed(printer, journal, job)
    line = printer.line
    try:
        _get_ready(printer, journal, job)
        journal.move(job.id, "sending")
        _send(printer, journal, job, data)
    finally:
        line.close()
    return "confirmed" if printer.asks else "sent"


def work_off(
    printer: Printer, journal: Journal, told: Callable[[Job, str | Problem], None]
) -> list[str]:
    """Print every queued job in order; return the states reached.

    ``told`` hears of each, its state or its trouble.  A printer that is not ready ends the pass:
    the jobs behind wait too, so that slips come out in their order.
    """
    states = []
    for job in journal.jobs("queued"):
        do = open_drawer if job.kind == DRAWER else print_job
        try:
            states.append(do(printer, journal, job))
            told(job, states[-1])
        except (DrawerNotOpened, SlipUnsure, SlipUnprintable, JobNotMovable) as judged:
            told(job, judged)
        except (PrinterUnreachable, PrinterSilent, PrinterPaperOut, PrinterOffline) as waiting:
            told(job, waiting)
            break
    return states


def look(printer: Printer) -> None:
    """Ask an idle printer whether it could print; raises a ``PrinterTrouble`` when not.

    A printer of which nothing is asked counts as ready.
    """
    if not printer.asks:
        return
    try:
        printer.line.open()
        check_ready(printer.line, printer.answer_s)
    except LineLost as lost:
        raise PrinterUnreachable(printer=printer.line.name) from lost
    finally:
        printer.line.close()


def open_drawer(printer: Printer, journal: Journal, job: Job) -> str:
    """Open the drawer; return ``confirmed``, or ``sent`` without a way back.

    Raises ``DrawerNotOpened``: it was asked for too long ago, the printer was not ready, or did
    not confirm.  The job has failed then, and a clerk has a key.
    """
    try:
        if clock.now() - job.at > DRAWER_FRESH:
            raise DrawerNotOpened(cause="drawer_late")
        return print_job(printer, journal, job)
    except (PrinterUnreachable, PrinterSilent, PrinterPaperOut, PrinterOffline) as trouble:
        journal.move(job.id, "failed", reason=trouble.code)
        raise DrawerNotOpened(cause=trouble.code) from trouble
    except SlipUnsure as unsure:
        journal.move(job.id, "failed", reason=str(unsure.facts["cause"]))
        raise DrawerNotOpened(cause=str(unsure.facts["cause"])) from unsure
    except DrawerNotOpened as late:
        journal.move(job.id, "failed", reason="drawer_late")
        raise late from None


def _composed(printer: Printer, journal: Journal, job: Job) -> bytes:
    try:
        return job_bytes(job, columns=printer.columns)
    except (ValueError, Malformed) as wrong:
        journal.move(job.id, "failed", reason=SlipUnprintable.code)
        raise SlipUnprintable(job=job.id, cause=str(wrong)) from wrong


def _get_ready(printer: Printer, journal: Journal, job: Job) -> None:
    try:
        try:
            printer.line.open()
            if printer.asks:
                check_ready(printer.line, printer.answer_s)
        except LineLost as lost:
            raise PrinterUnreachable(printer=printer.line.name) from lost
    except Problem as waiting:
        journal.note(job.id, waiting.code)
        raise


def _send(printer: Printer, journal: Journal, job: Job, data: bytes) -> None:
    question, answer = barrier(job.seq, process_id=printer.status == "process_id")
    try:
        printer.line.send(data + question if printer.asks else data)
        journal.move(job.id, "sent")
        if not printer.asks:
            return
        if await_barrier(printer.line, answer, printer.confirm_s):
            journal.move(job.id, "confirmed")
            return
        check_ready(printer.line, printer.answer_s)
        cause = "no_confirmation"
    except LineLost:
        cause = "line_lost"
    except (PrinterPaperOut, PrinterOffline, PrinterSilent) as trouble:
        cause = trouble.code
    journal.move(job.id, "unsure", reason=cause)
    raise SlipUnsure(job=job.id, cause=cause)
