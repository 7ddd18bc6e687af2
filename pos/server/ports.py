"""Decides what the counter must be told by the rooms above it; ``shop.app`` passes that in."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from pos.catalogue import Goods


class OutletGoods(Protocol):
    """Offers and placements are other rooms': whoever knows both says what an outlet sells."""

    def __call__(self, conn: Connection, outlet_id: int) -> Sequence[Goods]:
        """Return what an outlet sells today, each item once a route."""
