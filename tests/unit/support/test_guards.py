"""The guard against reaching past this machine."""

import socket

import pytest

from tests.support import guards


def test_a_test_cannot_reach_another_machine():
    """A socket connects to a documentation address: refused before a packet leaves."""
    with guards.no_network() as tried, socket.socket() as reaching:
        with pytest.raises(guards.NetworkReached):
            reaching.connect(("192.0.2.1", 80))
        with pytest.raises(guards.NetworkReached):
            socket.create_connection(("supplier.example", 443))

    assert tried == ["192.0.2.1", "supplier.example"]


def test_loopback_is_not_the_network():
    """A server and its client on 127.0.0.1 talk as they like."""
    with (
        guards.no_network() as tried,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        client.sendall(b"hello")
        accepted, _ = server.accept()
        heard = accepted.recv(5)
        accepted.close()

    assert heard == b"hello"
    assert tried == []


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        (b"127.0.0.1", True),
        ("/tmp/socket", False),
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("0.0.0.0", False),
    ],
)
def test_only_loopback_is_this_machine(host, local):
    """The neighbour in the same rack is another machine too."""
    assert guards.is_local(host) is local
