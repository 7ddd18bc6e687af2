"""Data keys: one a month, made once, wrapped, shared by all processes."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, select, update

from kernel import clock as kernel_clock
from kernel import db
from kernel.crypto import SealBroken
from kernel.keys import DatabaseKeys, DataKeyUnavailable, data_key, open_sealer


def months(database):
    with database.read() as conn:
        return sorted(conn.execute(select(data_key.c.month)).scalars())


def forget(database):
    with database.write() as conn:
        conn.execute(delete(data_key))


def test_this_and_the_next_month_s_key_are_made_once(database, config):
    """A second process opens the same; what one sealed the other opens."""
    one, other = open_sealer(database, config), open_sealer(database, config)

    assert months(database) == ["202611", "202612"]
    assert other.unseal(one.seal(b"x", "p"), "p") == b"x"
    assert one.lookup("x", "p") == other.lookup("x", "p")


def test_processes_that_start_in_the_same_moment_share_one_key(database, config):
    """Eight at once on an empty table: one key a month, all open each other's seals."""
    forget(database)
    sealers, together = [], threading.Barrier(8)

    def start():
        together.wait()
        sealers.append(open_sealer(database, config))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert months(database) == ["202611", "202612"]
    sealed = [sealer.seal(b"x", "p") for sealer in sealers]
    assert all(sealer.unseal(blob, "p") == b"x" for sealer in sealers for blob in sealed)


def test_a_month_has_its_own_key_and_the_old_ones_still_open(database, config, clock):
    """Sealed in November, opened in January; a process that slept over it learns the key."""
    early = open_sealer(database, config)
    november = early.seal(b"x", "p")
    clock.set(kernel_clock.china_midnight(date(2027, 1, 1)))

    january = open_sealer(database, config).seal(b"y", "p")

    assert november[1:9] != january[1:9]
    assert early.unseal(january, "p") == b"y"
    assert open_sealer(database, config).unseal(november, "p") == b"x"
    assert months(database) == ["202611", "202612", "202701", "202702"]


def test_the_turn_of_a_month_within_a_transaction_opens_no_second_one(database, config, clock):
    """The group commits at midnight: next month's key was made ahead."""
    sealer = open_sealer(database, config)
    before = sealer.seal(b"x", "p")
    clock.set(kernel_clock.china_midnight(date(2026, 12, 1)))

    with database.write():
        within = sealer.seal(b"y", "p")
    after = sealer.seal(b"z", "p")

    assert before[1:9] != within[1:9] == after[1:9]
    assert months(database) == ["202611", "202612", "202701"]


def test_a_long_transaction_uses_the_newest_key_there_is(database, config, clock):
    """Nothing was sealed for two months, and now within a transaction: better an old key."""
    sealer = open_sealer(database, config)
    clock.set(kernel_clock.china_midnight(date(2027, 3, 1)))

    with database.write():
        sealed = sealer.seal(b"x", "p")

    assert sealer.unseal(sealed, "p") == b"x"
    assert months(database) == ["202611", "202612"]


def test_without_any_key_a_transaction_seals_nothing(database):
    """The table is empty and a key may not be made here."""
    forget(database)
    keys = DatabaseKeys(database, master_key=b"m" * 32, version=1)

    with database.write(), pytest.raises(DataKeyUnavailable):
        keys.key_for_sealing()


@pytest.mark.parametrize("change", [{"master_key": "ab" * 32}, {"master_key_version": 2}])
def test_another_master_key_opens_nothing(database, config, change):
    """A wrong master key stops the start, not the first customer."""
    open_sealer(database, config)

    with pytest.raises(SealBroken):
        open_sealer(database, replace(config, **change))


def test_a_key_row_that_was_altered_is_noticed(database, config):
    """Somebody swapped two months' keys in the database."""
    with database.write() as conn:
        conn.execute(update(data_key).values(wrapped=b"\0" * 60))

    with pytest.raises(SealBroken):
        open_sealer(database, config)


def test_no_key_stands_readable_in_the_database(database, config):
    """The row holds the wrapped key only."""
    keys = DatabaseKeys(
        database, master_key=bytes.fromhex(config.master_key), version=config.master_key_version
    )
    _, plain = keys.key_for_sealing()

    with db.read() as conn:
        blobs = conn.execute(select(data_key.c.wrapped)).scalars().all()
    assert len(plain) == 32
    assert all(plain not in blob for blob in blobs)


def test_an_unknown_key_opens_nothing(database, config):
    """An id that no row has."""
    keys = DatabaseKeys(
        database, master_key=bytes.fromhex(config.master_key), version=config.master_key_version
    )

    assert keys.key_of(12345) is None
