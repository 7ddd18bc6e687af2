"""Decides how the printer meets the network: one client at a time on TCP, a control port beside it.

The printer's behaviour is left to ``device``.
"""

from __future__ import annotations

import socket
import struct
import threading
import time

from flask import Flask, Response, jsonify, request

from .device import Device, LineDropped

POLL_S = 0.05


class Line:
    """The raw TCP port; as on the cheap printers, a second client waits until the first leaves."""

    def __init__(self, device: Device, port: int) -> None:
        self._device = device
        self._stop = threading.Event()
        self._listener: socket.socket | None = _listen(port)
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, name="printer-line", daemon=True)
        self._thread.start()

    @property
    def listening(self) -> bool:
        """Whether a client can connect now."""
        return self._listener is not None

    def close(self) -> None:
        """Stop listening and let the current client go."""
        self._stop.set()
        self._thread.join(timeout=2)
        if self._listener is not None:
            self._listener.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            if not self._open_or_refuse():
                time.sleep(POLL_S)
                continue
            assert self._listener is not None
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            self._talk(client)

    def _open_or_refuse(self) -> bool:
        if self._device.faults.refuse:
            if self._listener is not None:
                self._listener.close()
                self._listener = None
            return False
        if self._listener is None:
            self._listener = _listen(self.port)
        return True

    def _talk(self, client: socket.socket) -> None:
        client.settimeout(POLL_S)
        with client:
            while not self._stop.is_set():
                if self._device.faults.stall:
                    time.sleep(POLL_S)
                    continue
                try:
                    data = client.recv(4096)
                    if not data:
                        return
                    self._device.receive(data, client.sendall)
                except TimeoutError:
                    continue
                except LineDropped:
                    _reset(client)
                    return
                except OSError:
                    return


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(4)
    listener.settimeout(POLL_S)
    return listener


def _reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def control_app(device: Device, line: Line) -> Flask:
    """Return the control port's application: state, slips, faults."""
    app = Flask("simulators.printer")

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"ok": True, "printer_port": line.port})

    @app.get("/_state")
    def state() -> Response:
        return jsonify(device.state())

    @app.get("/slips/<int:number>")
    def slip(number: int) -> tuple[Response, int]:
        if not 1 <= number <= len(device.slips):
            return jsonify({"error": "no_such_slip", "detail": f"{len(device.slips)} cut"}), 404
        kept = device.slips[number - 1]
        return jsonify({"lines": kept.lines, "qr": kept.qr, "bytes": len(kept.raw)}), 200

    @app.post("/_control")
    def control() -> tuple[Response, int]:
        values = request.get_json(silent=True)
        if not isinstance(values, dict):
            return jsonify({"error": "not_an_object", "detail": "send a JSON object"}), 422
        try:
            device.set_faults(values)
        except ValueError as wrong:
            return jsonify({"error": "bad_fault", "detail": str(wrong)}), 422
        return jsonify(device.state()), 200

    return app
