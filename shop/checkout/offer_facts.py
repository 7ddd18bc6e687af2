"""Decides what of an offer placing needs, read together and believed for a moment.

The judge reads levels, limits and keys anew; whatever is stale here can only end in a refusal
or a new price, never in a wrong order.
"""

from dataclasses import asdict, dataclass, fields
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
from shop.accounts.believed import Believed
from shop.checkout.addresses import OwnPlaces
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
    platform_enterprise_id: int
    merchant_enterprise_id: int
    courier_enterprise_id: int
    terms: Terms
    item_id: int
    sku: str
    gtin14: str
    book_items: dict[int, BookItem]
    levels: list[Level]
    parties: str
    own_places: OwnPlaces


_believed: Believed[int, OfferFacts] = Believed(BELIEVED_FOR, most=5_000)


def forget_believed() -> None:
    """Drop what this process believes; for a change of database."""
    _believed.forget()


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
        platform_enterprise_id=register.party(connection, "platform", on).id,
        merchant_enterprise_id=row.merchant_enterprise_id,
        courier_enterprise_id=register.party(connection, "courier", on).id,
        terms=Terms(row.price_fen, row.freight_fen, row.freight_free_from_fen, row.price_version),
        item_id=item.id,
        sku=item.sku,
        gtin14=item.gtin14,
        book_items=_book_items(connection, filed, on),
        levels=levels(),
        parties=_parties(connection, row, on).as_text(),
        own_places=_own_places(connection),
    )


def _book_items(
    connection: Connection, filed: tuple[AccountBookItem, ...], on: date
) -> dict[int, BookItem]:
    tariffs = rates_on(connection, [item.hs_code for item in filed], on)
    return {item.id: _book_item(item, tariffs) for item in filed}


def _book_item(item: AccountBookItem, tariffs: dict[str, Any]) -> BookItem:
    values = asdict(item)
    copied = {name: values[name] for name in _COPIED if name in values}
    return BookItem(account_book_item_id=item.id, tariff=tariffs[item.hs_code], **copied)


def _parties(connection: Connection, row: Any, on: date) -> Parties:
    warehouse = register.get_warehouse(connection, row.warehouse_id)
    return Parties(
        platform=_party(register.party(connection, "platform", on)),
        merchant=_party(register.get_enterprise(connection, row.merchant_enterprise_id)),
        agent=_party(register.party(connection, "declarant", on)),
        zone_warehouse=_party(register.get_enterprise(connection, warehouse.area_enterprise_id)),
        courier=_party(register.party(connection, "courier", on)),
        transmitter=_party(register.party(connection, "transmitter", on)),
    )


def _party(enterprise: register.Enterprise) -> Party:
    return Party(enterprise.customs_code or "", enterprise.name)


def _own_places(connection: Connection) -> OwnPlaces:
    return OwnPlaces.of(register.own_places(connection))
