"""Runs the printer: ``python -m simulators.printer --port N --control-port N --out DIR``."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from werkzeug.serving import make_server

from .device import DOTS, Device
from .render import FontMissing, font_file
from .server import Line, control_app


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM; return 0, or 3 when the Chinese font is missing."""
    args = _arguments(argv)
    try:
        font_file()
    except FontMissing as missing:
        print(missing, file=sys.stderr)
        return 3
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    args.out.mkdir(parents=True, exist_ok=True)
    device = Device(args.out, columns=args.columns, four_byte=args.four_byte)
    line = Line(device, args.port)
    web = make_server("127.0.0.1", args.control_port, control_app(device, line), threaded=True)
    stopper = threading.Thread(target=web.shutdown, daemon=True)
    signal.signal(signal.SIGTERM, lambda *_: stopper.start())
    print(f"printer 127.0.0.1:{line.port}", flush=True)
    print(f"ready http://127.0.0.1:{web.port}", flush=True)
    web.serve_forever()
    line.close()
    return 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.printer")
    parser.add_argument("--port", type=int, default=0, help="ESC/POS over TCP")
    parser.add_argument("--control-port", type=int, default=0, help="faults and state over HTTP")
    parser.add_argument("--out", type=Path, required=True, help="folder for slip-<n>.bin and .png")
    parser.add_argument("--columns", type=int, choices=sorted(DOTS), default=48)
    parser.add_argument(
        "--four-byte", action="store_true", help="firmware that knows GB18030's four-byte codes"
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
