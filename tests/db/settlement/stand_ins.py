"""Decide what Stripe and the payment company answer in a test: real HTTP on loopback, no rules.

The programs under ``simulators`` are the other side of the product; these only hold still.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, Any]]


class StandIn:
    """A server whose ``answer`` a subclass writes; ``asked`` keeps what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.down = False

    def answer(self, method: str, path: str, body: dict[str, Any], key: str) -> Answer:
        """Return status and JSON."""
        raise NotImplementedError

    @contextmanager
    def running(self) -> Iterator["StandIn"]:
        """Listen on a free port until the end of the block."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve({})

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if self.headers.get("Content-Type", "").startswith("application/json"):
                self._serve(json.loads(raw))
            else:
                self._serve({name: values[0] for name, values in parse_qs(raw).items()})

        def _serve(self, body: dict[str, Any]) -> None:
            path = urlsplit(self.path).path
            stand_in.asked.append((self.command, path, body))
            key = self.headers.get("Idempotency-Key", "")
            status, answer = (
                (503, {}) if stand_in.down else stand_in.answer(self.command, path, body, key)
            )
            raw = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args: object) -> None:
            """Keep quiet."""

    return Handler


class Stripe(StandIn):
    """Checkout sessions, payment intents, charges and refunds, with idempotency keys."""

    def __init__(self) -> None:
        super().__init__()
        self.sessions: dict[str, dict[str, Any]] = {}
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: list[dict[str, Any]] = []
        self._first: dict[str, tuple[dict[str, Any], Answer]] = {}

    def pay(self, session_id: str, *, gross_fen: int | None = None, at_s: int = 1) -> None:
        """Let the shopper pay; ``gross_fen`` is what is really taken."""
        session = self.sessions[session_id]
        number = session_id.replace("cs_", "pi_")
        self.intents[number] = {
            "id": number,
            "object": "payment_intent",
            "amount_received": session["amount_total"] if gross_fen is None else gross_fen,
            "currency": "cny",
            "created": at_s,
            "latest_charge": number.replace("pi_", "ch_"),
            "metadata": {"checkout_id": session["client_reference_id"]},
        }
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": number}

    def answer(self, method: str, path: str, body: dict[str, Any], key: str) -> Answer:
        """Answer once a key."""
        if key in self._first:
            asked, first = self._first[key]
            return first if asked == body else (400, _error("idempotency_error"))
        answer = self._answer(method, path, body)
        if key:
            self._first[key] = (body, answer)
        return answer

    def _answer(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        number = path.rsplit("/", 1)[-1]
        if method == "POST" and path == "/v1/checkout/sessions":
            return 200, self._session(body)
        if method == "POST" and path == "/v1/refunds":
            self.refunds.append(body)
            return 200, {"id": f"re_{len(self.refunds)}", "object": "refund", **body}
        if path.startswith("/v1/checkout/sessions/") and number in self.sessions:
            return 200, self.sessions[number]
        if path.startswith("/v1/payment_intents/") and number in self.intents:
            return 200, self.intents[number]
        if path.startswith("/v1/charges/"):
            intent = self.intents[number.replace("ch_", "pi_")]
            return 200, {"id": number, "object": "charge", "created": intent["created"]}
        return 404, _error("resource_missing")

    def _session(self, body: dict[str, Any]) -> dict[str, Any]:
        number = f"cs_{len(self.sessions) + 1}"
        self.sessions[number] = {
            "id": number,
            "object": "checkout.session",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "amount_total": int(body["line_items[0][price_data][unit_amount]"]),
            "currency": body["line_items[0][price_data][currency]"],
            "client_reference_id": body["client_reference_id"],
            "expires_at": int(body["expires_at"]),
            "url": f"{self.url}/pay/{number}",
        }
        return self.sessions[number]


def _error(code: str) -> dict[str, Any]:
    return {"error": {"type": "invalid_request_error", "code": code, "message": code}}


class Company(StandIn):
    """A payment company: a test sets what customs answered it and who the payer is."""

    def __init__(self) -> None:
        super().__init__()
        self.customs: dict[str, str] = {"state": "received"}
        self.refuses = ""
        self.payer = "same"
        self.loses_answer = False
        self.taken: dict[str, dict[str, Any]] = {}

    def answer(self, method: str, path: str, body: dict[str, Any], key: str) -> Answer:
        """Take declarations once a request number."""
        if path == "/payer-checks":
            return 200, {"answer": self.payer}
        if self.refuses:
            return 409, {"error": self.refuses, "detail": ""}
        if path.endswith("/redeclare"):
            return self._redeclare(path.split("/")[-2])
        number = body.get("request_no") or path.rsplit("/", 1)[-1]
        if method == "POST":
            self.taken.setdefault(number, body)
        elif number not in self.taken:
            return 404, {"error": "unknown", "detail": ""}
        return 202 if method == "POST" else 200, self.customs | _who(number)

    def _redeclare(self, number: str) -> Answer:
        """Send a rejected one anew; the answer of the first such request may be lost."""
        if self.customs["state"] != "rejected":
            return 409, {"error": "not_rejected", "detail": ""}
        self.customs = {"state": "sent"}
        if self.loses_answer:
            self.loses_answer = False
            return 503, {"error": "busy", "detail": ""}
        return 202, self.customs | _who(number)


def _who(number: str) -> dict[str, str]:
    return {
        "pay_transaction_id": f"PT-{number}",
        "pay_code": "1400000001",
        "pay_name": "支付公司",
    }
