"""Decides how the server process runs: granian with one event loop, the house opened inside.

Measured settings stand in docs/performance.md; what is served is ``app``'s.
"""

import atexit
import gc
import os
import signal
import sys
import threading
import time

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

from kernel.config import Config, load
from kernel.web.front import Front
from shop.app import make_front
from shop.house import open_house
from shop.offer import district
from shop.operations.drain import end_drain

SWITCH_S = 0.0005
"""How long a thread may keep the interpreter: the committer waits for it after each trip."""
LOOK_S = 0.5
"""How often a process that answers looks whether the one that watches it still runs."""
END_S = 20
"""What was taken in is answered within, else it is lost."""


def serve(settings: Config) -> None:
    """Serve until told to end; requests that were taken in are finished.

    A machine that was drained stands in the line again.
    """
    end_drain(settings)
    Granian(
        "shop.serve:make_asgi",
        address=settings.web_host,
        port=settings.web_port,
        interface=Interfaces.ASGINL,
        loop=Loops.uvloop,
        websockets=False,
        workers=settings.web_processes,
        factory=True,
        backlog=2048,
        log_level=LogLevels.warning,
        workers_kill_timeout=END_S,
    ).serve()


def make_asgi() -> Front:
    """Open the house in this worker process and return its application."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    sys.setswitchinterval(SWITCH_S)
    settings = load(None, os.environ)
    house = open_house(settings)
    house.__enter__()
    district.prepare()
    atexit.register(house.__exit__, None, None, None)
    front = make_front(settings)
    gc.freeze()  # what was made so far stays: looking through it again and again costs a twentieth
    return front


def _end_with(watcher: int) -> None:
    """End this process as the one that started it would, once that is gone."""
    while os.getppid() == watcher:
        time.sleep(LOOK_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(END_S)
    os.kill(os.getpid(), signal.SIGKILL)
