"""Decides how the server process runs: granian with blocking threads, the house opened inside.

Measured settings stand in docs/performance.md; what is served is ``app``'s.
"""

import atexit
import os
import sys
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from kernel.config import Config, load
from shop.app import make_app
from shop.house import open_house
from shop.offer import district

BLOCKING_THREADS = 32
SWITCH_S = 0.0005
"""How long a thread may keep the interpreter: the committer waits for it after each trip."""


def serve(settings: Config) -> None:
    """Serve until told to end; requests that were taken in are finished."""
    Granian(
        "shop.serve:make_wsgi",
        address=settings.web_host,
        port=settings.web_port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=BLOCKING_THREADS,
        factory=True,
        backlog=2048,
        log_level=LogLevels.warning,
        workers_kill_timeout=20,
    ).serve()


def make_wsgi() -> Any:
    """Open the house in this worker process and return its application."""
    sys.setswitchinterval(SWITCH_S)
    settings = load(None, os.environ)
    house = open_house(settings)
    house.__enter__()
    district.prepare()
    atexit.register(house.__exit__, None, None, None)
    return make_app(settings)
