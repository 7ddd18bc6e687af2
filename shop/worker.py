"""Decides what the worker does, in which rhythm: facts, and beside them mail, sweeps and refills.

Facts are worked by a few threads, for each waits for the database most of its time; imports go
on in a thread of their own.
Which handler acts on which fact is ``flow``'s; each duty opens its own transactions.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from kernel import actor, deliveries
from kernel.errors import Problem, Unavailable
from kernel.logs import log
from shop.duties import BESIDE, DUTIES
from shop.flow import HANDLERS

FACT_THREADS = 3
AT_A_TIME = 20
"""Deliveries that a thread takes in one claim, and settles together."""
IDLE_S = 0.05
AWAY_S = 1.0
"""How long the worker lets a database be that is away."""
SWITCH_S = 0.0005
"""How long a thread may keep the interpreter: facts wait for a sheet's cells so long at most."""
LEAVE_S = 8.0
"""An import that is still being written then is dropped whole; the next worker writes it."""


@dataclass(slots=True)
class Duty:
    """Something done every ``every_s`` seconds; a failure is logged and tried again."""

    name: str
    every_s: float
    run: Callable[[], object]
    due: float = 0.0

    def run_if_due(self, now: float) -> None:
        """Run it when its time has come."""
        if now < self.due:
            return
        self.due = now + self.every_s
        try:
            with actor.acting(actor.SYSTEM), actor.correlated(""):
                self.run()
        except Problem as problem:
            log.warning("duty_waits", duty=self.name, problem=str(problem))
        except Exception:  # noqa: BLE001  # the worker outlives any duty
            log.exception("duty_failed", duty=self.name)


def work(stop: threading.Event) -> None:
    """Run due deliveries and duties until ``stop``; what is begun is finished.

    Raises what ends a thread of facts: whoever watches the worker starts it again.
    """
    duties = [Duty(name, every_s, run) for name, every_s, run in DUTIES]
    with _beside(stop), _facts(stop):
        while not stop.wait(IDLE_S):
            for duty in duties:
                duty.run_if_due(time.monotonic())


@contextmanager
def _facts(stop: threading.Event) -> Iterator[None]:
    """Work facts meanwhile, in as many threads as pay."""
    looking_out = threading.Lock()
    with ThreadPoolExecutor(FACT_THREADS, thread_name_prefix="facts") as pool:
        running = [pool.submit(_go_through_facts, stop, looking_out) for _ in range(FACT_THREADS)]
        for one in running:
            one.add_done_callback(lambda _: stop.set())
        try:
            yield
        finally:
            stop.set()
        for one in running:
            one.result()


def _go_through_facts(stop: threading.Event, looking_out: threading.Lock) -> None:
    """Run what is due until ``stop``; while nothing is, one thread looks out for all."""
    while not stop.is_set():
        rest_s = _run_facts()
        if not rest_s:
            continue
        with looking_out:
            while rest_s and not stop.wait(rest_s):
                rest_s = _run_facts()


def _run_facts() -> float:
    """Run what is due; return how long to rest then.  The worker outlives an outage."""
    try:
        return 0 if deliveries.run_due(HANDLERS, most=AT_A_TIME) else IDLE_S
    except Unavailable as away:
        log.warning("facts_wait", problem=str(away))
        return AWAY_S


@contextmanager
def _beside(stop: threading.Event) -> Iterator[None]:
    """Run the long duties in a thread meanwhile."""
    duties = [Duty(name, every_s, run) for name, every_s, run in BESIDE]

    def go_round() -> None:
        while not stop.wait(IDLE_S):
            for duty in duties:
                duty.run_if_due(time.monotonic())

    thread = threading.Thread(target=go_round, name="beside", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(LEAVE_S)


def run_worker() -> None:
    """Work until this process is told to end."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sys.setswitchinterval(SWITCH_S)
    log.info("worker_ready")
    work(stop)
