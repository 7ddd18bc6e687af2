"""Decide how a group's order lines reserve pieces: all of them, or the statement fails.

Reservations that nobody paid in time fall here too.  The judge has chosen the account-book
items before; the caller holds the warehouse lock and commits.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bonded_display.stock.levels import BONDED
from bonded_display.stock.release import release
from bonded_display.stock.tables import availability, reservation
from kernel.batch import Batch, Later
from kernel.clock import Instant


@dataclass(frozen=True, slots=True)
class NewReservation:
    """Pieces that one order line takes from one account-book item until ``expires_at``."""

    id: int
    order_id: int
    line_id: int
    warehouse_id: int
    account_book_item_id: int
    qty: int
    expires_at: Instant


def reserve_many(batch: Batch, rows: Sequence[NewReservation]) -> None:
    """Hold the pieces of ``rows`` and store them as reserved.

    Demand is summed for each account-book item, in ascending order, and held only where
    it is free: ``RowsMissed`` when one level does not cover its sum (the database's
    ``no_oversell`` stands behind it).  Nothing may stand then.
    Source: design section 6.6; pains.md 1.
    """
    demand: dict[tuple[int, int], int] = defaultdict(int)
    for row in rows:
        demand[row.warehouse_id, row.account_book_item_id] += row.qty
    batch.update(
        availability,
        [
            {"warehouse_id": house, "account_book_item_id": item, "status": BONDED, "qty": qty}
            for (house, item), qty in sorted(demand.items())
        ],
        key=("warehouse_id", "account_book_item_id", "status"),
        set_={"held": "held + :qty"},
        where="availability.held + :qty <= availability.on_hand",
    )
    batch.insert(reservation, [_reserved_row(row) for row in rows])


def _reserved_row(new: NewReservation) -> dict[str, object]:
    return {
        "id": new.id,
        "order_id": new.order_id,
        "line_id": new.line_id,
        "warehouse_id": new.warehouse_id,
        "account_book_item_id": new.account_book_item_id,
        "qty": new.qty,
        "expires_at": new.expires_at,
        "state": "reserved",
    }


def release_expired_many(
    batch: Batch, warehouse_id: int, account_book_item_ids: Sequence[int], at: Instant
) -> Later[frozenset[int]]:
    """Free what unpaid reservations of these account-book items held beyond ``at``.

    Returns, with the next trip, the order ids that lost one.  An order's other lines fall
    with their own items, or when a sweep names them; ``is_whole`` refuses it from now on.
    """
    return release(
        batch,
        "r.warehouse_id = :warehouse_id AND r.account_book_item_id IN :ids"
        " AND r.state = 'reserved' AND r.expires_at <= :at",
        {"warehouse_id": warehouse_id, "ids": sorted(set(account_book_item_ids)), "at": at},
    )


def extend_many(
    batch: Batch, order_ids: Sequence[int], *, at: Instant, expires_at: Instant
) -> None:
    """Let the living reservations of ``order_ids`` stand until ``expires_at``, never shorter.

    An open payment holds to its own end and two minutes more.
    """
    batch.run(
        "UPDATE reservation SET expires_at = :expires_at WHERE order_id IN :ids"
        " AND state = 'reserved' AND expires_at > :at AND expires_at < :expires_at",
        {"ids": sorted(set(order_ids)), "at": at, "expires_at": expires_at},
    )
