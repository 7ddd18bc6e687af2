"""Start customs, or issue a key (``issue``); joins the parts and decides nothing."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from simulators import clock
from simulators.books import BadSecret
from simulators.customs import issue
from simulators.customs.office import Office, Settings
from simulators.customs.tariff import BadFile
from simulators.customs.trust import BadSenders
from simulators.daemon import arguments, secret_file, serve
from simulators.trouble.mutants import flag_names
from simulators.trouble.script import BadScript
from simulators.x509 import BadCertificate


def _parser() -> argparse.ArgumentParser:
    purpose = f"{sys.modules['simulators.customs'].__doc__} Keys: 'issue --help'."
    parser = arguments("customs", purpose)
    parser.add_argument("--dxp", type=Path, required=True, help="root of the DXP mailboxes")
    parser.add_argument("--senders", type=Path, required=True, help="filed companies, JSON")
    parser.add_argument("--trust", type=Path, required=True, help="folder of certificates")
    parser.add_argument("--tariff", type=Path, required=True, help="rates by tariff code, JSON")
    parser.add_argument("--account-book", type=Path, help="filed account-book items, JSON")
    parser.add_argument(
        "--guarantees", type=Path, help="deposited guarantees, JSON; else none asked"
    )
    parser.add_argument("--sites", type=Path, help="filed display sites, JSON")
    parser.add_argument(
        "--withdraw-until-gate", action="store_true", help="a released list may be withdrawn too"
    )
    parser.add_argument("--days", type=int, default=0, help="how far ahead this clock runs")
    parser.add_argument("--mutants", type=Path, help="falsehoods to plant, a JSON rule file")
    parser.add_argument(
        "--mutant", action="append", default=[], choices=flag_names(), help="one with a name"
    )
    parser.add_argument("--script", type=Path, help="scripted trouble, JSON rules")
    parser.add_argument("--export", type=Path, help="plain copies of messages (demo and tests)")
    parser.add_argument("--platform-url", default="", help="whom to ask for payment data")
    parser.add_argument("--delay-ms", type=int, default=20, help="from one receipt to the next")
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        db=options.db,
        secret_file=secret_file(options),
        dxp=options.dxp,
        senders=options.senders,
        trust=options.trust,
        tariff=options.tariff,
        account_book=options.account_book,
        script=options.script,
        export=options.export,
        official=os.environ.get("QIANZHAN_OFFICIAL"),
        delay_ms=options.delay_ms,
        platform_url=options.platform_url,
        guarantees=options.guarantees,
        sites=options.sites,
        mutants=options.mutants,
        mutant_flags=options.mutant,
        withdraw_until_gate=options.withdraw_until_gate,
    )


def main(words: list[str]) -> int:
    """Run what the command line says; return the exit code."""
    if words[:1] == ["issue"]:
        return issue.command(words[1:])
    parser = _parser()
    options = parser.parse_args(words)
    clock.run_ahead(days=options.days)
    try:
        office = Office(_settings(options))
    except (BadSenders, BadFile, BadScript, BadSecret, BadCertificate, FileNotFoundError) as fault:
        parser.error(str(fault))
    return serve(office.web(), options, steps=[office.step], close=office.books.close)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
