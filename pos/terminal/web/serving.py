"""Decides how the till page is served: waitress on 127.0.0.1, until the board says stop."""

import logging
import sys
from pathlib import Path
from typing import Any

from waitress import create_server, wasyncore

from pos.terminal.board import Board
from pos.terminal.web.app import make_app
from pos.terminal.web.door import Door

THREADS = 4
TURN_S = 0.2


def serve(board: Board, journal: Path, *, port: int, lang: str) -> None:
    """Serve the page; the first line printed is the address that lets a browser in."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a page asks for three files
    door, sockets = Door(journal), dict[int, Any]()
    app = make_app(board, journal, door=door, slip_lang=lang)
    server = create_server(
        app, map=sockets, host="127.0.0.1", port=port, threads=THREADS, ident=None
    )
    door.port = int(server.effective_port)
    address = f"http://127.0.0.1:{door.port}"
    sys.stdout.write(f"till {address}/open/{door.token}\nready {address}\n")
    sys.stdout.flush()
    try:
        while not board.stop.is_set():
            wasyncore.loop(timeout=TURN_S, map=sockets, count=1)
    finally:
        server.task_dispatcher.shutdown()
        wasyncore.close_all(sockets)
