"""Decides how a bench gets a durable PostgreSQL of its own, and how its log is listened to.

The binaries are the wheel's, found as the tests find them; what lies in the databases is others'.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg

from tests.support.cluster import NOBODY, USER, Place, binaries, new_place

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "logging_collector": "on",
    "log_destination": "jsonlog",
    "log_filename": "log",
    "log_rotation_age": "0",
    "log_rotation_size": "0",
}
START_S = 60.0
STOP_S = 30.0


@dataclass(frozen=True)
class Server:
    """A running server: its folder, with the socket, the log, and its programs."""

    folder: Path
    programs: Path

    def url(self, database: str) -> str:
        """Return the SQLAlchemy address of one database, over the socket."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def connect(self, database: str) -> "psycopg.Connection[Any]":
        """Return a connection that commits each statement."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname=database, autocommit=True)

    @property
    def environment(self) -> dict[str, str]:
        """Return what PostgreSQL's own programs read to find the server."""
        return {"PGHOST": str(self.folder), "PGUSER": USER}

    def version(self) -> str:
        """Return the server's version, e.g. 18.1."""
        with self.connect("postgres") as connection:
            return str(connection.info.parameter_status("server_version"))

    @contextmanager
    def listening(self) -> Iterator[list[dict[str, Any]]]:
        """Log every statement while the block runs; afterwards the list holds the log's lines."""
        heard: list[dict[str, Any]] = []
        log = self.folder / "data" / "log" / "log.json"
        self._log_statements("all")
        begun = log.stat().st_size
        try:
            yield heard
        finally:
            self._log_statements("none")
        with log.open("rb") as file:
            file.seek(begun)
            heard += [json.loads(line) for line in file if line.strip()]

    def _log_statements(self, which: str) -> None:
        with self.connect("postgres") as connection:
            connection.execute(f"ALTER SYSTEM SET log_statement = '{which}'")
            connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.5)  # every backend reads it before its next statement; the collector writes


@contextmanager
def running() -> Iterator[Server]:
    """Start a server in a new folder, and leave nothing of it behind."""
    place = new_place()
    process: subprocess.Popen[bytes] | None = None
    try:
        server = prepare(place.folder)
        process = start(server)
        yield server
    finally:
        if process is not None:
            stop(process)
        shutil.rmtree(place.folder, ignore_errors=True)


def prepare(folder: Path) -> Server:
    """Put an empty cluster into ``folder / "data"``; nothing runs yet."""
    server = Server(folder, binaries(Place(folder), root=os.geteuid() == 0))
    initdb: list[str | Path] = [server.programs / "initdb", "-D", folder / "data", "-U", USER]
    initdb += ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    with (folder / "said").open("wb") as said:
        subprocess.run(initdb, check=True, **_as_nobody(said))
    return server


def start(server: Server, settings: Mapping[str, str] = SETTINGS) -> "subprocess.Popen[bytes]":
    """Start a server on its cluster and wait until it is ready; raises ``RuntimeError``.

    A Ctrl-C is for whoever started it: the server stays until they have put things away.
    """
    words: list[str | Path] = [server.programs / "postgres"]
    words += ["-D", server.folder / "data", "-k", server.folder]
    words += [part for item in settings.items() for part in ("-c", "=".join(item))]
    with (server.folder / "said").open("ab") as said:
        process = subprocess.Popen(words, start_new_session=True, **_as_nobody(said))
    _wait_until_ready(server.folder, process)
    return process


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a server, kindly if it hears."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait()


def _as_nobody(said: IO[bytes]) -> dict[str, Any]:
    how: dict[str, Any] = {"env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, "cwd": "/"}
    if os.geteuid() == 0:
        how |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    return how | {"stdin": subprocess.DEVNULL, "stdout": said, "stderr": subprocess.STDOUT}


def _wait_until_ready(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    """One that was killed left its state behind: the first line says whose it is."""
    state = folder / "data" / "postmaster.pid"
    ends = time.monotonic() + START_S
    while time.monotonic() < ends and process.poll() is None:
        lines = state.read_text().splitlines() if state.exists() else []
        if len(lines) >= 8 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
            return
        time.sleep(0.02)
    stop(process)
    raise RuntimeError("PostgreSQL did not start: " + (folder / "said").read_text()[-2000:])
