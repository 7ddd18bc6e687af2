"""Decides what a way to a printer must be able to do; each way is a file of its own."""

from typing import Protocol


class LineLost(Exception):
    """The connection to the printer ended."""


class Transport(Protocol):
    """One way to one printer.  Used by one thread; a job opens it and closes it."""

    name: str
    answers: bool
    """Whether anything comes back; without it a slip can never be confirmed."""

    def open(self) -> None:
        """Connect; raises ``LineLost``."""

    def send(self, data: bytes) -> None:
        """Send all of ``data``; raises ``LineLost``, and then any part of it may have gone."""

    def receive(self, timeout_s: float) -> bytes:
        """Return what has come, at least a byte, or nothing at the timeout; raises ``LineLost``."""

    def close(self) -> None:
        """Disconnect cleanly: some printers shut everybody out otherwise."""
