"""Decides what a till in an outlet may sell or show today: open offers with a shelf there.

Domestic goods are sold on the spot at the offer's price; of a retail import the till shows only
the shelf's address, which the shopper opens on a phone of their own (rules section 7).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from bonded_display.display.shelf_code import shelf_url
from bonded_display.display.tables import placement
from kernel import clock
from kernel.register.tables import item
from pos.catalogue import DOMESTIC, RETAIL_IMPORT, Goods
from shop.offer.tables import offer

_ROUTES = (DOMESTIC, RETAIL_IMPORT)


@dataclass(frozen=True)
class TillGoods:
    """The port of ``pos.server``; ``public_url`` is where shelf codes lead."""

    public_url: str

    def __call__(self, conn: Connection, outlet_id: int) -> list[Goods]:
        """Return each item once a route, by its lowest shelf code: one query."""
        today = clock.china_date(clock.now())
        found: dict[tuple[str, int], Goods] = {}
        for row in conn.execute(_asked(outlet_id, today)):
            if row.route in row.routes.split(","):
                found.setdefault((row.route, row.item_id), self._goods(row))
        return list(found.values())

    def _goods(self, row: Row[Any]) -> Goods:
        domestic = row.route == DOMESTIC
        return Goods(
            route=row.route,
            item_id=str(row.item_id),
            gtin14=row.gtin14,
            sku=row.sku,
            name=row.name,
            name_en=row.name_en,
            shelf_code=row.shelf_code,
            price_fen=row.price_fen if domestic else 0,
            price_version=row.price_version,
            page_url=shelf_url(self.public_url, gtin14=row.gtin14, shelf_code=row.shelf_code),
        )


def _asked(outlet_id: int, today: date) -> Select[Any]:
    here, sold = placement.c, offer.c
    return (
        select(
            sold.route,
            sold.item_id,
            sold.price_fen,
            sold.price_version,
            here.routes,
            here.shelf_code,
            item.c.gtin14,
            item.c.sku,
            item.c.name,
            item.c.name_en,
        )
        .join(offer, (sold.item_id == here.item_id) & (sold.warehouse_id == here.warehouse_id))
        .join(item, item.c.id == here.item_id)
        .where(
            here.outlet_id == outlet_id,
            here.state == "open",
            here.valid_from_on <= today,
            here.valid_to_on.is_(None) | (here.valid_to_on >= today),
            sold.open,
            sold.route.in_(_ROUTES),
        )
        .order_by(here.shelf_code, sold.id)
    )
