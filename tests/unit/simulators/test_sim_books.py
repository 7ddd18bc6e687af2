"""Books of the other side: sealed at rest, whole transactions, a secret outside, whole copies."""

import sqlite3
import threading

import pytest
from cryptography.exceptions import InvalidTag

from simulators.books import BadSecret, Books, Sealer, next_serial, open_secret
from simulators.customs.export import Export

SCHEMA = "CREATE TABLE IF NOT EXISTS t (x INTEGER PRIMARY KEY, y BLOB);"


@pytest.fixture
def books(tmp_path):
    """Books with one table."""
    made = Books(tmp_path / "b.db", schema=SCHEMA, secret_file=tmp_path / "secret")
    yield made
    made.close()


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path):
    """Mode 0600; the same bytes at the next start; nonsense is refused."""
    path = tmp_path / "deep" / "secret"

    made = open_secret(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert open_secret(path) == made
    assert len(made) == 32
    for nonsense in ("xyz", "00" * 31):
        path.write_text(nonsense)
        with pytest.raises(BadSecret):
            open_secret(path)


def test_what_is_sealed_opens_only_in_its_place():
    """Another context, another key, a changed byte: none opens it."""
    sealer = Sealer(b"k" * 32)
    sealed = sealer.seal(b"140105199003072210", "document:1")

    assert sealer.unseal(sealed, "document:1") == b"140105199003072210"
    for other, context, blob in (
        (sealer, "document:2", sealed),
        (Sealer(b"j" * 32), "document:1", sealed),
        (sealer, "document:1", sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ):
        with pytest.raises(InvalidTag):
            other.unseal(blob, context)


def test_a_lookup_hash_depends_on_key_and_purpose():
    """Equal only for the same text, purpose and key."""
    one, two = Sealer(b"k" * 32), Sealer(b"j" * 32)

    hashes = {
        one.lookup("a", "p"),
        one.lookup("a", "q"),
        two.lookup("a", "p"),
        one.lookup("b", "p"),
    }

    assert len(hashes) == 4
    assert one.lookup("a", "p") in hashes


def test_a_transaction_is_whole_or_nothing(books):
    """The second insert fails: the first is not there, and the books go on."""

    def twice():
        with books.write() as conn:
            conn.execute("INSERT INTO t VALUES (1, NULL)")
            conn.execute("INSERT INTO t VALUES (1, NULL)")

    with pytest.raises(sqlite3.IntegrityError):
        twice()
    with books.write() as conn:
        conn.execute("INSERT INTO t VALUES (2, NULL)")

    assert [row["x"] for row in books.rows("SELECT x FROM t")] == [2]
    assert books.row("SELECT x FROM t WHERE x = 9") is None


def test_a_series_goes_on_over_a_restart(tmp_path, books):
    """1, 2, then closed and opened, 3; another series by itself."""
    with books.write() as conn:
        first = [next_serial(conn, "a"), next_serial(conn, "a"), next_serial(conn, "b")]
    again = Books(tmp_path / "b.db", schema=SCHEMA, secret_file=tmp_path / "secret")

    with again.write() as conn:
        third = next_serial(conn, "a")
    again.close()

    assert (first, third) == ([1, 2, 1], 3)


def test_older_books_get_the_columns_that_came_since(tmp_path):
    """A column with a default and an index on it; what stood there stays."""
    older = Books(tmp_path / "b.db", schema=SCHEMA, secret_file=tmp_path / "secret")
    with older.write() as conn:
        conn.execute("INSERT INTO t VALUES (1, NULL)")
    older.close()
    grown = SCHEMA.replace("y BLOB", "y BLOB, z TEXT NOT NULL DEFAULT 'new'")

    newer = Books(
        tmp_path / "b.db",
        schema=grown + "CREATE INDEX IF NOT EXISTS tz ON t (z);",
        secret_file=tmp_path / "secret",
    )

    assert [tuple(row) for row in newer.rows("SELECT x, y, z FROM t")] == [(1, None, "new")]
    newer.close()


def test_a_copy_that_can_be_seen_is_whole(tmp_path):
    """Two hundred copies of 200 kB are looked for all the while: none is empty or half."""
    data, seen, done = b"x" * 200_000, [], threading.Event()

    def look():
        while not done.is_set():
            seen.extend(path.stat().st_size for path in tmp_path.glob("*/*/CEB511-*.xml"))

    looker = threading.Thread(target=look)
    looker.start()
    export = Export(tmp_path)
    for _ in range(200):
        export.received("DXPQZCOURIER0001", "CEB511", "1", data)
    done.set()
    looker.join()

    assert set(seen) == {len(data)}
    assert len(list(tmp_path.glob("*/received/*"))) == 200
