"""Decide what a furnished house is in a test: the sample's sheets loaded, shoppers, its books.

Whose database it is, which clock and which payment provider, is the test's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import text

from demo.scenario import CATALOGUE, Goods, Scenario, id_check, scenario
from demo.sheets import write_sheets
from kernel import clock, crypto, db, ids, outbox, register
from kernel.actor import Actor
from settlement.payments import providers
from shop.accounts import sessions
from shop.accounts.consents import ID_NUMBER_VERSION, write_consent
from shop.accounts.tables import account, identity
from shop.checkout import offer_facts
from shop.flow import HANDLER_NAMES
from shop.offer.ask import Consignee, PlaceAsk
from shop.offer.notices import NOTICES_VERSION
from shop.offer.show_offer import show_offer
from shop.offer.shown import ShownOffer
from shop.sheets.load_sample import load_sample

OUTLET_ADDRESS, OUTLET_PHONE = "山西省太原市小店区长治路238号", "03517000001"
HOME = Consignee("陈小明", "+8613700137000", "浙江省杭州市西湖区文三路90号3幢502室", "330106")
BOOKS = (
    *("checkout", "customs_order", "order_line", "order_step", "reservation", "availability"),
    *("limit_year", "limit_use", "payment", "payment_share", "payment_event", "refund"),
    *("posting", "entry", "declaration_list", "list_line", "waybill_number", "fact", "delivery"),
    *("document", "customs_message", "customs_receipt", "print_request", "person", "identity"),
    *("lot", "movement", "account_book_balance", "weight_year", "weight_use"),
)
"""Every table in which a sale leaves a trace; answers kept under keys are no trace of a sale."""


@dataclass(frozen=True)
class Sample:
    """The sheets' own word of what stands on the shelves: each item twice, ``on_hand`` pieces."""

    walk: Scenario
    shelves: dict[str, str]

    @property
    def goods(self) -> Goods:
        """The item whose shelf is the walk's."""
        return self.walk.goods

    @property
    def shelf(self) -> str:
        """The walk's shelf code."""
        return self.shelves[self.goods.sku]

    @property
    def label(self) -> str:
        """The address that the walk's shelf label carries."""
        return f"/01/{self.goods.gtin13.zfill(14)}/21/{self.shelf}"

    def shown(self, sku: str = "") -> ShownOffer:
        """Return the offer as its page shows it now."""
        on = clock.china_date(clock.now())
        shelf = self.shelves[sku or self.goods.sku]
        return show_offer(shelf, on, can_declare=providers.provider_can_declare)

    def ask(self, qty: int = 1, *, sku: str = "", **changes: Any) -> PlaceAsk:
        """Return what a shopper confirms who saw the price as it is now."""
        offer = self.shown(sku)
        quote = offer.quote(qty)
        assert quote is not None
        ask = PlaceAsk(
            shelf_code=offer.shelf_code,
            offer_id=offer.offer_id,
            qty=qty,
            consignee=HOME,
            shown_total_fen=quote.total_fen,
            price_version=offer.terms.price_version,
            notices_version=NOTICES_VERSION,
        )
        return replace(ask, **changes)


def load(folder: Path, *, on_hand: int = 3, seed: int = 1, **changes: Any) -> Sample:
    """Load the sample into the database in use; ``on_hand`` pieces of each account-book item."""
    walk = replace(scenario(seed), on_hand=on_hand, **changes)
    write_sheets(folder, walk, today=clock.china_date(clock.now()))
    forget()
    load_sample(folder)
    shelves = {goods.sku: f"S9{number:05d}" for number, goods in enumerate(CATALOGUE, start=1)}
    return Sample(walk, shelves | {walk.goods.sku: walk.shelf_code})


def forget() -> None:
    """Let this process believe nothing of another test's database."""
    offer_facts.forget_believed()


@contextmanager
def flowing() -> Iterator[None]:
    """Let facts find their handlers, as in a house that is open."""
    outbox.use_flow(HANDLER_NAMES)
    try:
        yield
    finally:
        outbox.use_flow({})


@dataclass(frozen=True)
class Shopper:
    """An invented person of age who may buy: signed in, verified, consented."""

    actor: Actor
    token: str
    name: str
    id_number: str = field(repr=False)
    phone: str = field(repr=False)


def id_number(number: int) -> str:
    """Return an invented ID number with its right check character."""
    first17 = f"14010519900101{number:03d}"
    return first17 + id_check(first17)


def shopper(number: int = 1, *, person: int | None = None) -> Shopper:
    """Return a new account; two accounts may be one ``person``."""
    at, account_id, identity_id = clock.now(), ids.new(), ids.new()
    name, whose = "陈小明", id_number(number if person is None else person)
    phone = f"+86138{number:08d}"
    with db.write() as connection:
        connection.execute(
            account.insert().values(
                id=account_id,
                phone_lookup=crypto.lookup(phone, "phone"),
                phone_sealed=crypto.seal(phone.encode(), f"account.phone:{account_id}"),
                language="zh-CN",
                created_at=at,
            )
        )
        write_consent(connection, account_id, version=ID_NUMBER_VERSION, at=at)
        connection.execute(
            identity.insert().values(
                id=identity_id,
                account_id=account_id,
                person_lookup=register.person_lookup(whose),
                person_sealed=crypto.seal_json(
                    {"name": name, "id_number": whose}, f"identity.person:{identity_id}"
                ),
                result="match",
                source="test",
                evidence_no=f"EV{number}",
                verified_at=at,
            )
        )
        token = sessions.open_session(connection, at=at, account_id=account_id)
    return Shopper(Actor("account", account_id), token, name, whose, phone)


def rows(sql: str, **values: object) -> list[tuple[Any, ...]]:
    """Return the rows of a query, as a person who looks into the database finds them."""
    with db.read() as connection:
        return [tuple(row) for row in connection.execute(text(sql), values)]


def one(sql: str, **values: object) -> Any:
    """Return the single value of a query."""
    ((value,),) = rows(sql, **values)
    return value


def books() -> dict[str, list[tuple[Any, ...]]]:
    """Return everything the books say of sales, to be compared with a later look."""
    return {table: sorted(rows(f"SELECT * FROM {table}"), key=repr) for table in BOOKS}


def free_pieces(sku: str) -> int:
    """Return how many pieces of an item can still be ordered."""
    return int(
        one(
            "SELECT SUM(a.on_hand - a.held) FROM availability a"
            " JOIN account_book_item b ON b.id = a.account_book_item_id"
            " JOIN item i ON i.id = b.item_id WHERE i.sku = :sku AND a.status = 'bonded'",
            sku=sku,
        )
    )


def held_is_reserved() -> bool:
    """Say whether every level holds exactly what its living reservations say."""
    return not rows(
        "SELECT a.account_book_item_id FROM availability a WHERE a.held <> (SELECT COALESCE("
        "SUM(r.qty), 0) FROM reservation r WHERE r.account_book_item_id = a.account_book_item_id"
        " AND r.state IN ('reserved', 'allocated'))"
    )


def fill_waybills(count: int = 20) -> None:
    """Put waybill numbers of the sample's courier into the pool."""
    courier = one("SELECT enterprise_id FROM enterprise_role WHERE role = 'courier'")
    with db.write() as connection:
        for number in range(count):
            connection.execute(
                text(
                    "INSERT INTO waybill_number (courier_enterprise_id, waybill_no, state,"
                    " fetched_at) VALUES (:courier, :no, 'free', 0)"
                ),
                {"courier": courier, "no": f"QZ{number:09d}"},
            )
