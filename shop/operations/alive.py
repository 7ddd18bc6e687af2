"""Decide whether another company's line takes a connection: tried at most half a second, kept a while.

No request is made: what a company answers is recorded where it is asked.  Where a proxy stands
between, a connection to the company itself says nothing, and none is tried.
"""

import socket
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies

UP, REFUSED, SILENT, UNKNOWN = "up", "refused", "silent", "unknown"
WAIT_S = 0.5
KEPT_S = 15.0
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class _Told:
    state: str
    until: float


_told: dict[str, _Told] = {}


def ask_alive(urls: Mapping[str, str]) -> dict[str, str]:
    """Return by name whether the host of each URL takes a connection: up, refused, silent, unknown.

    Takes at most ``WAIT_S`` and a little, however many there are; an answer is kept ``KEPT_S``.
    """
    now = time.monotonic()
    due = sorted({url for url in urls.values() if _told.get(url, _NEVER).until <= now})
    if due:
        with ThreadPoolExecutor(len(due), thread_name_prefix="alive") as pool:
            for url, state in zip(due, pool.map(_try, due), strict=True):
                _told[url] = _Told(state, now + KEPT_S)
    return {name: _told[url].state for name, url in urls.items()}


def forget_alive() -> None:
    """Forget what is kept; the next look tries anew."""
    _told.clear()


def _try(url: str) -> str:
    parts = urlsplit(url)
    if not parts.hostname or get_environ_proxies(url):
        return UNKNOWN
    where = (parts.hostname, parts.port or _PORTS.get(parts.scheme, 0))
    try:
        with socket.create_connection(where, timeout=WAIT_S):
            return UP
    except TimeoutError:
        return SILENT
    except OSError:
        return REFUSED


_NEVER = _Told(UNKNOWN, 0)
