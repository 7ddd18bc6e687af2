"""Decides how the programs of a walk are started, awaited and ended, each by its own process id.

What they are told on the command line is decided in ``box``.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

START_S = 30.0
STOP_S = 15.0


class ProgramFailed(Exception):
    """A program did not start or ended by itself; the message names it and its last words."""


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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
        log_folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Programs":
        return self

    def __exit__(self, *_: object) -> None:
        for name in reversed(list(self._started)):
            self.stop(name)

    def start(self, *programs: Program) -> None:
        """Start ``programs`` together and wait until each is ready."""
        for program in programs:
            with (self._folder / f"{program.name}.log").open("ab") as log:
                program.process = subprocess.Popen(  # our own commands
                    program.command,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    env=os.environ | program.environment,
                )
            self._started[program.name] = program
        for program in programs:
            self._await(program)

    def stop(self, name: str) -> None:
        """End one program, kindly first."""
        program = self._started.pop(name, None)
        if program is None or program.process is None or program.process.poll() is not None:
            return
        program.process.send_signal(signal.SIGTERM)
        try:
            program.process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            program.process.kill()
            program.process.wait(timeout=STOP_S)

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
