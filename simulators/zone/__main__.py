"""Start the zone; joins its parts and decides nothing."""

from __future__ import annotations

import sys

from simulators.books import Books
from simulators.daemon import arguments, secret_file, serve
from simulators.zone import bay, desk
from simulators.zone.bay import Bay
from simulators.zone.desk import CustomsDesk, Desk
from simulators.zone.web import application


def main() -> int:
    """Run until told to stop; return the exit code."""
    parser = arguments("zone", str(sys.modules["simulators.zone"].__doc__))
    parser.add_argument("--customs-url", required=True, help="where customs listens")
    parser.add_argument("--office", default="0501", help="customs office in printed numbers, C4")
    options = parser.parse_args()
    books = Books(options.db, schema=desk.SCHEMA + bay.SCHEMA, secret_file=secret_file(options))
    customs = CustomsDesk(options.customs_url)
    zone = Desk(books, customs, office=options.office)
    app = application(zone, Bay(books, customs))
    return serve(app, options, steps=[zone.step], close=books.close)


if __name__ == "__main__":
    sys.exit(main())
