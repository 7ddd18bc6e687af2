"""Decides what ``till`` does on the counter and how it says what went wrong.

    till pull-and-print   one pass: fetch slips, print them; the exit code names the trouble
    till run              the same again and again; with --web-port also the page that sells
    till jobs | came-out JOB | reprint JOB      what a clerk decides about a slip

Exit codes: 0 done, 2 wrong address or arguments, 3 server, 4 printer not ready (slips wait),
5 a slip is unsure, 6 a slip cannot be printed, 7 the journal is in use.
"""

import argparse
import signal
import sys
from functools import partial
from pathlib import Path

from kernel.errors import Malformed, Problem
from kernel.i18n import LANGS, problem_words
from kernel.i18n import text as words
from pos.terminal import errors
from pos.terminal.board import Board
from pos.terminal.journal import DRAWER, Job, Journal, owning
from pos.terminal.printer.address import way_to
from pos.terminal.printer.worker import STATUS_MODES, Printer, work_off
from pos.terminal.program import Till, start
from pos.terminal.push import push
from pos.terminal.sync import Server, pull, report_printed
from pos.terminal.till.basket import begin
from pos.terminal.web import serve

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
        push(server, journal)
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
    """Sell, print and stay in touch until SIGTERM; with ``--web-port`` a till page too."""
    board = Board()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: board.end())
    printer, server = _printer(args), _server(args)
    with owning(args.journal):
        _make_ready(args.journal, confirms=printer.asks)
        told = partial(_tell, lang=args.lang)
        till = Till(args.journal, printer, server, board, told, every_s=args.every_ms / 1000)
        threads = start(till)
        try:
            if args.web_port is None:
                board.stop.wait()
            else:
                serve(board, args.journal, port=args.web_port, lang=args.lang)
        finally:
            board.end()
            for thread in threads:
                thread.join()
    return 1 if board.failed else 0


def _make_ready(file: Path, *, confirms: bool) -> None:
    journal = Journal(file)
    journal.recover(confirms=confirms)
    begin(journal)
    journal.close()


def show_jobs(args: argparse.Namespace) -> int:
    """List the slips of this terminal, oldest first."""
    journal = Journal(args.journal)
    for job in (job for job in journal.jobs() if job.kind != DRAWER):
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
    if isinstance(problem, errors.SlipUnsure | errors.DrawerNotOpened):
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
        verb.add_argument("--web-port", type=int, help="till page on 127.0.0.1; 0 takes a free one")
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
