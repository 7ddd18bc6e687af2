"""Decides what a house is that faults are let loose on: its database, two servers, a worker, the rest.

One lives through many rounds; whatever ended is started again, as a machine's service manager does.
"""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from subprocess import Popen
from zoneinfo import ZoneInfo

import requests

from load import postgres
from load.faults import struck
from load.faults.disk import Disk, mounted
from load.faults.programs import Nursery, Process, nursery
from load.peak.profiles import PROFILES
from load.peak.site import LoadSite
from load.postgres import Server
from load.sample import write_sample
from load.site import free_port
from tests.support.cluster import new_place

PRODUCT = "faults"
POSTGRESQL, SQLITE = "postgresql", "sqlite"
SERVERS = {POSTGRESQL: ("server-1", "server-2"), SQLITE: ("server-1",)}
"""SQLite serves one process: there a request is sent to it twice."""
WORKER = "worker"
START_S = 60.0
SETTINGS = postgres.SETTINGS | {"shared_buffers": "128MB", "max_wal_size": "256MB"}


@dataclass(frozen=True)
class FaultSite(LoadSite):
    """The product and its other side; the servers beside the first have ports of their own."""

    second: int = field(default_factory=free_port)

    def port_of(self, server: str) -> int:
        """Return where a server answers."""
        return self.port if server == SERVERS[POSTGRESQL][0] else self.second


@dataclass
class Cluster:
    """PostgreSQL as a service: killed, it is started again until it stands."""

    server: Server
    process: "Popen[bytes]"
    disk: Disk

    def kill(self) -> float:
        """End the postmaster as a power cut does; return when."""
        at = time.monotonic()
        self.process.kill()
        self.process.wait()
        return at

    def revive(self) -> None:
        """Start it where it has ended; the dead one's processes may take a moment to go."""
        ends = time.monotonic() + START_S
        while self.process.poll() is not None:
            try:
                self.process = postgres.start(self.server, SETTINGS)
            except RuntimeError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.1)


@dataclass
class House:
    """The running house."""

    kind: str
    site: FaultSite
    cluster: Cluster | None
    nursery: Nursery
    programs: dict[str, Process] = field(default_factory=dict)

    @property
    def database(self) -> str:
        """Return the name of the product's database."""
        return PRODUCT

    @property
    def servers(self) -> tuple[str, ...]:
        """Return the names of the servers."""
        return SERVERS[self.kind]

    def kill(self, name: str) -> float:
        """End a program as a power cut does; return when."""
        return self.programs[name].kill()

    def revive(self) -> None:
        """Start whatever has ended, and wait until all answer; raises ``RuntimeError``."""
        if self.cluster is not None:
            self.cluster.revive()
        for name in (*self.servers, WORKER):
            self._start(name)
        for name in self.servers:
            self._await_ready(name)

    def stop(self) -> None:
        """End every program kindly."""
        for program in self.programs.values():
            program.stop()

    def _start(self, name: str) -> None:
        if name in self.programs and self.programs[name].runs:
            return
        words = ["worker" if name == WORKER else "serve"]
        port = self.site.port_of(name)
        self.programs[name] = self.nursery.start(name, words, port=port)

    def _await_ready(self, name: str) -> None:
        """Wait for a server; one that ends for want of its database is started again."""
        ends = time.monotonic() + START_S
        while time.monotonic() < ends:
            with suppress(requests.RequestException):
                url = f"http://127.0.0.1:{self.site.port_of(name)}/readyz"
                if requests.get(url, timeout=5).ok:
                    return
            self._start(name)
            time.sleep(0.02)
        raise RuntimeError((self.site.folder / f"{name}.log").read_text(errors="replace")[-3000:])


@contextmanager
def opened(kind: str, folder: Path, *, goods: int, pieces: int) -> Iterator[House]:
    """Install and run a house on one kind of database: ``goods`` articles of ``pieces`` each."""
    with ExitStack() as stack:
        if kind == POSTGRESQL:
            cluster = stack.enter_context(_running())
            with cluster.server.connect("postgres") as connection:
                connection.execute(f"CREATE DATABASE {PRODUCT}")
            url = cluster.server.url(PRODUCT)
        else:
            cluster, url = None, f"sqlite:///{folder / 'house.db'}"
        site = FaultSite(folder, url, free_port(), 1, goods=goods)
        site.move_their_clock(0)
        struck.clock_file(folder).write_text("0", encoding="ascii")
        own = stack.enter_context(nursery(folder, site.environment))
        with ThreadPoolExecutor(1) as beside:
            filled = beside.submit(_fill, own, folder / "sheets", goods, pieces)
            site.issue_own_key()
            site.issue_keys()
            site.write_their_files()
            site.deposit(PROFILES["morning"])
            stack.enter_context(site.others())
            _tell_twice(site)
            filled.result()
        house = House(kind, site, cluster, own)
        stack.callback(house.stop)
        house.revive()
        yield house


def _tell_twice(site: FaultSite) -> None:
    """Let the provider send each event twice, too."""
    asked = requests.post(
        f"{site.other('stripe')}/_control", json={"webhooks": "duplicate"}, timeout=10
    )
    asked.raise_for_status()


def _fill(own: Nursery, sheets: Path, goods: int, pieces: int) -> None:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    write_sample(sheets, today=today, goods=goods, pieces=pieces)
    own.run(["migrate"])
    own.run(["load-sample", str(sheets)])


@contextmanager
def _running() -> Iterator[Cluster]:
    folder = new_place().folder
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        disk = stack.enter_context(mounted(folder / "data"))
        server = postgres.prepare(folder)
        cluster = Cluster(server, postgres.start(server, SETTINGS), disk)
        stack.callback(lambda: postgres.stop(cluster.process))
        yield cluster
