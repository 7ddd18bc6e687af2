"""Decides what an empty Flask POST is: JSON read, JSON answered, nothing done between.

Granian serves it as Flask is served fastest: threads behind the server's own WSGI.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from flask import Flask, Response, jsonify, request

from load.harness import ROOT
from load.site import START_S, STOP_S, free_port

THREADS = 32
app = Flask(__name__, static_folder=None)


@app.post("/")
def empty() -> Response:
    """Answer what was sent."""
    return jsonify(request.get_json())


@contextmanager
def serving(*, processes: int) -> Iterator[str]:
    """Serve the empty application while the block runs, and give its address."""
    port = free_port()
    words = ["--interface", "wsgi", "--port", str(port), "--workers", str(processes)]
    words += ["--blocking-threads", str(THREADS), "--log-level", "warning", "--backlog", "2048"]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *words, "load.beside.empty:app"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(url)
        yield url
    finally:
        process.terminate()
        process.wait(STOP_S)


def wait_until_it_answers(url: str) -> None:
    """Return once a POST is answered well; raises ``RuntimeError`` when it is not in time."""
    ends = time.monotonic() + START_S
    while time.monotonic() < ends:
        try:
            if requests.post(url, json={}, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")
