"""Calls to other systems: what is sent, and what an answer or a silence means."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket

import pytest

from kernel import actor, metrics
from kernel.calls import Answered, CallInsideTransaction, OtherSideDown, get_json, post_json
from kernel.db import Database


class Handler(BaseHTTPRequestHandler):
    """Answers as the path says, and remembers what came."""

    heard: list[dict]
    asked_to_end: threading.Event

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length) or "null")
        self.heard.append({"headers": dict(self.headers), "body": body, "path": self.path})
        self.answer(self.path.strip("/"))

    do_GET = do_POST  # noqa: N815 - the library asks for this name

    def answer(self, what):
        if what == "slow":
            self.asked_to_end.wait(3)
            return
        status = int(what) if what.isdigit() else 200
        content = {"list": b"[1]", "html": b"<p>"}.get(what, b'{"ok": true, "error": "no_such"}')
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if status == 503:
            self.send_header("Retry-After", "17")
        if status == 302:
            self.send_header("Location", "/200")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        pass


@pytest.fixture
def other():
    """Another system on this machine: its address, and what it heard."""
    handler = type("Fresh", (Handler,), {"heard": [], "asked_to_end": threading.Event()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.heard = handler.heard
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    handler.asked_to_end.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_object_goes_out_and_one_comes_back(other):
    """With our correlation, so that both logs can be laid side by side."""
    with actor.correlated("c-9"):
        answer = post_json(f"{other.url}/200", {"n": "面"}, headers={"Authorization": "Bearer k"})

    (heard,) = other.heard
    assert answer["ok"] is True
    assert heard["body"] == {"n": "面"}
    assert heard["headers"]["X-Correlation-Id"] == "c-9"
    assert heard["headers"]["Authorization"] == "Bearer k"
    assert get_json(f"{other.url}/200")["ok"] is True


@pytest.mark.parametrize("status", [302, 400, 404, 409, 422])
def test_a_refusal_is_what_the_other_side_said(other, status):
    """Status and body for the caller to judge; a redirect is not followed."""
    with pytest.raises(Answered) as refused:
        post_json(f"{other.url}/{status}", {})

    assert (refused.value.status, refused.value.body["error"]) == (status, "no_such")
    assert refused.value.facts == {"status": status, "error": "no_such"}
    assert len(other.heard) == 1


@pytest.mark.parametrize("what", ["500", "502", "503", "429", "list", "html"])
def test_a_failure_leaves_open_what_happened(other, what):
    """A broken server, one that is busy, an answer that is none."""
    with pytest.raises(OtherSideDown) as refused:
        get_json(f"{other.url}/{what}")

    assert refused.value.facts["host"] == other.url.removeprefix("http://")
    assert refused.value.retry_after_s == (17 if what == "503" else 5)


def test_silence_is_not_waited_for(other):
    """Longer than the caller gives it."""
    with pytest.raises(OtherSideDown):
        get_json(f"{other.url}/slow", timeout_s=0.2)


def test_nobody_there_is_the_other_side_down():
    """The port is closed."""
    with socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

    with pytest.raises(OtherSideDown):
        get_json(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("kind", ["write", "read"])
def test_nothing_is_called_inside_a_transaction(other, tmp_path, kind):
    """Our locks must not wait for another house: nothing was sent."""
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")

    with getattr(database, kind)(), pytest.raises(CallInsideTransaction):
        post_json(f"{other.url}/200", {})

    database.close()
    assert other.heard == []


def test_calls_are_counted_by_outcome(other):
    """An operator sees which other side is down."""
    host = other.url.removeprefix("http://")
    get_json(f"{other.url}/200")
    with pytest.raises(OtherSideDown):
        get_json(f"{other.url}/500")
    with pytest.raises(Answered):
        get_json(f"{other.url}/404")

    text = metrics.render()
    for outcome in ("ok", "unavailable", "refused"):
        assert f'calls_made_total{{host="{host}",outcome="{outcome}"}} 1.0' in text
