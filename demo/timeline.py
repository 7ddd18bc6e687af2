"""Decides how the steps of a walk are named, timed and told, one line each."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class StepFailed(Exception):
    """A step did not come to its end; ``step`` names it."""

    def __init__(self, step: str, reason: str) -> None:
        super().__init__(f"{step}: {reason}")
        self.step = step
        self.reason = reason


class Timeline:
    """Names and times of the steps so far; nothing else is kept."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._rows: list[dict[str, object]] = []

    @contextmanager
    def step(self, name: str, words: str) -> Iterator[None]:
        """Run one step; what goes wrong in it is raised as ``StepFailed`` with its name."""
        begun = time.monotonic()
        try:
            yield
        except StepFailed:
            raise
        except Exception as error:
            raise StepFailed(name, str(error) or repr(error)) from error
        now = time.monotonic()
        self._rows.append({"step": name, "seconds": round(now - self._begun, 3)})
        print(f"{name:<18} {now - begun:7.2f} s  {words}", flush=True)

    def write(self, path: Path) -> None:
        """Write the names and times."""
        path.write_text(json.dumps(self._rows, ensure_ascii=False, indent=1) + "\n")


def until(question: Callable[[], T | None], *, patience_s: float, waiting_for: str) -> T:
    """Return the first answer that is not None; ``TimeoutError`` naming what was waited for."""
    ends = time.monotonic() + patience_s
    while time.monotonic() < ends:
        answer = question()
        if answer is not None:
            return answer
        time.sleep(0.05)
    raise TimeoutError(f"waited {patience_s:.0f} s for {waiting_for}")
