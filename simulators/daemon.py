"""Run a program of the other side: arguments, one-line JSON logs, HTTP, loops, a clean end.

What the program answers and keeps is its own; nothing here knows customs or money.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from simulators import clock
from simulators.serving import Server

CHINA = timezone(timedelta(hours=8))
_log_guard = threading.Lock()


def restart() -> None:
    """Break off at once and start anew on the same books, as after a fall of the machine."""
    log("restart by script")
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


class Refused(Exception):
    """A request that is answered with ``status`` and {"error": code, "detail": text}."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail


def malformed(detail: str) -> Refused:
    """Return the refusal of bad input, 422."""
    return Refused(422, "malformed", detail)


def china_now() -> datetime:
    """Return the time on the wall in China."""
    return clock.now().astimezone(CHINA)


def log(event: str, **facts: object) -> None:
    """Write one JSON line to stderr; callers pass codes, numbers and ids, never a person."""
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
    with _log_guard:
        print(json.dumps(line, ensure_ascii=False), file=sys.stderr, flush=True)


def arguments(program: str, purpose: str) -> argparse.ArgumentParser:
    """Return a parser with what every program takes: ``--port --every-ms --db --secret-file``."""
    parser = argparse.ArgumentParser(prog=f"python -m simulators.{program}", description=purpose)
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0 picks a free one")
    parser.add_argument(
        "--every-ms", type=int, default=50, help="how often it looks for what there is to do"
    )
    parser.add_argument("--db", type=Path, required=True, help="the program's own SQLite file")
    parser.add_argument(
        "--secret-file",
        type=Path,
        help="hex key that seals the books; made when absent (default: <db>.secret)",
    )
    return parser


def secret_file(options: argparse.Namespace) -> Path:
    """Return the path of the secret that seals the books of ``options``."""
    given: Path | None = options.secret_file
    return given or options.db.with_name(options.db.name + ".secret")


def web(program: str) -> Flask:
    """Return a Flask application with ``/healthz``, refusals as JSON, and a line a request."""
    app = Flask(program, static_folder=None)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]

    @app.before_request
    def _begin() -> None:
        given = request.headers.get("X-Correlation-Id", "")
        g.correlation = given[:64] if given.isascii() and given else uuid.uuid4().hex

    @app.after_request
    def _end(response: Response) -> Response:
        response.headers["X-Correlation-Id"] = g.correlation
        log(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            correlation=g.correlation,
        )
        return response

    @app.errorhandler(Refused)
    def _refuse(refused: Refused) -> tuple[Response, int]:
        return jsonify(error=refused.code, detail=refused.detail), refused.status

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=error.name.lower().replace(" ", "_"), detail=""), error.code or 500

    @app.get("/healthz")
    def _healthz() -> Response:
        return jsonify(ok=True, program=program)

    return app


class Form:
    """The JSON object a request carries, read field by field; bad input raises ``Refused``."""

    def __init__(self, said: object) -> None:
        if not isinstance(said, dict):
            raise malformed("a JSON object is wanted")
        self.said: dict[str, object] = said

    @classmethod
    def of_request(cls) -> Form:
        """Return the body of the current request."""
        return cls(request.get_json(force=True, silent=True))

    def text(self, name: str, *, most: int = 60, least: int = 1) -> str:
        """Return the text field ``name`` of ``least``..``most`` characters."""
        value = self.said.get(name, "")
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise malformed(f"{name}: text of {least} to {most} characters")
        return value

    def whole(self, name: str, *, low: int = 0, high: int = 10**15) -> int:
        """Return the integer field ``name`` in ``low``..``high``."""
        value = self.said.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise malformed(f"{name}: whole number from {low} to {high}")
        return value

    def texts(self, name: str) -> list[str]:
        """Return the field ``name``, a list of 1 to 1000 different texts."""
        value = self.said.get(name)
        good = isinstance(value, list) and all(isinstance(one, str) and one for one in value)
        if not isinstance(value, list) or not good or not 1 <= len(set(value)) <= 1000:
            raise malformed(f"{name}: list of texts")
        if len(set(value)) != len(value):
            raise malformed(f"{name}: says one twice")
        return value

    def forms(self, name: str) -> list[Form]:
        """Return the field ``name``, a list of 1 to 1000 JSON objects."""
        value = self.said.get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= 1000:
            raise malformed(f"{name}: list of objects")
        return [Form(one) for one in value]


def _loop(step: Callable[[], None], stop: threading.Event, *, every_s: float) -> None:
    """Call ``step`` again and again; a step that fails is logged and called again."""
    while not stop.wait(every_s):
        try:
            step()
        except Exception as error:  # noqa: BLE001  a program of the other side must go on
            log("step failed", step=step.__qualname__, fault=type(error).__name__)
            stop.wait(0.5)


def serve(
    app: Flask,
    options: argparse.Namespace,
    *,
    steps: Sequence[Callable[[], None]] = (),
    close: Callable[[], None] = lambda: None,
) -> int:
    """Serve until SIGTERM or SIGINT, calling ``steps`` every so often; return the exit code 0.

    Port and pace are those of ``arguments``.
    """
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    server = Server(options.port, app)
    threads = [threading.Thread(target=server.serve)]
    every_s = options.every_ms / 1000
    threads += [
        threading.Thread(target=_loop, args=(step, stop), kwargs={"every_s": every_s})
        for step in steps
    ]
    for thread in threads:
        thread.start()
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    stop.wait()
    server.shutdown()
    for thread in threads:
        thread.join()
    close()
    log("stopped", program=app.name)
    return 0
