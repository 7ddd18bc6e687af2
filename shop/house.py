"""Decides how a process of ours opens the house: settings, database, ids, seals, desk, flow.

What the process then does is decided in ``app``, ``worker`` and ``cli``.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bonded_display.customs import desk
from kernel import config, crypto, db, ids, keys, locks, logs, nodes, outbox
from kernel.config import Config
from kernel.db import Database
from settlement.payments.event_group import events
from shop.capture_payment import captures
from shop.flow import HANDLER_NAMES
from shop.place_order import placings


@contextmanager
def open_house(settings: Config, *, with_desk: bool = True) -> Iterator[Database]:
    """Open everything that verbs stand on, and give it back in reverse order.

    ``with_desk`` needs our signing key; a process without it can do all but sign.
    """
    with ExitStack() as stack:
        config.use(settings)
        logs.configure()
        locks.watch(order=settings.mode != "production")
        if settings.database_url.startswith("sqlite:///"):
            Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(
                parents=True, exist_ok=True
            )
        database = Database(settings.database_url)
        stack.callback(database.close)
        db.use(database)
        lease = stack.enter_context(nodes.lease_node(database, settings.shard).keep())
        ids.use(lease.mint)
        crypto.use(keys.open_sealer(database, settings))
        outbox.use_flow(HANDLER_NAMES)
        if with_desk:
            desk.use(desk.open_desk(settings))
        stack.callback(events.close)
        stack.callback(placings.close)
        stack.callback(captures.close)
        yield database
