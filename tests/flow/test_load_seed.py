"""A small house is seeded; its rows name each other, open, and keep the invariants of a load."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select, text

from kernel import config, crypto, db, ids
from load import invariants, postgres
from load.invariants import rules
from load.seed import __main__ as seed
from load.seed import fill, past
from load.seed.fill import Size
from load.seed.house import install
from load.site import Site, free_port
from shop.house import open_house
from shop.tables import customs_order

SMALL = Size(orders=400, items=60)
OUTLETS = 5
_KEYS = """
SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
       ARRAY(SELECT a.attname FROM unnest(c.conkey) WITH ORDINALITY k(n, i)
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.i)::text[],
       ARRAY(SELECT a.attname FROM unnest(c.confkey) WITH ORDINALITY k(n, i)
              JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY k.i)::text[]
  FROM pg_constraint c WHERE c.contype = 'f'
"""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One seeded house for all tests of this file."""
    with postgres.running() as server:
        with server.connect("postgres") as connection:
            connection.execute("CREATE DATABASE seeded")
        site = Site(tmp_path_factory.mktemp("seed"), server.url("seeded"), free_port(), 1)
        install(site, outlets=OUTLETS)
        fill.fill(site, SMALL)
        yield site


@pytest.mark.timeout(240)
def test_seeded_books_keep_every_invariant_of_a_load(seeded):
    """As many orders as were asked for, a twentieth of them expired; nothing differs."""
    found = fill.compared(seeded)

    assert set(found) == set(invariants.NAMES) - {rules.ACKNOWLEDGED, rules.OTHER_SIDE}
    assert {name: seen for name, seen in found.items() if seen} == {}
    with fill.connected(seeded.database_url) as connection:
        states = dict(
            connection.execute(
                "SELECT state, count(*) FROM customs_order GROUP BY state"
            ).fetchall()
        )
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM outlet), (SELECT count(*) FROM placement),"
            " (SELECT count(*) FROM order_line), (SELECT count(*) FROM entry)"
        ).fetchone()
    assert states == {"signed_for": 380, "expired": 20}
    assert counts == (OUTLETS, 8 + SMALL.items, 440, 380 * 11)


@pytest.mark.timeout(240)
def test_every_seeded_row_names_rows_that_are_there(seeded):
    """They were written without triggers, so nobody has looked: every foreign key is looked at."""
    with fill.connected(seeded.database_url) as connection:
        keys = connection.execute(_KEYS).fetchall()
        for table, other, columns, others in keys:
            same = " AND ".join(
                f"o.{theirs} = t.{mine}" for mine, theirs in zip(columns, others, strict=True)
            )
            told = " AND ".join(f"t.{mine} IS NOT NULL" for mine in columns)
            query = (
                f"SELECT count(*) FROM {table} t WHERE {told}"
                f" AND NOT EXISTS (SELECT 1 FROM {other} o WHERE {same})"
            )
            assert connection.execute(query).fetchone() == (0,), (table, columns, other)

    assert len(keys) > 30


@pytest.mark.timeout(240)
def test_a_seeded_order_opens_for_its_own_row_and_tells_its_day(seeded):
    """What is sealed belongs to its order; the id's instant is the one it was placed at."""
    settings = config.load(None, seeded.environment)
    with open_house(settings, with_desk=False), db.read() as connection:
        order = connection.execute(select(customs_order).order_by(text("id")).limit(1)).one()
        buyer = crypto.unseal_json(order.buyer_sealed, f"customs_order.buyer:{order.id}")
        there = crypto.unseal_json(order.consignee_sealed, f"customs_order.consignee:{order.id}")

    assert buyer.keys() == {"name", "id_number", "phone"}
    assert there["address"].startswith("山西省太原市")
    assert ids.instant_of(order.id) == order.placed_at == fill.FIRST_AT


@pytest.mark.timeout(240)
def test_a_seeded_book_that_is_wrong_is_found(seeded):
    """One piece less consumed than was sold: the comparison names the order."""
    with fill.connected(seeded.database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        wrong = "(SELECT MIN(id) FROM customs_order WHERE state = 'expired')"
        connection.execute(f"UPDATE reservation SET state = 'consumed' WHERE order_id = {wrong}")
        try:
            found = fill.compared(seeded)
        finally:
            back = f"UPDATE reservation SET state = 'released' WHERE order_id = {wrong}"
            connection.execute(back)

    assert {one.rule for one in found[rules.NEITHER]} >= {rules.PIECES}


def test_orders_of_the_past_have_each_their_millisecond():
    """Ten million fit between the first and the last day; more than there are milliseconds do not."""
    many = past.Past(10_000_000, fill.FIRST_AT, fill.FIRST_AT + 700 * 86_400_000_000, [])

    assert many.base(1) - many.base(0) >= 1 << 22
    assert many.at(9_999_999) < many.last_at
    with pytest.raises(ValueError, match="more orders than milliseconds"):
        past.Past(10, 0, 1_000, []).at(0)


def test_sizes_below_one_are_refused_in_words(capsys):
    """Nothing is started for them."""
    with pytest.raises(SystemExit):
        seed.main(["--orders", "0"])

    assert "every size is at least 1" in capsys.readouterr().err
