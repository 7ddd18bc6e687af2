"""Decides how a program of the product is started, watched and ended by whoever lets faults loose."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from load.harness import ROOT

STOP_S = 40.0
_LOOK_S = 0.005


@dataclass(frozen=True)
class Process:
    """A program by its process id; the nursery takes its end."""

    name: str
    pid: int

    @property
    def runs(self) -> bool:
        """Whether it is there."""
        return is_there(self.pid)

    @property
    def below(self) -> list[int]:
        """Return the processes that it started, as Linux tells them."""
        with suppress(OSError):
            told = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
            return [int(one) for one in told.split()]
        return []

    def kill(self, *, alone: bool = False) -> float:
        """End it, and what it started unless ``alone``, as a power cut does; return when."""
        at = time.monotonic()
        for pid in (self.pid, *([] if alone else self.below)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.await_end(STOP_S)
        return at

    def stop(self) -> None:
        """End it kindly, and hard when it does not hear."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        if not self.await_end(STOP_S):
            self.kill()

    def await_end(self, patience_s: float) -> bool:
        """Wait for its end; False where it does not come."""
        ends = time.monotonic() + patience_s
        while self.runs and time.monotonic() < ends:
            time.sleep(_LOOK_S)
        return not self.runs


def is_there(pid: int) -> bool:
    """Whether a process runs; one whose end nobody took yet does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return False


class Nursery:
    """Where programs of the product are forked; see ``load.faults.nursery``."""

    def __init__(self, folder: Path, process: "subprocess.Popen[str]") -> None:
        self._folder, self._process = folder, process
        self._asking = threading.Lock()

    def start(self, name: str, words: list[str], *, port: int = 0) -> Process:
        """Start a command of the product; its words go to ``NAME.log``."""
        log = str(self._folder / f"{name}.log")
        (self._folder / f"{name}.ended").unlink(missing_ok=True)
        asked = {"name": name, "log": log, "port": str(port), "words": words}
        return Process(name, int(self._say(json.dumps(asked))))

    def run(self, words: list[str]) -> None:
        """Run a command to its end; raises ``RuntimeError`` with its last words."""
        done, ended = self.start(words[0], words), self._folder / f"{words[0]}.ended"
        done.await_end(STOP_S * 3)
        if not ended.exists() or ended.read_text() != "0":
            said = (self._folder / f"{words[0]}.log").read_text(errors="replace")
            raise RuntimeError(f"{words[0]}: {said[-2000:]}")

    def _say(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._asking:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
            return self._process.stdout.readline()


@contextmanager
def nursery(folder: Path, environment: Mapping[str, str]) -> Iterator[Nursery]:
    """Run a nursery while the block runs; what it started ends with it."""
    with (folder / "nursery.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "load.faults.nursery", str(folder)],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    with process:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError((folder / "nursery.log").read_text(errors="replace")[-2000:])
        yield Nursery(folder, process)
