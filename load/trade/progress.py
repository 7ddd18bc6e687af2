"""Decides how a person sees a long piece of work go on: how far it is, and how long it will take."""

import sys
import time


class Progress:
    """One line that is written over on a terminal, and a line now and then elsewhere."""

    def __init__(self, what: str, *, whole: int) -> None:
        self._what, self._whole = what, whole
        self._begun = time.monotonic()
        self._told = 0.0

    def at(self, done: int, words: str) -> None:
        """Tell that ``done`` of the whole are done."""
        now = time.monotonic()
        spent = now - self._begun
        if not sys.stdout.isatty() and done < self._whole and now - self._told < 5:
            return
        self._told = now
        left = f", about {spent / done * (self._whole - done):.0f} s left" if done else ""
        line = f"{self._what}: {words}, {done} of {self._whole} in {spent:.0f} s{left}"
        if sys.stdout.isatty():
            print(f"\r\033[K{line}", end="" if done < self._whole else "\n", flush=True)
        else:
            print(line, flush=True)
