"""Runs the Stripe simulator: ``python -m simulators.stripe --port N --db FILE --webhook URL ...``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from flask import Flask

from simulators.serving import Server

from .app import Keys, stripe_app
from .books import Books, secret_key
from .deliver import Behaviour, Deliverer, Pace
from .sessions import Rules


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM; return 0."""
    args = _arguments(argv)
    books = Books(args.db, secret_key(args.secret_file))
    behaviour = Behaviour(webhook_url=args.webhook)
    # The port is taken first: the application has to know its own address.
    web = Server(args.port, Flask(__name__))
    url = args.public_url or f"http://127.0.0.1:{web.port}"
    web.app = stripe_app(
        books,
        behaviour,
        keys=Keys(args.api_key, args.company_key),
        rules=Rules(public_url=url.rstrip("/"), least_s=args.min_expiry_s),
        export_file=args.export,
    )
    pace = Pace(args.retry_base_ms, args.every_ms)
    deliverer = Deliverer(books, behaviour, secret=args.webhook_secret, pace=pace)
    deliverer.start()
    stopper = threading.Thread(target=web.shutdown, daemon=True)
    signal.signal(signal.SIGTERM, lambda *_: stopper.start())
    print(f"ready http://127.0.0.1:{web.port}", flush=True)
    web.serve()
    deliverer.stop()
    return 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.stripe")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--every-ms", type=int, default=50, help="how often it looks for due events"
    )
    parser.add_argument("--db", default=":memory:", help="SQLite file of the books")
    parser.add_argument("--secret-file", type=Path, help="key of the sealed payers")
    parser.add_argument("--webhook", default="", help="where events are sent")
    parser.add_argument("--webhook-secret", default="whsec_simulated")
    parser.add_argument("--api-key", default="sk_test_simulated")
    parser.add_argument("--company-key", default="company_simulated")
    parser.add_argument("--public-url", default="", help="address that payers open")
    parser.add_argument("--export", type=Path, help="provider.json, rewritten at each payment")
    parser.add_argument("--min-expiry-s", type=int, default=1800, help="shortest session allowed")
    parser.add_argument("--retry-base-ms", type=int, default=500, help="first wait of a retry")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
