"""Decides what of an offer placing needs, read together and believed for a moment.

The judge reads levels, limits and keys anew; whatever is stale here can only end in a refusal
or a new price, never in a wrong order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from bonded_display.customs.handed import Parties, Party
from bonded_display.stock.book_items import AccountBookItem, book_items_of
from bonded_display.stock.choose import Level
from bonded_display.stock.levels import read_levels
from kernel import clock, db, register
from kernel.batch import Batch
from kernel.clock import SECOND
from kernel.errors import Unavailable
from kernel.logs import log
from settlement.tax.tariff import rates_known
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
    shard: int
    """Whose database the orders of this warehouse live in."""


_believed: Believed[int, OfferFacts] = Believed(BELIEVED_FOR, most=5_000)
_houses: Believed[tuple[int, int], HouseFacts] = Believed(BELIEVED_FOR, most=500)
"""By warehouse and merchant: a shop's offers share a few."""


def forget_believed() -> None:
    """Drop what this process believes; for a change of database."""
    _believed.forget()
    _houses.forget()


def offer_facts(offer_id: int) -> OfferFacts:
    """Return the facts of an offer, at most two seconds old; ``OfferClosed`` when there is none."""
    return _believed.get(offer_id, _read_one)


def believed_facts(offer_id: int, read_soon: Callable[[], object]) -> OfferFacts | None:
    """Return the facts of an offer without waiting; None where nothing is believed of it.

    ``read_soon`` is asked, now and then, to let a thread call ``read_what_ages``.
    """
    return _believed.now(offer_id, read_soon)


def read_what_ages() -> None:
    """Read anew, all together, the offers that were asked for since it was last done."""
    try:
        _believed.read_asked(_read_now)
    except Exception as error:  # noqa: BLE001  # each is read by itself once it is too old
        log.warning("offers_not_read_ahead", error=repr(error))


def _read_one(offer_id: int) -> OfferFacts:
    found = _read_now([offer_id])
    if offer_id not in found:
        raise OfferClosed()
    return found[offer_id]


def _read_now(offer_ids: Sequence[int]) -> dict[int, OfferFacts]:
    on = clock.china_date(clock.now())
    found: dict[int, OfferFacts] = {}
    with db.read() as connection:
        rows = connection.execute(select(offer).where(offer.c.id.in_(offer_ids))).all()
        for warehouse_id in {row.warehouse_id for row in rows}:
            of_one = [row for row in rows if row.warehouse_id == warehouse_id]
            found.update(_read(connection, warehouse_id, of_one, on))
    for warehouse_id in {facts.warehouse_id for facts in found.values()}:
        offers = [facts for facts in found.values() if facts.warehouse_id == warehouse_id]
        try:
            _fill_in_levels(offers, on)
        except Unavailable:
            if len(offers) == len(found):
                raise
            for facts in offers:  # another's database is away: these are read when next asked for
                del found[facts.offer_id]
    return found


def _fill_in_levels(offers: Sequence[OfferFacts], on: date) -> None:
    """Read what is free for offers of one warehouse, where its pieces are counted."""
    first, item_ids = offers[0], sorted({facts.item_id for facts in offers})
    with db.of_shard(first.house.shard), db.read() as connection, Batch(connection) as batch:
        levels = read_levels(batch, first.warehouse_id, item_ids, on=on)
    for facts in offers:
        facts.levels.extend(level for level in levels() if level.item_id == facts.item_id)


def _read(
    connection: Connection, warehouse_id: int, rows: Sequence[Row[Any]], on: date
) -> dict[int, OfferFacts]:
    """Return the facts of offers from one warehouse, whose rows these are, still without levels.

    One whose goods have a code without rates today is left out, and closes none of the others.
    """
    item_ids = [row.item_id for row in rows]
    items = register.get_items(connection, item_ids)
    filed = book_items_of(connection, warehouse_id, item_ids, on=on)
    tariffs = rates_known(connection, [one.hs_code for one in filed], on)
    unrated = {one.item_id for one in filed if one.hs_code not in tariffs}
    return {
        row.id: OfferFacts(
            offer_id=row.id,
            warehouse_id=warehouse_id,
            route=row.route,
            open=row.open,
            provider=row.provider,
            terms=Terms(
                row.price_fen, row.freight_fen, row.freight_free_from_fen, row.price_version
            ),
            item_id=row.item_id,
            sku=items[row.item_id].sku,
            gtin14=items[row.item_id].gtin14,
            book_items={
                one.id: _book_item(one, tariffs) for one in filed if one.item_id == row.item_id
            },
            levels=[],
            house=_houses.get(
                (warehouse_id, row.merchant_enterprise_id),
                lambda key: _house(connection, *key, on=on),
            ),
        )
        for row in rows
        if row.item_id not in unrated
    }


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
        shard=warehouse.shard,
    )


def _book_item(item: AccountBookItem, tariffs: dict[str, Any]) -> BookItem:
    copied = {name: getattr(item, name) for name in _COPIED if hasattr(item, name)}
    return BookItem(account_book_item_id=item.id, tariff=tariffs[item.hs_code], **copied)


def _party(enterprise: register.Enterprise) -> Party:
    return Party(enterprise.customs_code or "", enterprise.name)
