"""Decides how bytes travel to a printer on the network: a bare TCP socket, port 9100 as a rule.

Not python-escpos' ``Network``: that takes a closed peer for "plenty of paper".
"""

import socket

from pos.terminal.printer.transport import LineLost

CONNECT_S = 3.0
SEND_S = 10.0


class Network:
    """A printer at ``host:port``."""

    answers = True

    def __init__(self, host: str, port: int) -> None:
        self.name = f"{host}:{port}"
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Connect within three seconds; raises ``LineLost``."""
        try:
            self._socket = socket.create_connection(self._address, timeout=CONNECT_S)
        except OSError as trouble:
            raise LineLost(str(trouble)) from trouble

    def send(self, data: bytes) -> None:
        """Send all of ``data``; raises ``LineLost``."""
        line = self._line()
        line.settimeout(SEND_S)
        try:
            line.sendall(data)
        except OSError as trouble:
            raise LineLost(str(trouble)) from trouble

    def receive(self, timeout_s: float) -> bytes:
        """Return what has come, or nothing at the timeout; raises ``LineLost``."""
        line = self._line()
        line.settimeout(timeout_s)
        try:
            data = line.recv(256)
        except TimeoutError:
            return b""
        except OSError as trouble:
            raise LineLost(str(trouble)) from trouble
        if not data:
            raise LineLost("closed by the printer")
        return data

    def close(self) -> None:
        """Say goodbye and disconnect."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _line(self) -> socket.socket:
        if self._socket is None:
            raise LineLost("not open")
        return self._socket
