"""Decides how the programs of a walk are started, awaited and ended, each by its own process id.

What they are told on the command line is decided in ``box``.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import requests

START_S = 60.0
STOP_S = 15.0
LOOK_S = 0.3


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
    log_from: int = 0
    """Where this start begins in its log, which earlier ones wrote, too."""


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
                program.log_from = log.tell()
                program.process = subprocess.Popen(  # our own commands
                    program.command,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    env=os.environ | quick_start() | program.environment,
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
            self._end(name, process)

    def _end(
        self, name: str, process: "subprocess.Popen[bytes]", kindly: signal.Signals | None = None
    ) -> None:
        """Wait for the end of a process, which is asked first where ``kindly`` says by what."""
        if kindly is not None:
            process.send_signal(kindly)
        try:
            self.exit_codes[name] = process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            self.exit_codes[name] = process.wait(timeout=STOP_S)

    def stop_all(self) -> None:
        """End every program, those started last first."""
        while self._batches:
            self.stop(*self._batches.pop())

    def run(self, program: Program, stop: threading.Event) -> int | None:
        """Run a program to its end, its words on our own output; None when ``stop`` ended it.

        Raises ``ProgramFailed`` when one of the others ends meanwhile.
        """
        with (self._folder / f"{program.name}.log").open("ab") as log:
            program.process = subprocess.Popen(  # our own command
                program.command,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=os.environ | quick_start() | program.environment,
                start_new_session=True,
            )
        try:
            while program.process.poll() is None:
                self.check_alive()
                if stop.wait(LOOK_S):
                    return None
        finally:
            self._end(program.name, program.process, signal.SIGINT)
        return program.process.returncode

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
        told = log.read_bytes()[program.log_from :].decode(errors="replace")
        words = " / ".join(told.strip().splitlines()[-6:])
        return f"{program.name} {_ending(program)}. Last words: {words or 'none'} (more in {log})"


def _ending(program: Program) -> str:
    code = None if program.process is None else program.process.poll()
    if code is None:
        return f"did not answer within {START_S:.0f} s"
    return f"was ended by signal {-code}" if code < 0 else f"ended by itself with code {code}"


def python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs one of our modules with this very interpreter."""
    return [sys.executable, "-m", module, *arguments]


def quick_start() -> dict[str, str]:
    """Return what lets each process read compiled modules where this one must write none.

    A dozen processes that compile a thousand modules each, at every start, took half of it.
    """
    if not sys.dont_write_bytecode:
        return {}
    kept = Path("var", "bytecode").resolve()
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(kept)}


def together(acts: Iterable[Callable[[], object]]) -> None:
    """Do several things at a time and wait for all; the first that failed is raised."""
    with ThreadPoolExecutor() as pool:
        for begun in [pool.submit(act) for act in acts]:
            begun.result()
