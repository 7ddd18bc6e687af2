"""Decides which figures of the outbox are told to whoever counts: depth and age, by handler.

Every server process can tell them, because they are read from the database when they are asked
for; what the operations page shows of the same queues is ``queues``'s.
"""

from sqlalchemy import Connection

from kernel import clock, metrics
from shop.operations.queues import overview


def tell_queues(conn: Connection) -> None:
    """Set the gauges of the outbox; a handler with nothing open is at nought, not forgotten."""
    now = clock.now()
    open_now = {queue.handler: queue for queue in overview(conn).queues}
    for handler in sorted(_told | open_now.keys()):
        queue = open_now.get(handler)
        states = {"late": 0, "waiting": 0, "running": 0, "parked": 0}
        if queue is not None:
            states = {state: getattr(queue, state) for state in states}
        for state, count in states.items():
            metrics.facts_open.labels(handler, state).set(count)
        oldest_s = 0 if queue is None else max(0, now - queue.oldest_at) / clock.SECOND
        metrics.facts_oldest_seconds.labels(handler).set(oldest_s)
    _told.update(open_now)


_told: set[str] = set()
