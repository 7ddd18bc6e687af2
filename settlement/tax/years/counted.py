"""Decide how what orders use of a person's year is counted, given back, and moved to another year.

What is counted, and its limit, is ``take_limit``'s and ``take_weight``'s.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, select

from kernel import locks
from kernel.batch import Batch
from kernel.clock import Instant
from kernel.logs import log

Use = Mapping[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """Two tables: ``year`` sums by ``key`` what rows of ``use`` say by order.

    ``amount``, ``used`` and ``limit`` are the names of their columns; ``limits`` is by the key
    without person and year, and goes into years that are new.
    """

    year: Table
    use: Table
    amount: str
    used: str
    limit: str
    limits: Mapping[Key, int]
    key: tuple[str, ...] = ("person_lookup", "year")

    def where(self, key: Key) -> ColumnElement[bool]:
        """Return the condition that a row of ``year`` is this one."""
        return and_(*(self.year.c[name] == part for name, part in zip(self.key, key, strict=True)))

    def limit_of(self, key: Key) -> int:
        """Return the limit of a year."""
        return self.limits[key[2:]]


def count_many(batch: Batch, counted: Counted, uses: Sequence[Use]) -> None:
    """Count ``uses``, each with the columns of its table, in the order of the keys.

    The database refuses (integrity error) when a year would pass its limit because another
    group counted in between.
    """
    sums = _sums(counted, uses)
    _note_locks(batch.connection, sums)
    batch.upsert(
        counted.year,
        [
            {
                **dict(zip(counted.key, key, strict=True)),
                counted.limit: counted.limit_of(key),
                counted.used: amount,
            }
            for key, amount in sorted(sums.items())
        ],
        key=counted.key,
        set_={counted.used: f"{counted.year.name}.{counted.used} + excluded.{counted.used}"},
    )
    batch.insert(counted.use, uses)


def give_back_many(
    conn: Connection, counted: Counted, order_ids: Sequence[int], *, at: Instant
) -> int:
    """Return what is given back to the years of ``order_ids``; nought the second time."""
    use = counted.use
    returned = conn.execute(
        use.update()
        .where(use.c.order_id.in_(order_ids), use.c.state == "used")
        .values(state="returned", returned_at=at)
        .returning(*(use.c[name] for name in (*counted.key, counted.amount)))
    ).mappings()
    sums = _sums(counted, [dict(row) for row in returned])
    _note_locks(conn, sums)
    rows = [
        {**dict(zip(counted.key, key, strict=True)), "back": back}
        for key, back in sorted(sums.items())
    ]
    with Batch(conn) as batch:
        batch.update(
            counted.year, rows, key=counted.key, set_={counted.used: f"{counted.used} - :back"}
        )
    return sums.total()


def give_back_part(  # which row of which order, by how much, when
    conn: Connection, counted: Counted, order_id: int, amount: int, *, at: Instant, **row: str
) -> int:
    """Return what is given back of one use of an order, at most what it still uses.

    ``row`` names the use where an order has several, such as ``kind="sugar"``.
    """
    use = counted.use
    column = use.c[counted.amount]
    its = [use.c.order_id == order_id, use.c.state == "used"]
    its += [use.c[name] == value for name, value in row.items()]
    found = conn.execute(
        select(*(use.c[name] for name in (*counted.key, counted.amount)))
        .where(*its)
        .with_for_update()
    ).one_or_none()
    if found is None or amount <= 0:
        return 0
    *key, used = found
    back = min(amount, int(used))
    left = {"state": "returned", "returned_at": at} if back == used else {column.name: used - back}
    _note_locks(conn, [tuple(key)])
    conn.execute(use.update().where(*its).values(left))
    _add(conn, counted, tuple(key), -back)
    return back


def move_to_year(conn: Connection, counted: Counted, order_id: int, year: int) -> int:
    """Return what of an order's use moved to ``year``: released after the turn of the year.

    What the new year has no room for stays in the old one, and the log tells it: the list is
    released, so nothing can be refused any more.
    """
    use = counted.use
    rows = conn.execute(
        select(*(use.c[name] for name in (*counted.key, counted.amount)))
        .where(use.c.order_id == order_id, use.c.state == "used", use.c.year != year)
        .order_by(*(use.c[name] for name in counted.key))
        .with_for_update()  # as ``give_back_many``: the use first, then its year
    ).all()
    news = {tuple(old): (old[0], year, *old[2:]) for *old, _ in rows}
    _note_locks(conn, [*news, *news.values()])
    for *old, amount in rows:
        _add(conn, counted, tuple(old), -amount)
    moved = 0
    for *old, amount in rows:
        key = tuple(old)
        if not _fits(conn, counted, news[key], amount):
            _add(conn, counted, key, amount)
            log.warning("year_of_release_full", order_id=str(order_id), year=year, placed_in=key[1])
            continue
        same = [use.c[name] == part for name, part in zip(counted.key, key, strict=True)]
        conn.execute(use.update().where(use.c.order_id == order_id, *same).values(year=year))
        moved += amount
    return moved


def _fits(conn: Connection, counted: Counted, key: Key, amount: int) -> bool:
    """Count the amount to a year if it has room; a year that is new begins with it."""
    table = counted.year
    known = conn.execute(select(table.c.year).where(counted.where(key))).first()
    if known is None:
        named = dict(zip(counted.key, key, strict=True))
        values = {**named, counted.limit: counted.limit_of(key), counted.used: amount}
        conn.execute(table.insert(), values)
        return True
    used = table.c[counted.used]
    done = conn.execute(
        table.update()
        .where(counted.where(key), used + amount <= table.c[counted.limit])
        .values({counted.used: used + amount})
    )
    return done.rowcount == 1


def _add(conn: Connection, counted: Counted, key: Key, amount: int) -> None:
    used = counted.year.c[counted.used]
    conn.execute(
        counted.year.update().where(counted.where(key)).values({counted.used: used + amount})
    )


def _sums(counted: Counted, uses: Iterable[Use]) -> Counter[Key]:
    sums: Counter[Key] = Counter()
    for use in uses:
        sums[tuple(use[name] for name in counted.key)] += use[counted.amount]
    return sums


def _note_locks(conn: Connection, keys: Iterable[Key]) -> None:
    persons = {f"{lookup}:{year}" for lookup, year, *_ in keys}
    locks.note(conn, locks.Rank.PERSON_LIMIT, sorted(persons))
