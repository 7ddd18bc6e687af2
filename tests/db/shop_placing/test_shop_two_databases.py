"""Two warehouses on two databases in one process: each order lives where its warehouse does."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from kernel import db, ids
from kernel.clock import SECOND
from kernel.db import Database, DatabaseAway, ShardWithinShard
from kernel.idempotency import KeyReused
from load import invariants
from load.invariants import rules
from shop.capture_payment import capture_payment, captures
from shop.checkout import offer_facts
from shop.expire_checkout import sweep_expired
from shop.offer.ask import PlaceAsk
from shop.place_order import place_order, placings
from tests.db.shop.money import Sale, open_page
from tests.support import sample_house
from tests.support.databases import Databases
from tests.support.sample_house import Sample, Shopper, one, shopper

HERE, THERE = 0, 3
OF_AN_ORDER = (
    *("checkout", "customs_order", "order_line", "reservation", "limit_use", "idempotency"),
    *("payment", "payment_share", "posting", "entry", "declaration_list", "list_line"),
)


@dataclass(frozen=True)
class Shards:
    """A house whose second warehouse has a database of its own; an ask of each, and people."""

    asks: dict[int, PlaceAsk]
    people: dict[int, Shopper]

    def place(self, shard: int, number: int = 1) -> Sale:
        """Place one order of the warehouse that lives in ``shard``; the same again by its key."""
        who = self.people[number]
        placed = place_order(
            who.actor, self.asks[shard], key=f"key-of-a-shard-{shard}-{number:04d}"
        )
        return Sale(who, placed)


@pytest.fixture
def shards(
    database: Database,
    databases: Databases,
    sample: Sample,
    elsewhere: PlaceAsk,
    tmp_path: Path,
) -> Iterator[Shards]:
    """The register, the goods and three people stand in both, as replication would bring them."""
    sample_house.fill_waybills()
    people = {number: shopper(number) for number in (1, 2, 3)}
    with db.write() as connection:
        connection.execute(
            text("UPDATE warehouse SET shard = :there WHERE code = 'WUSU-2'"), {"there": THERE}
        )
    (tmp_path / "there").mkdir()
    kind = database.dialect
    fresh = databases.sqlite(tmp_path / "there") if kind == "sqlite" else databases.postgresql()
    with fresh as url:
        second = Database(url)
        _replicate(database, second)
        db.use_for(THERE, second)
        ids.use_for(THERE, ids.Mint(THERE, 1))
        offer_facts.forget_believed()
        try:
            yield Shards({HERE: sample.ask(), THERE: elsewhere}, people)
        finally:
            for groups in (placings, captures):
                groups.close()
            ids.use_for(THERE, None)
            db.use_for(THERE, None)
            second.close()


def _replicate(source: Database, target: Database) -> None:
    with source.read() as here, target.write() as there:
        _without_keys(there)
        for table in reversed(db.metadata.sorted_tables):
            there.execute(table.delete())
        for table in db.metadata.sorted_tables:
            rows = here.execute(table.select()).mappings().all()
            if rows:
                there.execute(table.insert(), [dict(row) for row in rows])


def _without_keys(connection: Connection) -> None:
    """Rows come table by table, as they are: nothing is checked, nothing is triggered."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))


def counts(shard: int) -> dict[str, int]:
    """Return how many rows of orders a database has, by table."""
    with db.of_shard(shard):
        return {table: one(f"SELECT COUNT(*) FROM {table}") for table in OF_AN_ORDER}


def grown(before: dict[int, dict[str, int]]) -> dict[int, set[str]]:
    """Return by shard the tables that have more rows than before."""
    return {
        shard: {table for table, count in counts(shard).items() if count > was[table]}
        for shard, was in before.items()
    }


@pytest.mark.parametrize("shard", [HERE, THERE])
def test_an_order_lands_whole_in_the_database_of_its_warehouse(shards, shard):
    """Not a row of it lies in the other, and its ids say where it was born."""
    other = THERE if shard == HERE else HERE
    before = {each: counts(each) for each in (HERE, THERE)}

    sale = shards.place(shard)

    placed = {"checkout", "customs_order", "order_line", "reservation", "limit_use", "idempotency"}
    assert grown(before) == {shard: placed, other: set()}
    assert ids.shard_of(sale.placed.checkout_id) == ids.shard_of(sale.order_id) == shard
    with db.of_shard(shard):
        subject = f"customs_order:{sale.order_id}"
        assert one("SELECT shard FROM fact WHERE subject = :subject", subject=subject) == shard
    for each, held in ((shard, 1), (other, 0)):
        with db.of_shard(each):
            assert one("SELECT SUM(held) FROM availability") == held
            assert sample_house.held_is_reserved()


