"""Decides that the unpaid orders of one round are over before the next: nobody holds thousands.

Their time is put into the past; the product's own sweep ends them, and its pace is noted.
"""

import time

from kernel import config
from load.order_rig import Rig
from shop.expire_checkout import sweep_expired
from shop.house import open_house

_OVER = (
    "UPDATE reservation SET expires_at = 1 WHERE state = 'reserved'",
    "UPDATE customs_order SET expires_at = 1 WHERE state = 'placed'",
    "UPDATE checkout SET expires_at = 1 WHERE state = 'placed'",
)
_LEFT = "SELECT count(*) FROM checkout WHERE state = 'placed'"
_WRITTEN = "checkout, customs_order, reservation, availability, limit_year, limit_use"


def end_unpaid(rig: Rig) -> float | None:
    """End every unpaid order; return how many a second were, None where none was unpaid."""
    with rig.connect() as connection:
        unpaid = _count(rig)
        if not unpaid:
            return None
        with connection.transaction():
            for statement in _OVER:
                connection.execute(statement)
        with open_house(config.load(None, rig.site.environment), with_desk=False):
            begun = time.perf_counter()
            while _count(rig):
                sweep_expired()
            took = time.perf_counter() - begun
        connection.execute(f"VACUUM ANALYZE {_WRITTEN}")  # as autovacuum would have
    return unpaid / took


def _count(rig: Rig) -> int:
    with rig.connect() as connection:
        row = connection.execute(_LEFT).fetchone()
    assert row is not None
    return int(row[0])
