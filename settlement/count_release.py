"""Decide to which year an order counts once its list is released: that of the release.

Whether it fitted was judged when it was placed; here nothing is refused any more.
"""

from kernel import db
from kernel.clock import Instant
from settlement.tax.take_limit import move_limit_year
from settlement.tax.take_weight import move_weight_year


def count_release(order_id: int, *, released_at: Instant) -> None:
    """Let value and weights of an order count to the year of ``released_at``.

    Nothing changes within the year of its placing, nor the second time.  The two are counted one
    after the other, each in a commit of its own, as their locks are taken in one order.
    Source: rules.md section 2 (K).
    """
    with db.write() as conn:
        move_limit_year(conn, order_id, released_at=released_at)
    with db.write() as conn:
        move_weight_year(conn, order_id, released_at=released_at)