def test_money_is_captured_where_the_order_was_born(shards, wallet):
    """Page, payment, posting and list of each: in its own database, the books of both right."""
    sales = {shard: shards.place(shard, number) for shard, number in ((HERE, 1), (THERE, 2))}
    before = {each: counts(each) for each in (HERE, THERE)}

    for shard, sale in sales.items():
        open_page(sale)
        assert capture_payment(sale.heard(wallet, event=f"evt_{shard}")).outcome == "captured"
        assert capture_payment(sale.heard(wallet, event=f"evt_{shard}")).outcome == "settled_before"

    money = {"payment", "payment_share", "posting", "entry", "declaration_list", "list_line"}
    assert grown(before) == {HERE: money, THERE: money}
    for shard, sale in sales.items():
        with db.of_shard(shard):
            assert one("SELECT COUNT(*) FROM customs_order") == 1
            assert one("SELECT state FROM customs_order WHERE id = :id", id=sale.order_id) == "paid"
            with db.read() as connection:
                found = invariants.compare(connection)
        found.pop(rules.DONE)  # no worker ran
        found.pop(rules.LOTS)  # movements are append-only: they tell of the first warehouse
        assert not [each for differences in found.values() for each in differences]


def test_a_key_has_its_first_answer_in_each(shards):
    """Sent again it is the same order; with another body it is refused."""
    first = {shard: shards.place(shard, number) for shard, number in ((HERE, 1), (THERE, 2))}

    for shard, number in ((HERE, 1), (THERE, 2)):
        again = shards.place(shard, number)
        assert again.placed.checkout_id == first[shard].placed.checkout_id
        assert again.placed.replayed
    shards.asks[THERE] = replace(shards.asks[THERE], qty=2)
    with pytest.raises(KeyReused):
        shards.place(THERE, 2)


@pytest.fixture
def there_away(shards: Shards, database: Database, tmp_path: Path) -> Iterator[None]:
    """The second database is away from now on."""
    away = f"sqlite:///{tmp_path}/gone/house.sqlite"
    if database.dialect == "postgresql":
        away = "postgresql+psycopg://nobody@/gone?host=/nowhere"
    for shard in (HERE, THERE):
        shards.place(shard)
    broken = Database(away)
    db.use_for(THERE, broken)
    yield
    broken.close()


def test_an_outage_of_one_lets_the_other_sell(shards, there_away):
    """Its shoppers are told to come again; nobody else hears of it."""
    with pytest.raises(DatabaseAway):
        shards.place(THERE, 2)

    assert ids.shard_of(shards.place(HERE, 3).placed.checkout_id) == HERE


def test_offers_of_the_other_are_read_ahead_while_one_is_away(shards, there_away, clock):
    """Read together they do not fail together: the quick way of placing stays open."""
    here, there = (shards.asks[shard].offer_id for shard in (HERE, THERE))
    clock.set(clock.now() + 3 * SECOND // 2)
    for offer_id in (here, there):
        assert offer_facts.believed_facts(offer_id, lambda: None) is not None

    offer_facts.read_what_ages()
    clock.set(clock.now() + SECOND)

    assert offer_facts.believed_facts(here, lambda: None) is not None
    assert offer_facts.believed_facts(there, lambda: None) is None
    with pytest.raises(DatabaseAway):
        offer_facts.offer_facts(there)


def test_unpaid_orders_end_in_their_own_database(shards, clock):
    """A sweep is one database's: each has a worker of its own."""
    sales = [shards.place(HERE, 1), shards.place(THERE, 2)]
    clock.set(max(sale.placed.expires_at for sale in sales))

    sweep_expired()

    for shard, state in ((HERE, "expired"), (THERE, "placed")):
        with db.of_shard(shard):
            assert one("SELECT state FROM customs_order") == state
            sweep_expired()
            assert one("SELECT state FROM customs_order") == "expired"


def test_no_transaction_reaches_into_another_database(shards):
    """What is written there would not stand or fall with what is written here."""
    with db.write(), pytest.raises(ShardWithinShard), db.of_shard(THERE):
        pass
    with db.of_shard(THERE), db.read(), db.of_shard(THERE), db.read() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM warehouse")).scalar_one() == 2
