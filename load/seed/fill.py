"""Decides how a house is filled: furnished, people signed up, past orders by several processes."""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import select
from sqlalchemy.engine import make_url

from kernel import clock, config, crypto, db, keys, register
from kernel.db import Database
from load import invariants, shoppers
from load.invariants.compare import Found
from load.sample import HS_CODE, PLATFORM
from load.seed import past
from load.seed.house import PRICE_FEN, PRICES, STEP_FEN, furnish
from load.seed.past import Past, Person
from load.seed.tables import COST_FEN, GOODS
from load.site import Site
from settlement.tax.limits import YEAR_LIMIT_FEN
from settlement.tax.retail_import import retail_import_tax
from settlement.tax.tariff import rates_on
from shop.checkout.offer_facts import offer_facts
from shop.house import open_house
from shop.offer.notices import NOTICES_VERSION
from shop.offer.tables import offer

Connection = psycopg.Connection[Any]
FIRST_AT = 1_735_660_800_000_000  # 2025-01-01 in China
PROCESSOR = "the processor's seconds of the orders"
AT_A_TIME = 25_000
"""Orders of one transaction."""
ORDERS_A_PERSON, LEAST_PEOPLE = 1_000, 50
FIRST_PERSON = 50_000
"""Whoever bought in the past is nobody of a crowd that comes today."""
HOT = 100
"""Four of five past orders were for one of so many articles."""
_SIZE = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)"
_TABLES = (
    *("checkout", "customs_order", "order_line", "order_step", "reservation", "limit_use"),
    *("limit_year", "payment", "payment_share", "declaration_list", "list_line", "posting"),
    *("entry", "waybill_number", "tax_bill", "movement", "book_deduction"),
)
_FOR_COMPARING = """
CREATE INDEX seed_in_hand ON reservation (warehouse_id, account_book_item_id)
 WHERE state IN ('reserved', 'allocated')
"""
"""The controls look for what is held article by article, among all reservations there ever were."""


@dataclass(frozen=True)
class Size:
    """How much is seeded, by how many processes."""

    orders: int
    items: int
    hands: int = 2


