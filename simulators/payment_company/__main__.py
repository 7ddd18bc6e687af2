"""Start the payment company; joins its parts and decides nothing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulators import declaring
from simulators.books import Books
from simulators.daemon import arguments, secret_file, serve
from simulators.declaring import Declarer, Sender
from simulators.keys import BadKey, Key, load_key
from simulators.payment_company import declarations
from simulators.payment_company.declarations import Desk
from simulators.payment_company.provider import Provider
from simulators.payment_company.web import application
from simulators.trouble import script
from simulators.trouble.control import control
from simulators.trouble.script import AT_COMPANY, BadScript, Script


def _key(parser: argparse.ArgumentParser, path: Path) -> Key:
    try:
        return load_key(path)
    except BadKey as fault:
        parser.error(str(fault))


def main() -> int:
    """Run until told to stop; return the exit code."""
    parser = arguments("payment_company", str(sys.modules["simulators.payment_company"].__doc__))
    parser.add_argument("--stripe-url", required=True, help="where the money side listens")
    parser.add_argument("--stripe-key", required=True, help="the company's key at the money side")
    parser.add_argument("--key", type=Path, required=True, help="SM2 key file made by 'issue'")
    parser.add_argument("--dxp", type=Path, required=True, help="root of the DXP mailboxes")
    parser.add_argument("--dxp-id", required=True, help="the company's DXP id, 16 at most")
    parser.add_argument("--code", required=True, help="the company's customs code")
    parser.add_argument("--name", required=True, help="the company's registered name")
    parser.add_argument(
        "--resend-ms", type=int, default=5000, help="wait for a receipt, then again"
    )
    parser.add_argument("--script", type=Path, help="scripted trouble, JSON rules")
    options = parser.parse_args()
    me = Sender(options.code, options.name, options.dxp_id, _key(parser, options.key))
    try:
        told = Script.of_file(options.script, dos=AT_COMPANY)
    except BadScript as fault:
        parser.error(str(fault))
    schema = script.SCHEMA + declaring.SCHEMA + declarations.SCHEMA
    books = Books(options.db, schema=schema, secret_file=secret_file(options))
    declarer = Declarer(books, me, dxp=options.dxp, resend_ms=options.resend_ms, script=told)
    desk = Desk(books, declarer, Provider(options.stripe_url, options.stripe_key), me)
    app = application(desk)
    app.register_blueprint(control(told))
    return serve(app, options, steps=[declarer.step], close=books.close)


if __name__ == "__main__":
    sys.exit(main())
