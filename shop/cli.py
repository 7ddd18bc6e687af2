"""Decides what the command ``shop`` does; each verb's work is its own file's.

shop check-config            name everything that must change before this mode may start
shop migrate                 bring the database to this release
shop load-sample DIR         register, goods, stock, offers and shelves from sheets
shop add-staff LOGIN ROLE    a staff member; the password is read from standard input
shop end-staff LOGIN          somebody works here no longer: password, passkeys, sessions end
shop add-terminal OUTLET     a till; its device key is printed once; --name for a second one
shop renew-key OUTLET NAME   a till's next device key; the one before opens nothing
shop revoke-key OUTLET NAME  a till is lost: its device key opens nothing
shop add-partner NAME        a company that hands in its shoppers' orders; its key is printed once
shop revoke-partner NAME     its key opens nothing any more
shop label CODE FILE         one shelf label as PDF
shop import KIND FILE        register, goods, stock, placements, tariff or positive_list; --skip-bad
shop export WHAT FILE        these, ledger or catalogue as CSV; --xlsx
shop take-parked-mail        customs' mail set aside for a certificate that is trusted by now
shop tax-slip-paid NO        a period's payment slip was paid: the guarantee is restored
shop operations              queues, locks, tables, indexes as JSON; 1 when a figure is bad
shop archive MONTH           what is over before it leaves the database for a file; --to FOLDER
shop archived FILE           prove it; --order NO shows one order; --into FILE restores it
shop serve | worker          the two processes
shop drain                   this machine leaves the line and its last requests are awaited; --end
"""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryFile

from sqlalchemy import Connection

from bonded_display.customs.heard.take_parked_again import take_parked_again
from bonded_display.customs.transport.choose import bad_folder
from bonded_display.customs.transport.parking import parked
from kernel import clock, config, db, register
from kernel.config import Config, ConfigInvalid
from kernel.config.findings import check
from kernel.errors import Problem
from kernel.i18n import problem_words, text
from kernel.money import yuan_text
from kernel.sheets import BadCell, SheetRejected
from pos.server.terminals import (
    register_terminal,
    renew_key,
    revoke_terminal,
    terminal_named,
)
from settlement.pay_tax_slip import pay_tax_slip
from shop import migrate
from shop.accounts.partners import add_partner, revoke_partner
from shop.accounts.put_staff import end_staff, put_staff
from shop.house import open_house
from shop.imports.run import ask_import, bad_cells, run_to_the_end
from shop.imports.templates import write_export
from shop.operations.commands import archive_before, drain, tell_archived, tell_operations
from shop.serve import serve
from shop.sheets import exports
from shop.sheets.load_sample import load_sample
from shop.worker import run_worker

Arguments = argparse.Namespace


def main(words: Sequence[str] | None = None) -> int:
    """Run one verb and return the process's exit code; a refusal is told in plain words."""
    arguments = _parser().parse_args(words)
    try:
        settings = config.load(None, os.environ)
        code: int = arguments.run(settings, arguments)
    except ConfigInvalid as invalid:
        print(invalid, file=sys.stderr)
        return 2
    except SheetRejected as rejected:
        _tell(rejected)
        _tell_cells(rejected.cells)
        return 1
    except Problem as problem:
        _tell(problem)
        return 1
    return code


def _tell(problem: Problem) -> None:
    words = problem_words(problem, "en")
    print(f"{words.what} {words.why} {words.next}", file=sys.stderr)


def _tell_cells(cells: Iterable[BadCell]) -> None:
    for cell in cells:
        expects = text(f"sheet.{cell.expects}", "en")
        print(f"  {cell.line}:{cell.column} {cell.value!r}: {expects}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="shop", description="The open platform Qianzhan.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _verb(verbs, "check-config", _check_config)
    _verb(verbs, "migrate", _migrate)
    _verb(verbs, "load-sample", _load_sample, "folder")
    _verb(verbs, "add-staff", _add_staff, "login", "role")
    _verb(verbs, "end-staff", _end_staff, "login")
    _verb(verbs, "add-terminal", _add_terminal, "outlet").add_argument("--name")
    _verb(verbs, "renew-key", _renew_key, "outlet", "name")
    _verb(verbs, "revoke-key", _revoke_key, "outlet", "name")
    _verb(verbs, "add-partner", _add_partner, "name")
    _verb(verbs, "revoke-partner", _revoke_partner, "name")
    _verb(verbs, "label", _label, "shelf_code", "file")
    _verb(verbs, "import", _import, "kind", "file").add_argument("--skip-bad", action="store_true")
    _verb(verbs, "export", _export, "what", "file").add_argument("--xlsx", action="store_true")
    _verb(verbs, "take-parked-mail", _take_parked_mail)
    _verb(verbs, "tax-slip-paid", _tax_slip_paid, "duty_no")
    _verb(verbs, "operations", tell_operations)
    _verb(verbs, "archive", archive_before, "month").add_argument("--to")
    archived = _verb(verbs, "archived", tell_archived, "file")
    archived.add_argument("--order")
    archived.add_argument("--into")
    _verb(verbs, "serve", _serve)
    _verb(verbs, "worker", _worker)
    drained = _verb(verbs, "drain", drain)
    drained.add_argument("--end", action="store_true", help="stand in the line again")
    drained.add_argument("--wait", type=int, default=60, help="seconds at most")
    return parser


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[Config, Arguments], int],
    *places: str,
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name)
    for place in places:
        verb.add_argument(place)
    verb.set_defaults(run=run)
    return verb


