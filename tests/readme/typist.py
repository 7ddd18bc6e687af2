"""Decides how a line of README.md is typed: in a fresh clone, in an environment with nothing set.

What stays of the environment is only what says how this machine reaches the outside.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

STAYS = re.compile(r"^(HOME|PATH|LANG|TERM|.*_PROXY|.*_proxy|.*CERT.*|.*_CA.*|PIP_.*)$")
ENDS_WITHIN_S = 3_600
STARTS_WITHIN_S = 900
AFTER_CTRL_C = (0, 2, 128 + signal.SIGINT, -signal.SIGINT)
"""What make ends with, as its child was quicker or slower than itself."""


class Broken(Exception):
    """What README.md says does not hold; the message says which line and what happened."""


@dataclass
class Typist:
    """Types into a clone and keeps what was said, for who wants to read it."""

    clone: Path
    said: Path = field(init=False)

    def __post_init__(self) -> None:
        self.said = self.clone.parent / "said.txt"

    @staticmethod
    def of(project: Path, folder: Path) -> "Typist":
        """Return a typist in a new clone of ``project``, as it is committed."""
        clone = folder / "qianzhan"
        subprocess.run(["git", "clone", "--quiet", str(project), str(clone)], check=True)
        return Typist(clone)

    def type(self, line: str) -> None:
        """Type a line and wait for its end; ``Broken`` when it fails."""
        if line.startswith("apt ") and self._is_there(line):
            return
        with self._started(line) as process:
            status = process.wait(timeout=ENDS_WITHIN_S)
        if status:
            raise Broken(f"{line}: status {status}\n{self.tail()}")

    @contextmanager
    def lasting(self, line: str, *, until: str) -> Iterator[None]:
        """Type a line that goes on, wait for its word ``until``, and press Ctrl-C at the end."""
        with self._started(line) as process:
            self._await(process, line, until)
            yield
            os.killpg(process.pid, signal.SIGINT)
            status = process.wait(timeout=60)
            if status not in AFTER_CTRL_C:
                raise Broken(f"{line}: status {status} after Ctrl-C\n{self.tail()}")

    def tail(self) -> str:
        """Return the last that was said."""
        return self.said.read_text(encoding="utf-8")[-3_000:]

    def told(self) -> str:
        """Return all that the present line has said."""
        return self.said.read_text(encoding="utf-8")

    @contextmanager
    def _started(self, line: str) -> Iterator["subprocess.Popen[bytes]"]:
        kept = {name: value for name, value in os.environ.items() if STAYS.match(name)}
        with self.said.open("wb") as said:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {line}"],
                cwd=self.clone,
                env=kept,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGTERM)
                    process.wait(timeout=60)

    def _await(self, process: "subprocess.Popen[bytes]", line: str, until: str) -> None:
        ends = time.monotonic() + STARTS_WITHIN_S
        while until not in self.told():
            if process.poll() is not None or time.monotonic() > ends:
                raise Broken(f"{line}: never said {until}\n{self.tail()}")
            time.sleep(0.2)

    @staticmethod
    def _is_there(line: str) -> bool:
        """Tell whether all packages of an ``apt install`` are there: root is not needed then."""
        packages = [word for word in line.split()[2:] if not word.startswith("-")]
        if shutil.which("dpkg") is None:
            return False
        asked = subprocess.run(["dpkg", "-s", *packages], capture_output=True, check=False)
        return asked.returncode == 0
