"""Decides what time a trade is lived at: ours and the other side's clock are moved as one.

Ours is moved through the kernel's seam, theirs by the file that SIMULATORS_CLOCK names in each of
them.  Time only goes on, and only while nobody of ours is in the middle of something.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kernel import clock
from kernel.clock import MILLISECOND, Instant


class Clockwork:
    """A clock that stands behind the machine's, and is moved towards it."""

    def __init__(self, file: Path, *, behind: Instant) -> None:
        self._file = file
        self._behind = behind
        self._working = 0
        self._jumping = False
        self._calm = threading.Condition()
        self._write()

    def now(self) -> Instant:
        """Return the moved time."""
        return clock.system() - self._behind

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let time only flow, not jump, within the block."""
        with self._calm:
            self._calm.wait_for(lambda: not self._jumping)
            self._working += 1
        try:
            yield
        finally:
            with self._calm:
                self._working -= 1
                self._calm.notify_all()

    def move_to(self, at: Instant, then: Callable[[], None]) -> None:
        """Jump ahead to ``at`` and call ``then`` before anybody works on; never back."""
        with self._calm:
            self._jumping = True
            self._calm.wait_for(lambda: self._working == 0)
            self._behind = max(0, min(self._behind, clock.system() - at))
            self._write()
            then()
            self._jumping = False
            self._calm.notify_all()

    def _write(self) -> None:
        draft = self._file.with_suffix(".draft")
        draft.write_text(str(-self._behind // MILLISECOND), encoding="ascii")
        draft.rename(self._file)