def _check_config(settings: Config, _: Arguments) -> int:
    findings = check(settings)
    for finding in findings:
        print(finding)
    if not findings:
        print(f"{settings.mode}: nothing stands in the way")
    return 1 if findings else 0


def _refuse_unsafe(settings: Config) -> None:
    findings = check(settings)
    if findings:
        raise ConfigInvalid(findings)


def _migrate(settings: Config, _: Arguments) -> int:
    print(f"at {migrate.upgrade(settings.database_url)}")
    return 0


def _load_sample(settings: Config, arguments: Arguments) -> int:
    with open_house(settings, with_desk=False):
        for name, rows in load_sample(Path(arguments.folder)).items():
            print(f"{name}: {rows}")
    return 0


def _add_staff(settings: Config, arguments: Arguments) -> int:
    password = sys.stdin.readline().rstrip("\n")
    with open_house(settings, with_desk=False):
        put_staff(arguments.login, password, role=arguments.role)
    return 0


def _end_staff(settings: Config, arguments: Arguments) -> int:
    with open_house(settings, with_desk=False):
        end_staff(arguments.login)
    print(f"{arguments.login} works here no longer; nothing of theirs signs in")
    return 0


def _add_terminal(settings: Config, arguments: Arguments) -> int:
    with open_house(settings, with_desk=False), db.write() as connection:
        outlet = register.get_outlet_by_code(connection, arguments.outlet)
        name = arguments.name or f"{outlet.code}-till"
        _, key = register_terminal(connection, outlet.id, name=name)
    print(key)
    return 0


def _renew_key(settings: Config, arguments: Arguments) -> int:
    with open_house(settings, with_desk=False), db.write() as connection:
        key = renew_key(connection, _terminal(connection, arguments))
    print(key)
    return 0


def _revoke_key(settings: Config, arguments: Arguments) -> int:
    with open_house(settings, with_desk=False), db.write() as connection:
        revoke_terminal(connection, _terminal(connection, arguments))
    print(f"the key of {arguments.name} opens nothing any more")
    return 0


def _add_partner(settings: Config, arguments: Arguments) -> int:
    with open_house(settings, with_desk=False), db.write() as connection:
        key = add_partner(connection, arguments.name)
    print(key)
    return 0


def _revoke_partner(settings: Config, arguments: Arguments) -> int:
    with open_house(settings, with_desk=False), db.write() as connection:
        revoke_partner(connection, arguments.name)
    print(f"the key of {arguments.name} opens nothing any more")
    return 0


def _terminal(connection: Connection, arguments: Arguments) -> int:
    outlet = register.get_outlet_by_code(connection, arguments.outlet)
    return terminal_named(connection, outlet.id, arguments.name)


def _label(settings: Config, arguments: Arguments) -> int:
    with open_house(settings, with_desk=False):
        Path(arguments.file).write_bytes(exports.shelf_label(arguments.shelf_code, settings))
    return 0


def _import(settings: Config, arguments: Arguments) -> int:
    file = Path(arguments.file)
    with open_house(settings, with_desk=False), file.open("rb") as content:
        asked = ask_import(
            arguments.kind, content, name=file.name, skip_bad=arguments.skip_bad, own=True
        )
        done = run_to_the_end(asked)
        with db.read() as connection:
            _tell_cells(bad_cells(connection, done.id))
    print(f"{done.state}: {done.rows_total} rows, {done.rows_bad} bad, {done.rows_applied} written")
    return 0 if done.state == "done" else 1


def _export(settings: Config, arguments: Arguments) -> int:
    write = exports.EXPORTS.get(arguments.what)
    with open_house(settings, with_desk=False), TemporaryFile() as whole:
        if write:
            whole.write(write())
        else:
            write_export(arguments.what, whole, xlsx=arguments.xlsx)
        whole.seek(0)
        with Path(arguments.file).open("wb") as out:  # what fails before leaves an older file
            shutil.copyfileobj(whole, out)
    return 0


def _tax_slip_paid(settings: Config, arguments: Arguments) -> int:
    with open_house(settings, with_desk=False):
        freed_fen = pay_tax_slip(arguments.duty_no, at=clock.now())
    print(f"restored under the guarantee: {yuan_text(freed_fen)}")
    return 0


def _take_parked_mail(settings: Config, _: Arguments) -> int:
    bad = bad_folder(settings)
    with open_house(settings):
        taken = take_parked_again(bad)
        for mail in parked(bad):
            age_h = (clock.now() - mail.at) // clock.HOUR
            print(f"parked {age_h} h: {mail.name}: {mail.reason} {mail.detail}".rstrip())
    print(f"recorded: {taken.recorded}, not trusted yet: {taken.stay}, failed: {taken.failed}")
    return 1 if taken.failed else 0


def _serve(settings: Config, _: Arguments) -> int:
    _refuse_unsafe(settings)
    serve(settings)
    return 0


def _worker(settings: Config, _: Arguments) -> int:
    _refuse_unsafe(settings)
    with open_house(settings):
        run_worker()
    return 0


if __name__ == "__main__":
    sys.exit(main())
