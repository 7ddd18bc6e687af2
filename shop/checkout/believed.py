"""Decides how long what was read is believed, and that only one thread reads it anew.

What is read, and what harm a stale answer can do, is the business of whoever believes it.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from kernel import clock
from kernel.clock import Instant

Key = TypeVar("Key")
Value = TypeVar("Value")


class Believed(Generic[Key, Value]):
    """Answers by key, none older than ``lasts`` microseconds, at most ``most`` of them.

    In the last quarter of that time the first thread to ask reads the answer anew while the
    others still use the old one; where there is none, they wait for the one that reads.
    """

    def __init__(self, lasts: Instant, *, most: int) -> None:
        self._lasts, self._most = lasts, most
        self._answers: dict[Key, tuple[Instant, Value]] = {}
        self._reading: dict[Key, threading.Lock] = {}
        self._asked: set[Key] = set()
        self._asked_to_read = False

    def get(self, key: Key, read: Callable[[Key], Value]) -> Value:
        """Return what is believed of ``key``, asking ``read`` where need be; raises what it does."""
        found = self._answers.get(key)
        age = clock.now() - found[0] if found is not None else self._lasts
        reading = self._reading.setdefault(key, threading.Lock())
        if found is not None and 0 <= age < self._lasts:
            if age < self._lasts * 3 // 4 or not reading.acquire(blocking=False):
                return found[1]
        else:
            reading.acquire()
        try:
            return self._read(key, read, instead_of=found)
        finally:
            reading.release()

    def now(self, key: Key, read_soon: Callable[[], object]) -> Value | None:
        """Return what is believed of ``key`` without waiting, or None.

        From half of its time on ``read_soon`` is called, which is to let a thread call
        ``read_asked``; it is not called again before that is done.  For one thread.
        """
        found = self._answers.get(key)
        age = clock.now() - found[0] if found is not None else self._lasts
        if found is None or not 0 <= age < self._lasts:
            return None
        self._asked.add(key)
        if age >= self._lasts // 2 and not self._asked_to_read:
            self._asked_to_read = True
            read_soon()
        return found[1]

    def read_asked(self, read: Callable[[list[Key]], Mapping[Key, Value]]) -> None:
        """Read together what ``now`` was asked for since the last time."""
        asked, self._asked = self._asked, set()
        at = clock.now()
        try:
            answers = read(list(asked))
            for key in asked & answers.keys():
                self._answers[key] = (at, answers[key])
        finally:
            self._asked_to_read = False

    def forget(self, key: Key | None = None) -> None:
        """Believe nothing any more, or nothing of ``key``."""
        if key is not None:
            self._answers.pop(key, None)
            return
        self._answers.clear()
        self._reading.clear()

    def _read(
        self, key: Key, read: Callable[[Key], Value], *, instead_of: tuple[Instant, Value] | None
    ) -> Value:
        """Read, unless another thread just did; its answer has another instant than ours."""
        newer = self._answers.get(key)
        if newer is not None and newer is not instead_of:
            return newer[1]
        at = clock.now()
        answer = read(key)
        if len(self._answers) >= self._most:
            self.forget()
        self._answers[key] = (at, answer)
        return answer
