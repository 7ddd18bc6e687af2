"""Decides the one order in which locks are taken; what is done under them is the caller's.

Every transaction climbs: placing, warehouse, checkout, order, customs' number, person limit, level,
waybill pool, guarantee, account, node; within one rank by ascending key.  So no two can wait for
each other in a ring.
On SQLite ``BEGIN IMMEDIATE`` is the lock and only the order is watched.
"""

import hashlib
from collections.abc import Iterable
from enum import IntEnum
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, RootTransaction, text

from kernel.batch import Batch


class Rank(IntEnum):
    """What may be locked, in the order of locking.

    ``PLACING`` is the door before a warehouse for groups of new orders alone: of all processes
    one stands behind it, so money and releases wait for that one at most.
    """

    PLACING = 0
    WAREHOUSE = 1
    CHECKOUT = 2
    ORDER = 3
    CUSTOMS_NUMBER = 4
    PERSON_LIMIT = 5
    LEVEL = 6
    WAYBILL_POOL = 7
    GUARANTEE = 8
    ACCOUNT = 9
    NODE = 10


Key = int | str
_Place = tuple[Rank, Key]
_ADVISORY = text("SELECT pg_advisory_xact_lock(:place)")
_highest: WeakKeyDictionary[RootTransaction, _Place] = WeakKeyDictionary()
_held: WeakKeyDictionary[RootTransaction, set[_Place]] = WeakKeyDictionary()
_watched = True


class LockOutOfOrder(RuntimeError):
    """A transaction asked for a lock below one it has: two of its kind could wait in a ring."""


def watch(*, order: bool) -> None:
    """Raise on a lock out of order (the default), or let it pass: production would rather wait."""
    global _watched
    _watched = order


def take(conn: Connection, rank: Rank, key: Key) -> None:
    """Hold the lock of ``key`` until the transaction ends, waiting for whoever has it.

    Raises ``LockOutOfOrder`` when the transaction already holds one of a later place.
    """
    note(conn, rank, [key])
    if conn.dialect.name == "postgresql":
        conn.execute(_ADVISORY, {"place": _number(rank, key)})


def take_batched(batch: Batch, rank: Rank, key: Key) -> None:
    """As ``take``, travelling with the statements of ``batch``."""
    note(batch.connection, rank, [key])
    if batch.dialect == "postgresql":
        batch.run("SELECT pg_advisory_xact_lock(:place)", {"place": _number(rank, key)})


def note(conn: Connection, rank: Rank, keys: Iterable[Key]) -> None:
    """Record that rows of ``rank`` are about to be locked by a statement, ascending by key.

    Raises ``LockOutOfOrder`` as ``take`` does.
    """
    transaction = conn.get_transaction()
    if not isinstance(transaction, RootTransaction):
        raise LockOutOfOrder("a lock is held by a transaction, and there is none")
    for key in keys:
        _climb(transaction, (rank, key))


def _climb(transaction: RootTransaction, place: _Place) -> None:
    held = _held.setdefault(transaction, set())
    if place in held:
        return  # what is held already is waited for by nobody in this transaction
    held.add(place)
    before = _highest.get(transaction)
    if before is not None and not _may_follow(before, place):
        if _watched:
            raise LockOutOfOrder(f"{place[0].name} {place[1]} after {before[0].name} {before[1]}")
        return
    _highest[transaction] = place


def _may_follow(before: _Place, place: _Place) -> bool:
    (rank_before, key_before), (rank, key) = before, place
    if rank != rank_before:
        return rank > rank_before
    if isinstance(key, int) and isinstance(key_before, int):
        return key >= key_before
    return str(key) >= str(key_before)


def _number(rank: Rank, key: Key) -> int:
    """PostgreSQL's advisory locks are 64-bit numbers; ranks must not meet in one."""
    digest = hashlib.blake2b(f"{rank.name}:{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
