"""Decides what is read to show the retail-import offer behind a shelf code.

Leaves the price to quote.py and who may buy to placing.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from bonded_display.display.scan import find_shelf
from bonded_display.stock.book_items import book_items_of
from bonded_display.stock.levels import read_fallen, read_levels, without_fallen
from kernel import clock, db, register
from kernel.batch import Batch
from settlement.tax.errors import TariffMissing
from settlement.tax.rates import Tariff
from settlement.tax.tariff import rates_on
from shop.offer.errors import OfferMissing, ShelfLabelMismatch
from shop.offer.quote import Terms
from shop.offer.shown import Closed, Filed, Goods, Seller, ShownOffer
from shop.offer.tables import offer

RETAIL_IMPORT = "retail_import"
CanDeclare = Callable[[str], bool]


def show_offer(
    shelf_code: str, on: date, *, can_declare: CanDeclare, gtin14: str | None = None
) -> ShownOffer:
    """Return the retail-import offer of a shelf on a day in China.

    ``can_declare`` says whether a payment provider can declare payments to customs.
    Raises ``UnknownShelfCode``, ``OfferMissing`` when the shelf offers nothing by this route,
    ``ShelfLabelMismatch`` when a label's GTIN is not the shelf's item.
    """
    with db.read() as conn:
        shelf = find_shelf(conn, shelf_code)
        row = conn.execute(
            select(offer).where(
                offer.c.item_id == shelf.item_id,
                offer.c.warehouse_id == shelf.warehouse_id,
                offer.c.route == RETAIL_IMPORT,
            )
        ).first()
        if row is None or RETAIL_IMPORT not in shelf.routes:
            raise OfferMissing(shelf_code=shelf_code)
        goods = _goods(conn, row, on)
        if gtin14 is not None and gtin14 != goods.gtin14:
            raise ShelfLabelMismatch(shelf_code=shelf_code)
        outlet = register.get_outlet(conn, shelf.outlet_id)
        return ShownOffer(
            offer_id=row.id,
            shelf_code=shelf.shelf_code,
            outlet_id=outlet.id,
            outlet=outlet.name,
            outlet_en=outlet.name_en,
            warehouse_id=row.warehouse_id,
            warehouse=register.get_warehouse(conn, row.warehouse_id).name,
            route=row.route,
            provider=row.provider,
            title=row.title,
            title_en=row.title_en,
            deliver_within_days=row.deliver_within_days,
            terms=_terms(row),
            goods=goods,
            seller=_seller(conn, row),
            closed=_closed(row, goods, can_declare),
        )


def _terms(row: Row[Any]) -> Terms:
    return Terms(row.price_fen, row.freight_fen, row.freight_free_from_fen, row.price_version)


def _seller(conn: Connection, row: Row[Any]) -> Seller:
    merchant = register.get_enterprise(conn, row.merchant_enterprise_id)
    agent = register.get_enterprise(conn, row.agent_enterprise_id)
    return Seller(merchant.name, merchant.id, agent.name, agent.id, row.complaint)


def _goods(conn: Connection, row: Row[Any], on: date) -> Goods:
    item = register.get_item(conn, row.item_id)
    with Batch(conn) as batch:
        levels = read_levels(batch, row.warehouse_id, [row.item_id], on=on)
        fallen = read_fallen(batch, row.warehouse_id, at=clock.now())
    filed = book_items_of(conn, row.warehouse_id, [row.item_id], on=on)
    rates = {hs_code: _rates(conn, hs_code, on) for hs_code in {book.hs_code for book in filed}}
    return Goods(
        item_id=item.id,
        gtin14=item.gtin14,
        brand=item.brand,
        model=item.model,
        image=item.image,
        on=on,
        filed={
            book.id: Filed(
                book.origin_code, rates[book.hs_code], book.measure_e5, book.measure_kind
            )
            for book in filed
        },
        levels=without_fallen(levels(), fallen()),
    )


def _rates(conn: Connection, hs_code: str, on: date) -> Tariff | None:
    try:
        return rates_on(conn, [hs_code], on)[hs_code]
    except TariffMissing:
        return None


def _closed(row: Row[Any], goods: Goods, can_declare: CanDeclare) -> Closed | None:
    if not row.open:
        return Closed.NOT_OPEN
    if not can_declare(row.provider):
        return Closed.PROVIDER
    if goods.barred:
        return Closed.BARRED
    if goods.free < 1:
        return Closed.SOLD_OUT
    return None
