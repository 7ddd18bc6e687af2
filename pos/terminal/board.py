"""Decides what the till's threads tell each other and the page: is the line up, is the printer.

In memory only: what must survive a power cut stands in the journal.
"""

import threading

from kernel import clock
from kernel.clock import Instant


class Board:
    """One till's present state.  Codes are those of problems; empty means well."""

    def __init__(self) -> None:
        self.line = "line_unknown"
        self.line_since: Instant = clock.now()
        self.printer = "printer_unknown"
        self.drawer = ""
        self.failed = False
        self.wake_printer = threading.Event()
        self.wake_sync = threading.Event()
        self.stop = threading.Event()

    def set_line(self, code: str) -> bool:
        """Note the line's state; return whether it changed."""
        changed = code != self.line
        if changed:
            self.line, self.line_since = code, clock.now()
        return changed

    def sold(self) -> None:
        """Let printing and sending begin at once."""
        self.wake_printer.set()
        self.wake_sync.set()

    def end(self) -> None:
        """Let every thread of the till end."""
        self.stop.set()
        self.sold()
