"""Start customs, or issue a key (``issue``); joins the parts and decides nothing."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from simulators import ceb_check
from simulators.books import BadSecret, Books
from simulators.customs import issue
from simulators.customs.documents import Documents
from simulators.customs.export import Export
from simulators.customs.intake import Desks, Intake
from simulators.customs.lists import Knowledge, Lists
from simulators.customs.receipts import Receipts
from simulators.customs.schema import SCHEMA
from simulators.customs.script import BadScript, Script
from simulators.customs.sending import Sending
from simulators.customs.tariff import BadFile, read_account_book, read_tariff
from simulators.customs.trust import BadSenders, TrustFolder, read_senders
from simulators.customs.web import application
from simulators.daemon import arguments, secret_file, serve
from simulators.x509 import BadCertificate


def _parser() -> argparse.ArgumentParser:
    purpose = f"{sys.modules['simulators.customs'].__doc__} Keys: 'issue --help'."
    parser = arguments("customs", purpose)
    parser.add_argument("--dxp", type=Path, required=True, help="root of the DXP mailboxes")
    parser.add_argument("--senders", type=Path, required=True, help="filed companies, JSON")
    parser.add_argument("--trust", type=Path, required=True, help="folder of certificates")
    parser.add_argument("--tariff", type=Path, required=True, help="rates by tariff code, JSON")
    parser.add_argument("--account-book", type=Path, help="filed account-book items, JSON")
    parser.add_argument("--script", type=Path, help="scripted trouble, JSON rules")
    parser.add_argument("--export", type=Path, help="plain copies of messages (demo and tests)")
    parser.add_argument("--delay-ms", type=int, default=20, help="from one receipt to the next")
    return parser


def _serve(options: argparse.Namespace) -> int:
    filed = read_senders(options.senders)
    account_book = read_account_book(options.account_book)
    knowledge = Knowledge(read_tariff(options.tariff), account_book)
    script, export = Script.of_file(options.script), Export(options.export)
    trust = TrustFolder(options.trust)
    official = ceb_check.official_schema(os.environ.get("QIANZHAN_OFFICIAL"))
    books = Books(options.db, schema=SCHEMA, secret_file=secret_file(options))
    documents = Documents(books.sealer)
    desks = Desks(
        documents=documents,
        lists=Lists(documents, knowledge, books.sealer),
        receipts=Receipts(script, books.sealer, delay_ms=options.delay_ms),
        script=script,
        trust=trust,
        export=export,
        official=official,
    )
    intake = Intake(books, options.dxp, filed=filed, desks=desks)
    sending = Sending(books, options.dxp, export)

    def step() -> None:
        intake.step()
        sending.step()

    app = application(books, script, export)
    return serve(app, port=options.port, steps=[step], close=books.close)


def main(words: list[str]) -> int:
    """Run what the command line says; return the exit code."""
    if words[:1] == ["issue"]:
        return issue.command(words[1:])
    parser = _parser()
    options = parser.parse_args(words)
    try:
        return _serve(options)
    except (BadSenders, BadFile, BadScript, BadSecret, BadCertificate, FileNotFoundError) as fault:
        parser.error(str(fault))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
