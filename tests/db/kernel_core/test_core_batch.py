"""Set-based statements: written once, alike on both databases, counted, never committed."""

from datetime import date

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

from kernel import db
from kernel.batch import Batch, BatchOpen, RowsMissed
from kernel.register.tables import person

parcel = Table(
    "parcel",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("name", Text),
    Column("pieces", BigInteger),
    Column("on_day", Date),
    Column("sealed", LargeBinary),
    Column("whole", Boolean),
    prefixes=["TEMPORARY"],
)


@pytest.fixture
def connection(database):
    """A writing transaction with an empty table of its own, rolled back at the end."""
    with database.engine.connect() as opened:
        parcel.create(opened)
        yield opened
        opened.rollback()


def row(number: int, **changes: object) -> dict[str, object]:
    return {
        "id": number,
        "name": f"箱 {number}",
        "pieces": 10**15 + number,
        "on_day": date(2026, 11, number),
        "sealed": bytes([number, 0, 255]),
        "whole": number % 2 == 0,
        **changes,
    }


def rows(connection) -> list[tuple[object, ...]]:
    return [tuple(found) for found in connection.execute(parcel.select().order_by(parcel.c.id))]


def test_inserted_rows_come_back_as_they_were(connection):
    """Text, whole numbers beyond 32 bits, days, bytes, yes and no; and nothing at all."""
    given = [row(1), row(2), row(3, name=None, pieces=None, on_day=None, sealed=None, whole=None)]

    with Batch(connection) as batch:
        batch.insert(parcel, given)
        batch.insert(parcel, [])

    assert rows(connection) == [tuple(one.values()) for one in given]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "NULL",
        "null",
        '"',
        "\\",
        '\\"',
        "a,b",
        "{}",
        "{a}",
        " led and trailed ",
        "\n\t",
        "%s",
        "𠮷",
    ],
)
def test_a_text_comes_back_sign_for_sign(connection, name):
    """The signs that an array literal is made of, what it calls nothing, and a rare surname."""
    with Batch(connection) as batch:
        batch.insert(parcel, [row(1, name=name, sealed=b""), row(2, name=name)])
        found = batch.fetch("SELECT id FROM parcel WHERE name IN :names", {"names": [name]})
        batch.sync()

        assert len(found()) == 2

    assert [found[1] for found in rows(connection)] == [name, name]


def test_a_column_that_starts_with_nothing_keeps_its_later_values(connection):
    """The first row's value is missing: the type of the array is the column's all the same."""
    empty = {"name": None, "pieces": None, "on_day": None, "sealed": None, "whole": None}

    with Batch(connection) as batch:
        batch.insert(parcel, [row(1, **empty), row(2)])

    assert rows(connection) == [(1, None, None, None, None, None), tuple(row(2).values())]


def test_an_update_changes_each_row_by_its_own_values(connection):
    """Two rows, two sums; the bare name is the column, the colon the row's value."""
    with Batch(connection) as batch:
        batch.insert(parcel, [row(1, pieces=5), row(2, pieces=7), row(3, pieces=9)])

        batch.update(
            parcel,
            [{"id": 1, "pieces": 10, "name": "甲"}, {"id": 2, "pieces": 20, "name": None}],
            key=("id",),
            set_={"pieces": "pieces + :pieces", "name": ":name"},
        )

    found = [(number, name, pieces) for number, name, pieces, *_ in rows(connection)]
    assert found == [(1, "甲", 15), (2, None, 27), (3, "箱 3", 9)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": 2, "take": 8}, "there are fewer than that"),
        ({"id": 4, "take": 1}, "there is no such row"),
    ],
)
def test_an_update_that_misses_a_row_says_so(connection, change, why):
    """One of two rows does not meet its condition: the whole batch may not stand."""
    with Batch(connection) as batch:
        batch.insert(parcel, [row(1, pieces=5), row(2, pieces=7)])

    batch = Batch(connection)
    with pytest.raises(RowsMissed, match="1 rows, not 2"), batch:
        batch.update(
            parcel,
            [{"id": 1, "take": 5}, change],
            key=("id",),
            set_={"pieces": "pieces - :take"},
            where="parcel.pieces >= :take",
        )


def test_an_upsert_adds_to_what_stands(connection):
    """A known key is counted on, a new one is written."""
    with Batch(connection) as batch:
        batch.insert(parcel, [row(1, pieces=5)])
        batch.upsert(
            parcel,
            [row(1, pieces=3), row(2, pieces=4)],
            key=("id",),
            set_={"pieces": "parcel.pieces + excluded.pieces"},
        )

    assert [found[2] for found in rows(connection)] == [8, 4]


