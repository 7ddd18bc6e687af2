"""A small gateway over HTTP, as a test wants it: keeps what it is given, fails as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

TOKEN = "token-of-the-test"


@dataclass
class Gateway:
    """What the gateway holds, what it was asked, and the faults that wait for the next calls."""

    url: str = ""
    out: dict[str, list[bytes]] = field(default_factory=dict)
    """Every body that came, by name: a second one of a name is a repeat."""
    mail: dict[str, bytes] = field(default_factory=dict)
    endless: set[str] = field(default_factory=set)
    """Mail that says no length and goes on for 100 MB."""
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """``500``, ``413`` and so on, ``drop`` (done, no answer), ``hang`` (no answer in time)."""


@contextmanager
def running(hang_s: float = 1.0) -> Iterator[Gateway]:
    """Run a gateway on a free port of this machine."""
    gateway = Gateway()
    handler = type("Bound", (_Handler,), {"gateway": gateway, "hang_s": hang_s})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    gateway.url = f"http://127.0.0.1:{server.server_address[1]}/DXPQZPLATFORM001"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gateway: Gateway
    hang_s: float

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._fails(lambda: self._keep(body)):
            return
        self._keep(body)
        self._answer(204)

    def do_GET(self) -> None:
        if self._fails(lambda: None):
            return
        name = self._name()
        if name == "in":
            self._answer(200, "\n".join(self.gateway.mail).encode())
        elif name in self.gateway.endless:
            self._drip()
        elif name in self.gateway.mail:
            self._answer(200, self.gateway.mail[name])
        else:
            self._answer(404)

    def do_DELETE(self) -> None:
        if self._fails(lambda: None):
            return
        found = self.gateway.mail.pop(self._name(), None)
        self._answer(404 if found is None else 204)

    def _keep(self, body: bytes) -> None:
        assert self.headers["Idempotency-Key"] == self._name()
        self.gateway.out.setdefault(self._name(), []).append(body)

    def _name(self) -> str:
        return unquote(self.path.rsplit("/", 1)[-1])

    def _fails(self, done) -> bool:
        self.gateway.asked.append(f"{self.command} {self._name()}")
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer(401)
            return True
        fault = self.gateway.faults.pop(0) if self.gateway.faults else ""
        if fault == "drop":
            done()
            self.close_connection = True
        elif fault == "hang":
            threading.Event().wait(self.hang_s)
            self.close_connection = True
        elif fault:
            self._answer(int(fault))
        return bool(fault)

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            for _ in range(100):
                self.wfile.write(b"<" * 1_000_000)
        except OSError:
            return

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Say nothing."""
