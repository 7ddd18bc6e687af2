"""Decides what ``till`` does on the counter and how it says what went wrong.

    till pull-and-print   one pass: fetch slips, print them; the exit code names the trouble
    till run              the same again and again, printing in a thread of its own
    till jobs | came-out JOB | reprint JOB      what a clerk decides about a slip

Exit codes: 0 done, 2 wrong address or arguments, 3 server, 4 printer not ready (slips wait),
5 a slip is unsure, 6 a slip cannot be printed, 7 the journal is in use.
"""

import argparse
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from kernel.errors import Malformed, Problem
from kernel.i18n import LANGS, problem_words
from kernel.i18n import text as words
from pos.terminal import errors
from pos.terminal.journal import Job, Journal, owning
from pos.terminal.printer.address import way_to
from pos.terminal.printer.worker import STATUS_MODES, Printer, work_off
from pos.terminal.sync import Server, pull, report_printed

EXITS: tuple[tuple[type[Problem], int], ...] = (
    (errors.ServerUnreachable, 3),
    (errors.DeviceKeyRefused, 3),
    (errors.PrinterTrouble, 4),
    (errors.SlipUnsure, 5),
    (errors.SlipUnprintable, 6),
    (errors.JournalInUse, 7),
    (Malformed, 2),
)


def main(argv: list[str] | None = None) -> int:
    """Run one ``till`` command; return its exit code."""
    args = _arguments(argv)
    try:
        code: int = args.command(args)
    except Problem as problem:
        code = _tell(problem, args.lang)
    return code


def pull_and_print(args: argparse.Namespace) -> int:
    """Fetch what waits, print it, report it: one pass."""
    printer, server = _printer(args), _server(args)
    with owning(args.journal):
        journal = Journal(args.journal)
        try:
            journal.recover(confirms=printer.asks)
            return _pass(printer, server, journal, args.lang)
        finally:
            journal.close()


def _pass(printer: Printer, server: Server, journal: Journal, lang: str) -> int:
    codes: list[int] = []

    def told(_: Job, outcome: str | Problem) -> None:
        if isinstance(outcome, Problem):
            codes.append(_tell(outcome, lang))

    try:
        elsewhere = pull(server, journal).elsewhere
    except Problem as trouble:  # what is in the journal already can be printed all the same
        codes.append(_tell(trouble, lang))
        elsewhere = 0
    states = work_off(printer, journal, told)
    report_printed(server, journal)
    _summary(states, elsewhere, lang, quiet=bool(codes))
    return max(codes, default=0)


def _summary(states: list[str], elsewhere: int, lang: str, *, quiet: bool) -> None:
    counts = {
        "till.printed": states.count("confirmed"),
        "till.handed_over": states.count("sent"),
        "till.elsewhere": elsewhere,
    }
    for message, count in counts.items():
        if count:
            print(words(message, lang, count=count), flush=True)
    if not any(counts.values()) and not quiet:
        print(words("till.waited", lang), flush=True)


def run(args: argparse.Namespace) -> int:
    """Fetch and print until SIGTERM; printing has its own thread, so neither waits for the other."""
    stop = threading.Event()

    def ended(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGINT, ended)
    printer, server = _printer(args), _server(args)
    with owning(args.journal):
        journal = Journal(args.journal)
        journal.recover(confirms=printer.asks)
        worker = threading.Thread(target=_work, args=(printer, args, stop), name="printer")
        worker.start()
        said = ""
        while not stop.is_set():
            said = _sync_once(server, journal, args.lang, said)
            stop.wait(args.every_ms / 1000)
        worker.join()
        report_printed(server, journal)
        journal.close()
    return 0


def _sync_once(server: Server, journal: Journal, lang: str, said: str) -> str:
    """Pull once; tell a trouble when it is new; return its code."""
    try:
        pull(server, journal)
    except Problem as trouble:
        if trouble.code != said:
            _tell(trouble, lang)
        return trouble.code
    return ""


def _work(printer: Printer, args: argparse.Namespace, stop: threading.Event) -> None:
    journal, said = Journal(args.journal), ""

    def told(_: Job, outcome: str | Problem) -> None:
        nonlocal said
        code = outcome.code if isinstance(outcome, Problem) else ""
        if isinstance(outcome, Problem) and code != said:
            _tell(outcome, args.lang)
        said = code

    while not stop.is_set():
        work_off(printer, journal, told)
        stop.wait(args.every_ms / 1000)
    journal.close()


def show_jobs(args: argparse.Namespace) -> int:
    """List the slips of this terminal, oldest first."""
    journal = Journal(args.journal)
    for job in journal.jobs():
        facts = {"seq": job.seq, "state": job.state, "order_no": job.order_no, "job": job.id}
        print(words("till.job", args.lang, **facts))
    journal.close()
    return 0


def decide(args: argparse.Namespace) -> int:
    """Write a clerk's decision about one slip."""
    journal = Journal(args.journal)
    try:
        journal.move(args.job, args.to)
    finally:
        journal.close()
    print(words("till.moved", args.lang, job=args.job, state=args.to))
    return 0


def _printer(args: argparse.Namespace) -> Printer:
    return Printer(
        way_to(args.printer),
        columns=args.columns,
        status=args.status,
        confirm_s=args.confirm_ms / 1000,
    )


def _server(args: argparse.Namespace) -> Server:
    return Server(args.server, args.device_key_file.read_text("utf-8").strip())


def _tell(problem: Problem, lang: str) -> int:
    """Say a problem in three sentences on the error channel; return its exit code."""
    if isinstance(problem, errors.SlipUnsure):
        problem.facts["cause"] = words(f"till.cause.{problem.facts['cause']}", lang)
    said = problem_words(problem, lang)
    sentences = ("" if lang == "zh-CN" else " ").join((said.what, said.why, said.next))
    print(f"[{problem.code}] {sentences}", file=sys.stderr, flush=True)
    return next((code for kind, code in EXITS if isinstance(problem, kind)), 1)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="till")
    verbs = parser.add_subparsers(required=True)
    for name, command in (("pull-and-print", pull_and_print), ("run", run)):
        verb = _verb(verbs.add_parser(name, help=command.__doc__), command)
        verb.add_argument("--server", required=True, help="https://id.example")
        verb.add_argument("--device-key-file", type=Path, required=True)
        verb.add_argument("--printer", required=True, help="host:port or file:path")
        verb.add_argument("--columns", type=int, choices=(48, 32), default=48)
        verb.add_argument("--status", choices=STATUS_MODES, default="process_id")
        verb.add_argument("--confirm-ms", type=int, default=15_000, help="wait for the printer")
        verb.add_argument("--every-ms", type=int, default=2_000, help="pause between passes")
    _verb(verbs.add_parser("jobs", help=show_jobs.__doc__), show_jobs)
    for name, to in (("came-out", "confirmed"), ("reprint", "queued")):
        verb = _verb(verbs.add_parser(name, help=f"the slip is {to}"), decide)
        verb.add_argument("job")
        verb.set_defaults(to=to)
    return parser.parse_args(argv)


def _verb(parser: argparse.ArgumentParser, command: object) -> argparse.ArgumentParser:
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--lang", choices=LANGS, default="zh-CN")
    parser.set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
