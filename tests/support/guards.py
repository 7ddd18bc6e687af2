"""Decide what no test may do unseen: reach past this machine.

The guard covers this process; programs that a test starts are the test's own business.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

NAMES_OF_THIS_MACHINE = frozenset({"", "localhost", None})


class NetworkReached(AssertionError):
    """A test, or the code under it, tried to reach another machine; nothing was sent."""


def is_local(host: object) -> bool:
    """Say whether an address stays on this machine: loopback, or a socket file."""
    if host in NAMES_OF_THIS_MACHINE:
        return True
    text = host.decode(errors="replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


@contextmanager
def no_network() -> Iterator[list[str]]:
    """Refuse every connection and name look-up past this machine; yields the hosts tried.

    The list is there because product code may turn the refusal into an answer of its own.
    """
    tried: list[str] = []
    patched = [
        (socket.socket, "connect", _of_address),
        (socket.socket, "connect_ex", _of_address),
        (socket.socket, "sendto", _of_address),
        (socket, "getaddrinfo", _of_name),
    ]
    kept = [(owner, name, getattr(owner, name)) for owner, name, _ in patched]
    for (owner, name, real), (_, _, host_of) in zip(kept, patched, strict=True):
        setattr(owner, name, _guarded(real, host_of, tried))
    try:
        yield tried
    finally:
        for owner, name, real in kept:
            setattr(owner, name, real)


def _guarded(
    real: Callable[..., Any], host_of: Callable[..., object], tried: list[str]
) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        host = host_of(*args, **options)
        if not is_local(host):
            tried.append(str(host))
            raise NetworkReached(f"{real.__name__} to {host!r}: tests stay on this machine")
        return real(*args, **options)

    return call


def _of_address(_socket: socket.socket, *args: Any) -> object:
    address = args[-1]
    return address[0] if isinstance(address, tuple) else None


def _of_name(host: object = None, *_args: Any, **_options: Any) -> object:
    return host
