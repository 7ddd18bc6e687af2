"""Decide how paid orders turn their reservations into firm allocations, whole or not at all.

What a late payment leads to is the capture's business.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bonded_display.stock.release import release
from kernel.batch import Batch, Later
from kernel.clock import Instant


@dataclass(frozen=True, slots=True)
class Reserved:
    """One line's reservation as it stands."""

    id: int
    order_id: int
    line_id: int
    account_book_item_id: int
    qty: int
    state: str
    expires_at: Instant | None


_RESERVED = """
SELECT id, order_id, line_id, account_book_item_id, qty, state, expires_at
  FROM reservation WHERE order_id IN :ids ORDER BY order_id, line_id
"""


def read_reservations(
    batch: Batch, order_ids: Sequence[int]
) -> Later[Mapping[int, tuple[Reserved, ...]]]:
    """Return, with the next trip, the reservations by order id; an order without any is absent."""
    rows = batch.fetch(_RESERVED, {"ids": sorted(set(order_ids))})
    return rows.then(_by_order)


def _by_order(
    rows: Sequence[tuple[int, int, int, int, int, str, int | None]],
) -> Mapping[int, tuple[Reserved, ...]]:
    found: dict[int, list[Reserved]] = defaultdict(list)
    for row in rows:
        found[row[1]].append(Reserved(*row))
    return {order_id: tuple(lines) for order_id, lines in found.items()}


def is_whole(reserved: Sequence[Reserved], at: Instant) -> bool:
    """Say whether one order's reservations all live at ``at``, so that money can be honoured."""
    return bool(reserved) and all(
        line.state == "reserved" and line.expires_at is not None and line.expires_at > at
        for line in reserved
    )


def allocate_many(batch: Batch, reserved: Sequence[Reserved], at: Instant) -> None:
    """Make ``reserved`` firm: they no longer expire.  The pieces stay held.

    ``is_whole`` judged each order before; ``RowsMissed`` when one fell meanwhile.
    """
    if not reserved:
        return
    batch.run(
        "UPDATE reservation SET state = 'allocated', expires_at = NULL"
        " WHERE id IN :ids AND state = 'reserved' AND expires_at > :at",
        {"ids": [line.id for line in reserved], "at": at},
        expect=len(reserved),
    )


def release_orders_many(batch: Batch, order_ids: Sequence[int]) -> Later[frozenset[int]]:
    """Free what ``order_ids`` hold, reserved or allocated; gone goods stay gone.

    Returns, with the next trip, the order ids that held something.  Repeating it is harmless.
    """
    return release(
        batch,
        "r.order_id IN :ids AND r.state IN ('reserved', 'allocated')",
        {"ids": sorted(set(order_ids))},
    )
