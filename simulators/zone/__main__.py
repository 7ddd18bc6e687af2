"""Start the zone; joins its parts and decides nothing."""

from __future__ import annotations

import sys

from simulators.books import Books
from simulators.daemon import arguments, secret_file, serve
from simulators.zone import desk
from simulators.zone.desk import CustomsDesk, Desk
from simulators.zone.web import application


def main() -> int:
    """Run until told to stop; return the exit code."""
    parser = arguments("zone", str(sys.modules["simulators.zone"].__doc__))
    parser.add_argument("--customs-url", required=True, help="where customs listens")
    parser.add_argument("--office", default="0501", help="customs office in printed numbers, C4")
    options = parser.parse_args()
    books = Books(options.db, schema=desk.SCHEMA, secret_file=secret_file(options))
    zone = Desk(books, CustomsDesk(options.customs_url), office=options.office)
    return serve(application(zone), port=options.port, close=books.close)


if __name__ == "__main__":
    sys.exit(main())
