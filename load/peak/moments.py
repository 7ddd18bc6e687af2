"""Decides what is read of the house each second of a load: how many orders stand where."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from kernel import clock, db, ids

EVERY_S = 1.0
_QUERY = """
SELECT (SELECT COUNT(*) FROM customs_order WHERE id >= :since) AS placed,
       (SELECT COUNT(*) FROM customs_order WHERE id >= :since AND paid_at IS NOT NULL) AS paid,
       (SELECT COUNT(*) FROM customs_order
         WHERE id >= :since AND state IN ('released', 'refused')) AS ended,
       (SELECT COUNT(*) FROM delivery WHERE state IN ('waiting', 'running')) AS deliveries,
       (SELECT COUNT(*) FROM delivery WHERE state = 'done') AS done,
       (SELECT COUNT(*) FROM guarantee_queue) AS queued,
       (SELECT SUM(held_fen) FROM guarantee WHERE purpose = 'retail_tax') AS held_fen,
       (SELECT SUM(limit_fen) FROM guarantee WHERE purpose = 'retail_tax') AS limit_fen
"""
Moment = dict[str, float]


class Moments:
    """The moments of a run, kept by a thread of its own until it is over.

    Orders that were there before are not counted.
    """

    def __init__(self) -> None:
        self._begun, self._since = time.monotonic(), ids.earliest(clock.now())
        self.kept: list[Moment] = []

    def look(self) -> Moment:
        """Return the present moment, and keep it."""
        with db.read() as connection:
            (row,) = connection.execute(text(_QUERY), {"since": self._since}).mappings()
        moment = {name: int(count or 0) for name, count in row.items()}
        kept: Moment = {"at_s": round(time.monotonic() - self._begun, 1), **moment}
        self.kept.append(kept)
        return kept

    @contextmanager
    def kept_each_second(self) -> Iterator[None]:
        """Look once a second while the block runs."""
        stop = threading.Event()

        def watch() -> None:
            while not stop.wait(EVERY_S):
                self.look()

        thread = threading.Thread(target=watch, name="moments")
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
