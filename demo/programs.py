"""Decides how the programs of a walk are started, awaited and ended, each by its own process id.

What they are told on the command line is decided in ``box``.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import requests

START_S = 60.0
STOP_S = 15.0


class ProgramFailed(Exception):
    """A program did not start or ended by itself; the message names it and its last words."""


@dataclass
class Program:
    """One process by name, its command, and where it answers when it is ready."""

    name: str
    command: list[str]
    ready_url: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None


class Programs:
    """All processes of one walk; leaving ends each of them, the last started first."""

    def __init__(self, log_folder: Path) -> None:
        self._folder = log_folder
        self._started: dict[str, Program] = {}
        self._batches: list[list[str]] = []
        self.exit_codes: dict[str, int] = {}
        log_folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Programs":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all()

    def start(self, *programs: Program) -> None:
        """Start ``programs`` together and wait until each is ready."""
        self.launch(*programs)
        self.await_ready()

    def launch(self, *programs: Program) -> None:
        """Start ``programs`` together and wait for none; they are ended together, too."""
        self._batches.append([program.name for program in programs])
        for program in programs:
            with (self._folder / f"{program.name}.log").open("ab") as log:
                program.process = subprocess.Popen(  # our own commands
                    program.command,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    env=os.environ | program.environment,
                    start_new_session=True,  # Ctrl-C is ours to hear: we end them in order
                )
            self._started[program.name] = program

    def await_ready(self) -> None:
        """Wait until every program that was started answers."""
        for program in self._started.values():
            self._await(program)

    def stop(self, *names: str) -> None:
        """End programs together, kindly first; how each ended is in ``exit_codes``."""
        processes = {}
        for name in names:
            program = self._started.pop(name, None)
            if program is not None and program.process is not None:
                processes[name] = program.process
                program.process.send_signal(signal.SIGTERM)  # nothing where it ended by itself
        for name, process in processes.items():
            try:
                self.exit_codes[name] = process.wait(timeout=STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                self.exit_codes[name] = process.wait(timeout=STOP_S)

    def stop_all(self) -> None:
        """End every program, those started last first."""
        while self._batches:
            self.stop(*self._batches.pop())

    def check_alive(self) -> None:
        """Raise ``ProgramFailed`` when one ended by itself."""
        for program in self._started.values():
            if program.process is not None and program.process.poll() is not None:
                raise ProgramFailed(self._last_words(program))

    def _await(self, program: Program) -> None:
        if program.ready_url is None:
            return
        ends = time.monotonic() + START_S
        while time.monotonic() < ends:
            if program.process is not None and program.process.poll() is not None:
                raise ProgramFailed(self._last_words(program))
            try:
                if requests.get(program.ready_url, timeout=2).ok:
                    return
            except requests.RequestException:
                time.sleep(0.05)
        raise ProgramFailed(self._last_words(program))

    def _last_words(self, program: Program) -> str:
        log = self._folder / f"{program.name}.log"
        words = log.read_text(errors="replace").strip().splitlines()[-6:]
        return f"{program.name} does not run: " + " / ".join(words)


def python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs one of our modules with this very interpreter."""
    return [sys.executable, "-m", module, *arguments]


def together(acts: Iterable[Callable[[], object]]) -> None:
    """Do several things at a time and wait for all; the first that failed is raised."""
    with ThreadPoolExecutor() as pool:
        for begun in [pool.submit(act) for act in acts]:
            begun.result()