def connected(url: str) -> Connection:
    """Return a connection that commits each statement, to a SQLAlchemy address."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def fill(
    site: Site, size: Size, *, processor_s: Callable[[], float] = lambda: 0.0
) -> dict[str, float]:
    """Fill the database of ``site``, a sample in it, and return the seconds of each part.

    ``processor_s`` tells the seconds of processor taken so far, for the part that writes orders.
    """
    spent: dict[str, float] = {}
    begun = time.monotonic()
    with connected(site.database_url) as connection:
        furnish(site, connection, items=size.items)
        spent["house"] = time.monotonic() - begun
        begun = time.monotonic()
        with open_house(config.load(None, site.environment), with_desk=False):
            all_past = Past(size.orders, FIRST_AT, clock.now() - 2 * clock.DAY, _people(size))
            facts = _facts(connection, size) | _closing(all_past)
        spent["people"] = time.monotonic() - begun
        begun = time.monotonic()
        taken_s = processor_s()
        _write(site, size, all_past, facts)
        spent["orders"] = time.monotonic() - begun
        spent[PROCESSOR] = processor_s() - taken_s
        begun = time.monotonic()
        past.prepare(connection)
        past.close_books(connection, facts)
        connection.execute("DROP TABLE seed_goods, seed_tax")
        connection.execute("ANALYZE")
        spent["closing"] = time.monotonic() - begun
    return spent


def _people(size: Size) -> list[Person]:
    """Sign up whoever bought, by the product's verbs."""
    count = max(LEAST_PEOPLE, size.orders // ORDERS_A_PERSON)
    found = []
    for number, one in enumerate(shoppers.sign_up(count, first=FIRST_PERSON), FIRST_PERSON):
        name, id_number, phone = (
            shoppers.name(number),
            shoppers.id_number(number),
            f"138{number:08d}",
        )
        buyer = {"name": name, "id_number": id_number, "phone": phone}
        consignee = {"name": name, "phone": phone, "district_code": "140105"}
        consignee["address"] = f"山西省太原市小店区学府街{number + 1}号3幢1201室"
        lookup = register.person_lookup(id_number)
        found.append(Person(one.account_id, lookup, buyer, consignee))
    return found


def _facts(connection: Connection, size: Size) -> dict[str, Any]:
    """Return what all past orders share, and leave every article in ``seed_goods``."""
    with db.read() as read:
        offer_id = read.execute(
            select(offer.c.id).where(offer.c.title.startswith("婴儿配方奶粉")).limit(1)
        ).scalar_one()
        today = clock.china_date(clock.now())
        vat_bp = rates_on(read, [HS_CODE], today)[HS_CODE].vat_bp
        of_offer = offer_facts(offer_id)
        warehouse = register.get_warehouse(read, of_offer.warehouse_id)
    connection.execute("CREATE TABLE seed_tax (price_fen bigint PRIMARY KEY, vat_fen bigint)")
    for price_fen in range(PRICE_FEN, PRICE_FEN + PRICES * STEP_FEN, STEP_FEN):
        vat_fen = retail_import_tax(price_fen, vat_bp=vat_bp).vat_fen
        connection.execute("INSERT INTO seed_tax VALUES (%s, %s)", (price_fen, vat_fen))
    connection.execute(GOODS)
    connection.execute("ALTER TABLE seed_goods ADD PRIMARY KEY (g)")
    connection.execute("ANALYZE seed_goods")
    return {
        "warehouse_id": of_offer.warehouse_id,
        "account_book_no": warehouse.account_book_no,
        "platform_id": of_offer.house.platform_enterprise_id,
        "merchant_id": of_offer.house.merchant_enterprise_id,
        "courier_id": of_offer.house.courier_enterprise_id,
        "parties": of_offer.house.parties,
        "notices": NOTICES_VERSION,
        "assure_code": PLATFORM,
        "cost_fen": COST_FEN,
        "goods": size.items,
        "hot": min(HOT, size.items),
        "two_lines_every": past.TWO_LINES_EVERY,
        "expired_every": past.EXPIRED_EVERY,
        "year_limit_fen": YEAR_LIMIT_FEN,
    }


def _closing(all_past: Past) -> dict[str, Any]:
    return {"closing_id": all_past.base(all_past.orders), "last_at": all_past.last_at}


def _write(site: Site, size: Size, all_past: Past, facts: dict[str, Any]) -> None:
    """Let several processes write a part each until all are there, and tell how far they are."""
    parts = [
        range(start, min(start + AT_A_TIME, size.orders))
        for start in range(0, size.orders, AT_A_TIME)
    ]
    begun, done = time.monotonic(), 0
    with ProcessPoolExecutor(
        size.hands,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(site.database_url, site.environment, all_past, facts),
    ) as pool:
        for number, count in enumerate(pool.map(_write_part, parts), 1):
            done += count
            pace = done / (time.monotonic() - begun)
            if number % 4 == 0 or done == size.orders:
                left_s = (size.orders - done) / pace
                print(f"{done:,} orders, {pace:,.0f} a second, {left_s:.0f} s left", flush=True)


_mine: list[Any] = []
"""What a process that writes orders keeps between its parts: connection, past, facts."""


def _begin(url: str, environment: dict[str, str], all_past: Past, facts: dict[str, Any]) -> None:
    settings = config.load(None, os.environ | environment)
    config.use(settings)
    crypto.use(keys.open_sealer(Database(url), settings))
    connection = connected(url)
    past.prepare(connection)
    _mine.extend((connection, all_past, facts))


def _write_part(numbers: range) -> int:
    connection, all_past, facts = _mine
    past.write(connection, all_past, numbers, facts)
    return len(numbers)


def size_bytes(connection: Connection) -> int:
    """Return what the tables of orders take, with their indexes."""
    row = connection.execute(_SIZE, (list(_TABLES),)).fetchone()
    return int(row[0]) if row is not None else 0


@contextmanager
def quick_to_compare(url: str) -> Iterator[None]:
    """Let the controls of stock find what is held although very much lies behind."""
    with connected(url) as connection:
        connection.execute(_FOR_COMPARING)
        try:
            yield
        finally:
            connection.execute("DROP INDEX seed_in_hand")


def compared(site: Site) -> Found:
    """Return the differences of the books by invariant."""
    settings = config.load(None, site.environment)
    with (
        quick_to_compare(site.database_url),
        open_house(settings, with_desk=False),
        db.read() as books,
    ):
        return invariants.compare(books)
