"""Two ports of the loopback: one that is listened on, one that is not."""

import socket
from collections.abc import Iterator

import pytest


@pytest.fixture
def unused_ports() -> Iterator[tuple[int, int]]:
    """Return a port somebody listens on, and a free one."""
    with socket.socket() as listening, socket.socket() as probe:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
        probe.close()
        yield listening.getsockname()[1], free
