"""Decides which parts of the house work in this one process while a trade is lived.

The server's pages hear the provider's events; workers run the flow and the duties, as the worker's
process does.  All of them pause while the clock jumps.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import event
from werkzeug.serving import make_server

from bonded_display.customs import desk
from bonded_display.customs.transport.directory import DirectoryMailbox
from kernel import clock, deliveries, ids, nodes
from kernel.config import Config
from kernel.db import Database
from kernel.logs import log
from kernel.nodes import Lease
from load.trade.clockwork import Clockwork
from load.trade.patience import Patience
from shop.app import make_app
from shop.duties import DUTIES
from shop.flow import HANDLERS
from shop.house import open_house
from shop.worker import Duty

FLOW_THREADS = 3
AT_A_TIME = 4
PAUSE_S = 0.05
ASK_EVERY_S = 1.0
RHYTHMS_S = {
    "ask_the_courier": 2.0,
    "ask_the_gate": 2.0,
    "ask_of_the_newest": 3600.0,
}
"""Parcels are a day on the road: they are asked about less often than in a walk of seconds."""


class House:
    """The open house with its own node number, which is renewed at every jump of the clock."""

    def __init__(self, clockwork: Clockwork, lease: Lease) -> None:
        self.clockwork = clockwork
        self._lease = lease
        self._handlers = Patience(HANDLERS, every_s=ASK_EVERY_S).handlers

    def move_to(self, at: clock.Instant) -> None:
        """Jump ahead, once nobody is in the middle of something."""
        self.clockwork.move_to(at, self._lease.renew)

    def run_flow(self, stop: threading.Event) -> None:
        """Run due deliveries until ``stop``."""
        while not stop.is_set():
            with self.clockwork.working():
                ran = deliveries.run_due(self._handlers, most=AT_A_TIME)
            if ran == 0:
                stop.wait(PAUSE_S)

    def run_duties(self, stop: threading.Event) -> None:
        """Do what is done by the clock until ``stop``."""
        duties = [Duty(name, RHYTHMS_S.get(name, every_s), run) for name, every_s, run in DUTIES]
        while not stop.wait(PAUSE_S):
            with self.clockwork.working():
                for duty in duties:
                    duty.run_if_due(time.monotonic())


def _write_without_waiting(database: Database, settings: Config) -> None:
    """Let nothing wait for the disk: a sample that breaks off is thrown away and made anew."""
    quick = DirectoryMailbox(Path(settings.dxp_dir), settings.dxp_id, durable=False)
    desk.use(replace(desk.current(), mailbox=quick))
    if database.dialect == "sqlite":
        database.engine.dispose()
        event.listen(
            database.engine, "connect", lambda opened, _: opened.execute("PRAGMA synchronous=OFF")
        )


@contextmanager
def at_work(settings: Config, clockwork: Clockwork) -> Iterator[House]:
    """Open the house under the moved clock, with its pages served and its workers working."""
    clock.use(clockwork.now)
    stop = threading.Event()
    with ExitStack() as stack:
        stack.callback(clock.use, clock.system)
        database = stack.enter_context(open_house(settings))
        _write_without_waiting(database, settings)
        lease = stack.enter_context(nodes.lease_node(database, settings.shard))
        ids.use(lease.mint)
        house = House(clockwork, lease)
        logging.getLogger("werkzeug").disabled = True
        server = make_server(
            settings.web_host, settings.web_port, make_app(settings), threaded=True
        )
        threads = [threading.Thread(target=server.serve_forever, args=(0.1,))]
        threads += [
            threading.Thread(target=house.run_flow, args=(stop,)) for _ in range(FLOW_THREADS)
        ]
        threads += [threading.Thread(target=house.run_duties, args=(stop,))]
        for thread in threads:
            thread.start()
        log.info("trade_begins")
        try:
            yield house
        finally:
            stop.set()
            server.shutdown()
            for thread in threads:
                thread.join()
            server.server_close()
