"""Decides how the workers of one test run share a house: the first opens it, the last closes it.

What a house is, is ``open_house``'s.
"""

import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STARTS_WITHIN_S, ENDS_WITHIN_S = 240, 60


@dataclass
class Shared:
    """One ``python -m demo.run``, whoever started it; its state is in files of ``folder``."""

    folder: Path

    @property
    def said(self) -> Path:
        """What it printed."""
        return self.folder / "said.txt"

    def kept(self, name: str, make: Callable[[], dict[str, int]]) -> dict[str, int]:
        """Return what the first worker made under this name."""
        file = self.folder / f"{name}.json"
        with self._alone():
            if not file.exists():
                file.write_text(json.dumps(make()))
            found: dict[str, int] = json.loads(file.read_text())
        return found

    @contextmanager
    def used(self, command: list[str], environment: dict[str, str]) -> Iterator[None]:
        """Have it run as long as the block lasts, longer if another worker needs it."""
        with self._alone():
            if self._count(+1) == 1:
                self._start(command, environment)
        try:
            yield
        finally:
            with self._alone():
                if self._count(-1) == 0:
                    self._end()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "door").open("a") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield

    def _count(self, by: int) -> int:
        file = self.folder / "users"
        users = by + (int(file.read_text()) if file.exists() else 0)
        file.write_text(str(users))
        return users

    def _start(self, command: list[str], environment: dict[str, str]) -> None:
        """Start it with a lock in hand that falls when it ends, however that comes."""
        with (self.folder / "alive").open("w") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX)
            alive.flush()
            os.set_inheritable(alive.fileno(), True)
            writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            said = (os.POSIX_SPAWN_OPEN, 1, str(self.said), writing, 0o600)
            pid = os.posix_spawn(
                sys.executable,
                command,
                environment,
                file_actions=[said, (os.POSIX_SPAWN_DUP2, 1, 2)],
            )
        (self.folder / "pid").write_text(str(pid))
        self._await_words("Qianzhan runs since")

    def _await_words(self, words: str) -> None:
        ends = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < ends and not self._has_ended():
            if self.said.exists() and words in self.said.read_text(encoding="utf-8"):
                return
            time.sleep(0.2)
        said = self.said.read_text(encoding="utf-8")[-2_000:]
        raise AssertionError(f"the house did not open: {said}")

    def _end(self) -> None:
        os.kill(int((self.folder / "pid").read_text()), signal.SIGINT)
        ends = time.monotonic() + ENDS_WITHIN_S
        while not self._has_ended():
            if time.monotonic() > ends:
                raise AssertionError("the house does not close")
            time.sleep(0.1)

    def _has_ended(self) -> bool:
        with (self.folder / "alive").open("a") as alive:
            try:
                fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True
