"""Decide what the courier and the zone answer in these tests: a small program on the loopback.

It keeps books of its own and can be told to refuse; the product's code is not used.
"""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, Any]]


class OtherSide:
    """Courier and zone in one; ``asked`` are the bodies by path, in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.given: dict[str, list[str]] = {}
        self.waybills: dict[str, dict[str, Any]] = {}
        self.passes: dict[str, dict[str, Any]] = {}
        self.refuse: dict[str, Answer] = {}
        self.lost_answers = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def accept(self, waybill_no: str) -> None:
        """Customs accepted the courier's 511."""
        self.waybills[waybill_no] |= {
            "state": "accepted",
            "return_status": "120",
            "return_time": "20261124100500123",
        }

    def reject(self, waybill_no: str) -> None:
        """Customs rejected the courier's 511."""
        self.waybills[waybill_no] |= {"state": "rejected", "return_status": "-504015"}

    def deliver(self, waybill_no: str) -> None:
        """The receiver signs."""
        self.waybills[waybill_no] |= {
            "parcel": "delivered",
            "delivered_at": "2026-11-26T09:30:00+08:00",
        }

    def open_gate(self, exit_pass_no: str) -> None:
        """The gatekeeper lets the vehicle go."""
        self.passes[exit_pass_no] |= {"state": "passed", "passed_at": "2026-11-24T11:15:00+08:00"}

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [body for asked, body in self.asked if asked == path]

    def answer(self, path: str, body: dict[str, Any] | None) -> Answer:
        if body is None:
            return self._get(path)
        self.asked.append((path, body))
        if path in self.refuse:
            return self.refuse[path]
        if path.endswith("/redeclare"):
            return self._redeclare(path.split("/")[2])
        post: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "/waybill-numbers": self._numbers,
            "/waybills": self._declare,
            "/collections": self._collect,
            "/inventory-lists": self._list,
            "/exit-passes": self._pass,
        }
        return post[path](body)

    def _get(self, path: str) -> Answer:
        _, kind, number = path.split("/")
        known = (self.waybills if kind == "waybills" else self.passes).get(number)
        return (200, known) if known else (404, {"error": "unknown"})

    def _numbers(self, body: dict[str, Any]) -> Answer:
        numbers = self.given.setdefault(
            body["request_no"],
            [f"SF{len(self.given):03d}{n:06d}" for n in range(body["count"])],
        )
        if self.lost_answers:
            self.lost_answers -= 1
            return 503, {"error": "busy"}
        return 200, {"numbers": numbers}

    def _declare(self, body: dict[str, Any]) -> Answer:
        number = body["waybill_no"]
        new = {"waybill_no": number, "state": "received", "parcel": "announced"}
        return 202, {"state": self.waybills.setdefault(number, new)["state"]}

    def _redeclare(self, number: str) -> Answer:
        if self.waybills.get(number, {"state": "rejected"})["state"] != "rejected":
            return 409, {"error": "not_rejected"}
        self.waybills[number] = {"waybill_no": number, "state": "sent", "parcel": "announced"}
        return 202, {"state": "sent"}

    def _collect(self, body: dict[str, Any]) -> Answer:
        for number in body["waybills"]:
            self.waybills[number]["parcel"] = "collected"
        return 200, {"collected": body["waybills"]}

    def _list(self, body: dict[str, Any]) -> Answer:
        number = f"QD{body['request_no']}"
        return 200, {"bonded_inventory_list_no": number, "state": "approved"}

    def _pass(self, body: dict[str, Any]) -> Answer:
        number = f"P{body['request_no']}"
        self.passes[number] = {"exit_pass_no": number, "state": "approved", "passed_at": None}
        return 200, {"exit_pass_no": number, "state": "approved"}


def _handler(side: OtherSide) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._say(side.answer(self.path, None))

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self._say(side.answer(self.path, json.loads(self.rfile.read(length))))

        def _say(self, answer: Answer) -> None:
            status, body = answer
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