def test_fetch_takes_lists_of_numbers_and_of_texts(connection):
    """``IN`` a list, on both kinds; an empty list finds nothing; it comes with the next trip."""
    with Batch(connection) as batch:
        batch.insert(parcel, [row(1), row(2), row(3)])
        by_id = batch.fetch("SELECT id FROM parcel WHERE id IN :ids ORDER BY id", {"ids": [1, 3]})
        by_name = batch.fetch("SELECT id FROM parcel WHERE name IN :names", {"names": ["箱 2"]})
        none = batch.fetch("SELECT id FROM parcel WHERE id IN :ids", {"ids": []})
        plain = batch.fetch(
            "SELECT id FROM parcel WHERE on_day = :on AND name = :name",
            {"on": date(2026, 11, 3), "name": "箱 3"},
        )
        batch.sync()

        assert (by_id(), by_name(), none()) == ([(1,), (3,)], [(2,)], [])
        assert plain.then(lambda found: found[0][0])() == 3


def test_rows_that_came_can_be_asked_for_again(connection):
    """The driver gives them once; whoever asks twice gets the same twice."""
    with Batch(connection) as batch:
        batch.insert(parcel, [row(1)])
        found = batch.fetch("SELECT id FROM parcel", {})
        shaped = found.then(len)

    assert (found(), found(), shaped(), shaped()) == ([(1,)], [(1,)], 1, 1)


def test_a_percent_sign_is_a_percent_sign(connection):
    """PostgreSQL's driver reads ``%`` as a place; a statement need not know."""
    with Batch(connection) as batch:
        batch.insert(parcel, [row(1), row(2, name="盒")])
        found = batch.fetch("SELECT id FROM parcel WHERE name LIKE '箱%' AND id > :id", {"id": 0})

    assert found() == [(1,)]


def test_run_holds_the_promised_count(connection):
    """One row was promised, two were changed."""
    with Batch(connection) as batch:
        batch.insert(parcel, [row(1), row(2)])
        batch.run("UPDATE parcel SET pieces = 1 WHERE id IN :ids", {"ids": [1, 2]}, expect=2)

    with pytest.raises(RowsMissed), Batch(connection) as batch:
        batch.run("DELETE FROM parcel WHERE id IN :ids", {"ids": [1, 2]}, expect=1)


def test_a_missed_row_is_told_at_the_trip_not_only_at_the_end(connection):
    """What follows the trip is not even sent."""
    with Batch(connection) as batch:
        batch.run("UPDATE parcel SET pieces = 1 WHERE id = :id", {"id": 9}, expect=1)

        with pytest.raises(RowsMissed):
            batch.sync()


def test_a_connection_is_not_asked_beside_its_open_batch(database):
    """On PostgreSQL no row would come back, so neither database lets it happen."""
    with db.write() as connection:
        with Batch(connection) as batch, Batch(connection):
            batch.run(INSERT, {"id": 1, "lookup": "1:00", "sealed": b"x"})
            with pytest.raises(BatchOpen):
                _persons(connection)

        assert _persons(connection) == 1


def test_a_batch_that_broke_off_leaves_its_connection_usable(database):
    """The connection goes back to the pool: whoever gets it next may ask."""
    with pytest.raises(ZeroDivisionError), db.write() as connection, Batch(connection):
        raise ZeroDivisionError

    with db.write() as connection:
        assert _persons(connection) == 0


def test_an_upsert_that_sets_nothing_misses_what_stands_already(database):
    """Whoever comes second learns it by the promise that was not kept."""
    row = {"id": 1, "id_lookup": "1:00", "person_sealed": b"x", "created_at": 0}
    with db.write() as connection, Batch(connection) as batch:
        batch.upsert(person, [row], key=("id",), set_={})

    with pytest.raises(RowsMissed), db.write() as connection, Batch(connection) as batch:
        batch.upsert(person, [{**row, "id": 2, "id_lookup": "1:01"}, row], key=("id",), set_={})

    with db.read() as looking:
        assert _persons(looking) == 1


INSERT = (
    "INSERT INTO person (id, id_lookup, person_sealed, created_at)"
    " VALUES (:id, :lookup, :sealed, 0)"
)


def insert_persons(*lookups: str, fail: bool = False) -> None:
    """Write persons in one batch of one transaction, which may be undone at its end."""
    with db.write() as connection:
        with Batch(connection) as batch:
            for number, lookup in enumerate(lookups):
                batch.run(INSERT, {"id": number, "lookup": lookup, "sealed": b"x"}, expect=1)
        assert _persons(connection) == len(lookups)
        if fail:
            raise ZeroDivisionError


def test_a_batch_commits_nothing(database):
    """The transaction around it is undone: no row of the batch stays."""
    with pytest.raises(ZeroDivisionError):
        insert_persons("1:00", fail=True)

    with db.read() as looking:
        assert _persons(looking) == 0


def test_a_refusing_statement_undoes_what_stood_before_it(database):
    """The second of two rows breaks the key: the error is the database's, nothing stays."""
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        insert_persons("1:00", "1:00")

    with db.read() as looking:
        assert _persons(looking) == 0


def _persons(connection) -> int:
    return connection.execute(text("SELECT count(*) FROM person")).scalar_one()
