"""Decides what of an offer placing needs, read together and believed for a moment.

The judge reads levels, limits and keys anew; whatever is stale here can only end in a refusal
or a new price, never in a wrong order.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from bonded_display.customs.handed import Parties, Party
from bonded_display.stock.book_items import AccountBookItem, book_items_of
from bonded_display.stock.choose import Level
from bonded_display.stock.levels import read_levels
from kernel import clock, db, register
from kernel.batch import Batch
from kernel.clock import SECOND
from settlement.tax.tariff import rates_on
from shop.checkout.addresses import OwnPlaces
from shop.checkout.believed import Believed
from shop.checkout.plan import BookItem
from shop.offer.errors import OfferClosed
from shop.offer.quote import Terms
from shop.offer.tables import offer

BELIEVED_FOR = 2 * SECOND
_COPIED = tuple(field.name for field in fields(BookItem) if field.name != "tariff")


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """One offer with its goods, its account-book items, its parties and our own places."""

    offer_id: int
    warehouse_id: int
    route: str
    open: bool
    provider: str
    terms: Terms
    item_id: int
    sku: str
    gtin14: str
    book_items: dict[int, BookItem]
    levels: list[Level]
    house: "HouseFacts"


@dataclass(frozen=True, slots=True)
class HouseFacts:
    """Who declares and carries for one merchant from one warehouse, and our own places."""

    platform_enterprise_id: int
    merchant_enterprise_id: int
    courier_enterprise_id: int
    parties: str
    own_places: OwnPlaces


_believed: Believed[int, OfferFacts] = Believed(BELIEVED_FOR, most=5_000)
_houses: Believed[tuple[int, int], HouseFacts] = Believed(BELIEVED_FOR, most=500)
"""By warehouse and merchant: a shop's offers share a few."""


def forget_believed() -> None:
    """Drop what this process believes; for a change of database."""
    _believed.forget()
    _houses.forget()


def offer_facts(offer_id: int) -> OfferFacts:
    """Return the facts of an offer, at most two seconds old; ``OfferClosed`` when there is none."""
    return _believed.get(offer_id, _read_now)


def _read_now(offer_id: int) -> OfferFacts:
    with db.read() as connection:
        return _read(connection, offer_id, clock.china_date(clock.now()))


def _read(connection: Connection, offer_id: int, on: date) -> OfferFacts:
    row = connection.execute(select(offer).where(offer.c.id == offer_id)).first()
    if row is None:
        raise OfferClosed()
    item = register.get_item(connection, row.item_id)
    filed = book_items_of(connection, row.warehouse_id, [row.item_id], on=on)
    with Batch(connection) as batch:
        levels = read_levels(batch, row.warehouse_id, [row.item_id], on=on)
    return OfferFacts(
        offer_id=offer_id,
        warehouse_id=row.warehouse_id,
        route=row.route,
        open=row.open,
        provider=row.provider,
        terms=Terms(row.price_fen, row.freight_fen, row.freight_free_from_fen, row.price_version),
        item_id=item.id,
        sku=item.sku,
        gtin14=item.gtin14,
        book_items=_book_items(connection, filed, on),
        levels=levels(),
        house=_houses.get(
            (row.warehouse_id, row.merchant_enterprise_id),
            lambda key: _house(connection, *key, on=on),
        ),
    )


def _house(
    connection: Connection, warehouse_id: int, merchant_enterprise_id: int, *, on: date
) -> HouseFacts:
    platform = register.party(connection, "platform", on)
    courier = register.party(connection, "courier", on)
    merchant = register.get_enterprise(connection, merchant_enterprise_id)
    warehouse = register.get_warehouse(connection, warehouse_id)
    parties = Parties(
        platform=_party(platform),
        merchant=_party(merchant),
        agent=_party(register.party(connection, "declarant", on)),
        zone_warehouse=_party(register.get_enterprise(connection, warehouse.area_enterprise_id)),
        courier=_party(courier),
        transmitter=_party(register.party(connection, "transmitter", on)),
    )
    return HouseFacts(
        platform_enterprise_id=platform.id,
        merchant_enterprise_id=merchant.id,
        courier_enterprise_id=courier.id,
        parties=parties.as_text(),
        own_places=OwnPlaces.of(register.own_places(connection)),
    )


def _book_items(
    connection: Connection, filed: tuple[AccountBookItem, ...], on: date
) -> dict[int, BookItem]:
    tariffs = rates_on(connection, [item.hs_code for item in filed], on)
    return {item.id: _book_item(item, tariffs) for item in filed}


def _book_item(item: AccountBookItem, tariffs: dict[str, Any]) -> BookItem:
    copied = {name: getattr(item, name) for name in _COPIED if hasattr(item, name)}
    return BookItem(account_book_item_id=item.id, tariff=tariffs[item.hs_code], **copied)


def _party(enterprise: register.Enterprise) -> Party:
    return Party(enterprise.customs_code or "", enterprise.name)
