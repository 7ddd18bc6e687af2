"""A person whose papers nobody exported is found nowhere when the sale is over.

The search is proved first, on copies of the very places: what is planted there is found.
"""

import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.flow.planted_person import PLANTED, Ended, sell_twice, sought
from tests.support.personal_places import Server
from tests.support.personal_search import forms, search

pytestmark = pytest.mark.timeout(360)

CELLS = {
    "box/ours/qianzhan.db": ("print_request", "content"),
    "box/ours/till.db": ("print_job", "content"),
    "box/theirs/customs.db": ("serial", "name"),
    "box/theirs/courier.db": ("serial", "name"),
    "box/theirs/payment_company.db": ("serial", "name"),
    "box/theirs/stripe.db": ("payer", "sealed"),
    "box/theirs/identity.db": ("answer", "asked"),
}
FILES = (
    "box/logs/web.log",
    "box/logs/worker.log",
    "box/logs/customs.log",
    "box/notifier/000001.json",
    "box/dxp/DXPQZPLATFORM001/out/message.xml",
    "box/dxp/DXPQZPLATFORM001/bad/message.xml",
    "box/slips/slip-2.bin",
    "out/timeline.json",
    "out/ledger.csv",
    "said.txt",
)
PAPERS = ("out/CEB", "out/receipts/", "box/copies/", "box/CEB816.xml", "box/theirs/people.json")
"""Where the first shopper stands in the clear: customs' copies, and what was known beforehand."""


@pytest.fixture
def sold(tmp_path, monkeypatch, capsys):
    """Two sales on SQLite, all programs ended."""
    monkeypatch.delenv("QIANZHAN_DATABASE_URL", raising=False)
    ended = sell_twice(tmp_path / "sold")
    (tmp_path / "sold" / "said.txt").write_text(capsys.readouterr().out)
    return ended


def ended_well(ended: Ended):
    """All nine programs ended when they were told to."""
    assert len(ended.exit_codes) == 9
    assert set(ended.exit_codes.values()) == {0}


def test_on_sqlite_the_second_shopper_is_found_nowhere(sold, tmp_path):
    """Database, log before it is folded, journals, books, logs, mail, papers."""
    folder = tmp_path / "sold"
    ended_well(sold)
    running = {path.name for path in sold.logs_copied}
    assert {"qianzhan.db-wal", "customs.db-wal", "courier.db-wal", "stripe.db-wal"} <= running

    prove_cells(folder, tmp_path / "proof")
    prove_files(folder, tmp_path / "proof")
    prove_log(folder / "box/ours/qianzhan.db", tmp_path / "proof")

    assert search(folder, sought(PLANTED)) == set()
    first = {hit.place for hit in search(folder, sought(sold.first))}
    assert any(place.startswith("out/CEB621") for place in first)
    assert [place for place in first if not place.startswith(PAPERS)] == []


def test_on_postgresql_the_second_shopper_is_found_nowhere(
    tmp_path, databases, monkeypatch, capsys
):
    """Dump, cells, heap files, write-ahead log and the server's own log; and the other side."""
    folder = tmp_path / "sold"
    with databases.empty_postgresql() as url:
        server = Server(databases.place, url)
        since = server.segment()
        monkeypatch.setenv("QIANZHAN_DATABASE_URL", url)
        ended = sell_twice(folder)
        (folder / "said.txt").write_text(capsys.readouterr().out)
        server.write_out(folder / "house")
        server.write_out_log(folder / "log", since=since)
        prove_server(server, tmp_path / "proof")

    ended_well(ended)
    assert "customs_order" in (folder / "house/dump.sql").read_text()
    assert (folder / "house/cells/customs_order.order_no").read_bytes().count(b"\n") == 1
    assert not (folder / "box/ours/qianzhan.db").exists()
    assert search(folder, sought(PLANTED)) == set()


def prove_cells(folder, proof):
    """A row in a copy of each SQLite file, in every form."""
    for place, (table, column) in CELLS.items():
        for form in forms("id_number", PLANTED.id_number):
            copy = fresh_copy(folder / place, proof)
            with closing(sqlite3.connect(copy)) as opened, opened:
                found = opened.execute(f"SELECT rowid, {column} FROM {table} LIMIT 1").fetchone()
                value = str(found[1]).encode() + form.content
                opened.execute(
                    f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, found[0])
                )
            cell = f"{copy.name}:{table}.{column}"
            assert (cell, form.how) in found_at(proof, form), f"{place}: {form.how}"


def prove_files(folder, proof):
    """A line in a copy of each kind of file, in every form; where there is none, a new one."""
    for place in FILES:
        for form in sought(PLANTED):
            copy = fresh_copy(folder / place, proof)
            with copy.open("ab") as file:
                file.write(b'\n{"event": "' + form.content + b'"}\n')
            assert (copy.name, form.how) in found_at(proof, form), f"{place}: {form.how}"


def prove_log(house, proof):
    """A row that lies in the write-ahead log alone, in every form."""
    for form in forms("id_number", PLANTED.id_number):
        copy = fresh_copy(house, proof / "aside")
        with closing(sqlite3.connect(copy, isolation_level=None)) as opened:
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            opened.execute("PRAGMA wal_autocheckpoint = 0")
            opened.execute("CREATE TABLE planted (it BLOB)")
            opened.execute("INSERT INTO planted VALUES (?)", (form.content,))
            fresh_copy(copy.with_name(copy.name + "-wal"), proof / "log")
        assert ("qianzhan.db-wal", form.how) in found_at(proof / "log", form), form.how


def prove_server(server: Server, proof):
    """A row in another database of the server, in every form: dump, cells, heap, log."""
    probe = f"{server.name}_probe"
    since = server.segment()
    with server.open("postgres") as admin:
        admin.execute(f"CREATE DATABASE {probe} TEMPLATE template0")
        try:
            with server.open(probe) as opened:
                opened.execute("CREATE TABLE planted (how text, words text, raw bytea)")
                for form in forms("id_number", PLANTED.id_number):
                    words = form.content.decode().replace("\0", "\\000")
                    row = (form.how, words, form.content)
                    opened.execute("INSERT INTO planted VALUES (%s, %s, %s)", row)
            other = Server(server.place, server.url.replace(server.name, probe))
            other.write_out(proof / "house")
            other.write_out_log(proof / "log", since=since)
        finally:
            admin.execute(f"DROP DATABASE {probe} WITH (FORCE)")
    hits = search(proof, forms("id_number", PLANTED.id_number))
    for form in forms("id_number", PLANTED.id_number):
        places = {hit.place for hit in hits if hit.how == form.how}
        assert "house/cells/planted.raw" in places, form.how
        assert any(place.startswith("house/heap/") for place in places), form.how
        assert any(place.startswith("log/0") for place in places), form.how
        if b"\0" not in form.content:
            assert "house/dump.sql" in places, form.how
    assert ("house/dump.sql", "hex of utf-16-le") in {(hit.place, hit.how) for hit in hits}


def fresh_copy(path, into):
    """Return a copy of ``path`` alone in a new folder; empty where there is no such file.

    A SQLite file comes with its log.
    """
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    for suffix in ("", "-wal"):
        if (there := path.with_name(path.name + suffix)).exists():
            shutil.copyfile(there, into / there.name)
    (into / path.name).touch()
    return into / path.name


def found_at(folder, form):
    """Return where ``form`` is found, and its name."""
    return {(hit.place, hit.how) for hit in search(folder, [form])}
