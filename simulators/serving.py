"""Answer HTTP with hands that are there already: a thread a request costs more than most answers.

What is answered is the application's; the server is werkzeug's.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

HANDS = 32
_LOOK_S = 0.5
"""How soon the server sees that it shall end."""


class _Silent(WSGIRequestHandler):
    """Writes no line of its own: the application does."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


class Server(ThreadedWSGIServer):
    """A server on the loopback; ``port`` 0 takes a free one."""

    def __init__(self, port: int, app: Flask) -> None:
        logging.getLogger("werkzeug").disabled = True
        super().__init__("127.0.0.1", port, app, handler=_Silent)
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="hand")

    def process_request(self, request: Any, client_address: Any) -> None:
        """Let the next free hand answer; requests that find none wait for their turn."""
        self._hands.submit(self.process_request_thread, request, client_address)

    def serve(self) -> None:
        """Answer until ``shutdown`` is called, then let the hands finish and close the port."""
        self.serve_forever(poll_interval=_LOOK_S)
        self._hands.shutdown()
        self.server_close()
