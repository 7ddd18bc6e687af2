"""Decides how a machine leaves the line before it is stopped: unready first, then quiet.

A file in ``home`` says so to every process of this machine and to none of another's.  Whoever
spreads requests sees ``/readyz`` answer 503 and sends no more; those that still come are answered.
"""

import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import requests

from kernel.config import Config

QUIET_S = 3.0
"""No request for so long, and nobody will come."""
LOOK_S = 0.5
_FILE = "draining"
_ASKED_BY_MACHINES = ("/healthz", "/readyz", "/metrics")


def is_draining(settings: Config) -> bool:
    """Whether this machine was told to leave the line."""
    return _file(settings).exists()


def begin_drain(settings: Config) -> None:
    """Tell this machine's processes to leave the line."""
    _file(settings).touch()


def end_drain(settings: Config) -> None:
    """Let this machine stand in the line again; a server that starts does so too."""
    _file(settings).unlink(missing_ok=True)


def wait_until_quiet(settings: Config, *, most_s: int, tell: Callable[[int], None]) -> bool:
    """Return True once nobody asks this machine for anything, False after ``most_s``.

    ``tell`` hears how many requests were answered since the look before.  A server that is not
    there any more is quiet.
    """
    ends = time.monotonic() + most_s
    quiet_from, before = time.monotonic(), _answered(settings)
    while time.monotonic() - quiet_from < QUIET_S:
        if time.monotonic() >= ends:
            return False
        time.sleep(LOOK_S)
        now = _answered(settings)
        if now != before:
            tell(now - before)
            quiet_from, before = time.monotonic(), now
    return True


def _answered(settings: Config) -> int:
    """Return how many requests of people, tills and companies were answered so far."""
    url = f"http://{settings.web_host}:{settings.web_port}/metrics"
    try:
        told = requests.get(url, timeout=5).text
    except requests.ConnectionError:
        return 0
    return sum(
        int(Decimal(line.rpartition(" ")[2]))
        for line in told.splitlines()
        if line.startswith("http_requests_total{")
        and not any(f'route="{route}"' in line for route in _ASKED_BY_MACHINES)
    )


def _file(settings: Config) -> Path:
    return Path(settings.home) / _FILE
