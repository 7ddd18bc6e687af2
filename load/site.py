"""Decides how the product is installed and run for a bench: its own commands, settings by name.

Nothing in the product knows of it; what is asked of the server is the cases' business.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from load.harness import ROOT
from load.sample import PLATFORM, PLATFORM_NAME

START_S = 60.0
STOP_S = 25.0


@dataclass(frozen=True)
class Site:
    """One installation in ``folder`` on the database at ``database_url``."""

    folder: Path
    database_url: str
    port: int
    processes: int

    @property
    def url(self) -> str:
        """Return where the server answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings as environment variables; secrets are the box's own."""
        settings = {
            "home": str(self.folder),
            "database_url": self.database_url,
            "public_url": self.url,
            "web_port": str(self.port),
            "web_processes": str(self.processes),
            "signing_key_file": str(self.folder / "keys" / f"{PLATFORM}.json"),
            # Few shoppers stand for many, all in one outlet: their holds are counted all the same.
            **{f"holds_per_{kind}": "100000" for kind in ("person", "visit", "device")},
            "holds_per_outlet": "0",
        }
        return {f"QIANZHAN_{key.upper()}": value for key, value in settings.items()}

    def install(self, sample: Path) -> None:
        """Bring the database to this release, load the sample, get a signing key."""
        self.run("shop.cli", "migrate")
        self.run("shop.cli", "load-sample", str(sample))
        self.issue_own_key()

    def issue_own_key(self) -> None:
        """Let customs issue the key with which the product signs."""
        self.run(
            "simulators.customs",
            "issue",
            *("--code", PLATFORM, "--name", PLATFORM_NAME),
            *("--out", str(self.folder / "keys"), "--trust", str(self.folder / "trust")),
        )

    def run(self, module: str, *words: str) -> None:
        """Run one of our commands to its end; raises ``RuntimeError`` with its last words."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{module} {words[0]}: {done.stderr.strip()[-2000:]}")

    @contextmanager
    def serving(self) -> Iterator[int]:
        """Run the server while the block runs, and give its process id."""
        figures = self.folder / "metrics"
        figures.mkdir()
        together = {"PROMETHEUS_MULTIPROC_DIR": str(figures)} if self.processes > 1 else {}
        with (self.folder / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "shop.cli", "serve"],
                cwd=ROOT,
                env=os.environ | self.environment | together,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            self._wait_until_ready(process)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]") -> None:
        ends = time.monotonic() + START_S
        while time.monotonic() < ends and process.poll() is None:
            try:
                if requests.get(f"{self.url}/readyz", timeout=2).ok:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise RuntimeError((self.folder / "server.log").read_text(errors="replace")[-2000:])


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now.

    It lies below those that the system gives to calls: it may be listened on a minute later.
    """
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
