"""Start the courier; joins its parts and decides nothing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulators import declaring
from simulators.books import Books
from simulators.courier import numbers, waybills
from simulators.courier.waybills import Desk
from simulators.courier.web import application
from simulators.daemon import arguments, secret_file, serve
from simulators.declaring import Declarer, Sender
from simulators.keys import BadKey, Key, load_key
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
    parser = arguments("courier", str(sys.modules["simulators.courier"].__doc__))
    parser.add_argument("--key", type=Path, required=True, help="SM2 key file made by 'issue'")
    parser.add_argument("--dxp", type=Path, required=True, help="root of the DXP mailboxes")
    parser.add_argument("--dxp-id", required=True, help="the courier's DXP id, 16 at most")
    parser.add_argument("--code", required=True, help="the courier's customs code")
    parser.add_argument("--name", required=True, help="the courier's registered name")
    parser.add_argument("--prefix", default="QZ", help="how its waybill numbers begin")
    parser.add_argument(
        "--deliver-after-ms", type=int, default=1000, help="from the collection to the door"
    )
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
    schema = script.SCHEMA + declaring.SCHEMA + numbers.SCHEMA + waybills.SCHEMA
    books = Books(options.db, schema=schema, secret_file=secret_file(options))
    declarer = Declarer(books, me, dxp=options.dxp, resend_ms=options.resend_ms, script=told)
    desk = Desk(books, declarer, me, deliver_after_ms=options.deliver_after_ms)
    app = application(books, desk, prefix=options.prefix)
    app.register_blueprint(control(told))
    steps = [desk.step, declarer.step]
    return serve(app, options, steps=steps, close=books.close)


if __name__ == "__main__":
    sys.exit(main())
