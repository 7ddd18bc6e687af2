"""Runs the identity service: ``python -m simulators.identity --people people.json``."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import threading
from pathlib import Path

from werkzeug.serving import make_server

from .app import identity_app
from .people import Malformed, People, secret_key


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM; return 0, or 2 when the people file is wrong."""
    args = _arguments(argv)
    people = People(args.db, secret_key(args.secret_file))
    try:
        people.load(json.loads(args.people.read_text("utf-8")) if args.people else [])
    except (Malformed, ValueError) as wrong:
        print(f"{args.people}: {wrong}", file=sys.stderr)
        return 2
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    web = make_server("127.0.0.1", args.port, identity_app(people), threaded=True)
    stopper = threading.Thread(target=web.shutdown, daemon=True)
    signal.signal(signal.SIGTERM, lambda *_: stopper.start())
    print(f"ready http://127.0.0.1:{web.port}", flush=True)
    web.serve_forever()
    return 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.identity")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--db", default=":memory:", help="SQLite file of the answers given")
    parser.add_argument("--people", type=Path, help="JSON list of name and id_number")
    parser.add_argument("--secret-file", type=Path, help="key of the hashes, outside the book")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
