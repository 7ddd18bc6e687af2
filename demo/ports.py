"""Decides how a box keeps the ports of its programs to itself, before, between and after starts.

A port is bound, and never listened on, as long as the box lives: no other program of the machine
is given it, and one that asks for it by number with SO_REUSEADDR, as servers do, can listen.
"""

import socket
from collections.abc import Iterable


class Ports:
    """Reserved ports of the loopback by name."""

    def __init__(self, names: Iterable[str]) -> None:
        self._reserved = {name: _reserve() for name in names}

    def __getitem__(self, name: str) -> int:
        port: int = self._reserved[name].getsockname()[1]
        return port

    def close(self) -> None:
        """Give all of them back."""
        for reserved in self._reserved.values():
            reserved.close()


def _reserve() -> socket.socket:
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.bind(("127.0.0.1", 0))
    return reserved
