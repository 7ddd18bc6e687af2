"""The identity service over HTTP: what its answers and its silence become."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from shop.accounts.errors import IdentityUnavailable
from shop.accounts.identity_service import HttpIdentityService, IdentityAnswer


class OtherSide(ThreadingHTTPServer):
    """A service that answers as told and remembers the last question."""

    answer: tuple[int, object] = (200, {})
    asked: tuple[str, object] = ("", None)


class _Handler(BaseHTTPRequestHandler):
    server: OtherSide

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.asked = (self.path, json.loads(self.rfile.read(length)))
        status, body = self.server.answer
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if status == 503:
            self.send_header("Retry-After", "45")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[OtherSide]:
    """The other side on the loopback."""
    server = OtherSide(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def verifier(service: OtherSide) -> HttpIdentityService:
    """Return a verifier of the service's address."""
    return HttpIdentityService(f"http://127.0.0.1:{service.server_port}/")


@pytest.mark.parametrize("result", ["match", "mismatch", "minor"])
def test_the_three_answers_come_with_their_evidence(service: OtherSide, result: str) -> None:
    """Name and number are sent, result and evidence number come back."""
    service.answer = (200, {"result": result, "evidence_no": "EV7", "at": "2026-11-24T10:00:00"})

    answer = verifier(service).verify("陈小明", "110105199003072346")

    assert answer == IdentityAnswer(result, "identity-service", "EV7")
    assert service.asked == ("/verify", {"name": "陈小明", "id_number": "110105199003072346"})


@pytest.mark.parametrize(
    ("answer", "wait_s"),
    [
        ((503, {"error": "down"}), 45),
        ((500, {}), 5),
        ((422, {"error": "id_number_invalid"}), 60),
        ((200, {"result": "perhaps", "evidence_no": "EV7"}), 60),
        ((200, {"result": "match"}), 60),
        ((200, ["match"]), 5),
    ],
)
def test_whatever_is_no_answer_is_unavailable(
    service: OtherSide, answer: tuple[int, object], wait_s: int
) -> None:
    """Nobody is verified by a guess."""
    service.answer = answer

    with pytest.raises(IdentityUnavailable) as silent:
        verifier(service).verify("陈小明", "110105199003072346")

    assert silent.value.retry_after_s == wait_s


def test_a_service_that_is_not_there_is_unavailable(service: OtherSide) -> None:
    """Its port is closed."""
    port = service.server_port + 0
    service.server_close()

    with pytest.raises(IdentityUnavailable):
        HttpIdentityService(f"http://127.0.0.1:{port}").verify("陈小明", "110105199003072346")
