"""Decide how many goods and stock rows are written in one transaction from rows that were staged.

What is new is inserted first, part by part, seen and waited for by nobody; only levels, lots and
balances that stood before are changed under the warehouse's lock, last, and that is the short
step.  Checking the rows was the importing verb's.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Subquery,
    and_,
    cast,
    func,
    insert,
    literal,
    select,
)

from bonded_display.stock.enter import GOOD
from bonded_display.stock.levels import BONDED
from bonded_display.stock.tables import (
    account_book_balance,
    account_book_item,
    availability,
    book_deduction,
    lot,
    movement,
)
from kernel import locks
from kernel.batch import Batch, RowsMissed, insert_new_from, upsert_from
from kernel.clock import Instant

_PLACE = ("warehouse_id", "account_book_item_id", "lot_no", "location")
_LEVEL = ("warehouse_id", "account_book_item_id")
_BOOK = ("account_book_item_id",)
PART = 20_000
"""Rows that one statement inserts, or a few more: an item is in one part whole."""
_RISEN = 5_000
Told = Callable[[int], object]
"""Is told after each part how many rows are in."""


@dataclass(slots=True)
class _Rises:
    """What is added to rows that stood before, by their keys in ascending order."""

    lots: list[tuple[int, ...]]
    levels: list[tuple[int, ...]]
    balances: list[tuple[int, ...]]

    def count(self) -> int:
        """Return how many rows rise."""
        return len(self.lots) + len(self.levels) + len(self.balances)


def put_book_items_from(conn: Connection, source: Select[Any]) -> None:
    """Write account-book items under account book and record number."""
    upsert_from(conn, account_book_item, source, key=("account_book_no", "item_record_no"))


def entered_lines() -> Select[Any]:
    """Return the document lines that have entered already, with their pieces."""
    return select(movement.c.document_line, movement.c.qty).where(movement.c.kind == "entered")


def enter_stock_from(conn: Connection, source: FromClause, *, at: Instant, told: Told) -> int:
    """Enter every row of ``source``: lot, movement, account book, availability; return how many.

    Raises ``RowsMissed`` when somebody else made one of the new lots or levels meanwhile.

    ``source`` has lot_id, movement_id, figure_id (fresh ids), document, document_line,
    warehouse_id, account_book_item_id, lot_no, location, expires_on, qty.  The database's
    ``movement_once`` refuses a line that has entered before.
    """
    rises = _standing_rows(conn, source)
    done = made = 0
    for first, last, rows in _parts(conn, source):
        within = source.c.account_book_item_id.between(first, last)
        part = select(source).where(within).subquery()
        made += _insert_new(conn, part)
        if not done and conn.dialect.name == "postgresql":
            conn.exec_driver_sql("ANALYZE lot")  # a first import meets a table thought empty
        _insert_logs(conn, part, at)
        done += rows
        told(done)
    _expect(conn, source, made + rises.count())
    if rises.count():
        _rise(conn, source, rises)
    return done


def _expect(conn: Connection, source: FromClause, found: int) -> None:
    wanted = 0
    for key in (_PLACE, _LEVEL, _BOOK):
        sums = select(func.count()).select_from(_sums(source, key))
        wanted += int(conn.execute(sums).scalar_one())
    if found != wanted:
        raise RowsMissed(f"{found} lots, levels and balances, not {wanted}: others made some too")


def _standing_rows(conn: Connection, source: FromClause) -> _Rises:
    by_place, by_level, by_book = (_sums(source, key) for key in (_PLACE, _LEVEL, _BOOK))
    return _Rises(
        lots=_standing(conn, by_place, _lot_key(by_place), [lot.c.id]),
        levels=_standing(
            conn, by_level, _level_key(by_level), [availability.c[name] for name in _LEVEL]
        ),
        balances=_standing(
            conn, by_book, _book_key(by_book), [account_book_balance.c[name] for name in _BOOK]
        ),
    )


def _parts(conn: Connection, source: FromClause) -> Iterator[tuple[int, int, int]]:
    """Return the first and last account-book item of each part and its rows, in ascending order."""
    item = source.c.account_book_item_id
    counted = select(item.label("item"), func.count().label("rows")).group_by(item).subquery()
    running = func.sum(counted.c.rows).over(order_by=counted.c.item)
    placed = select(
        counted.c.item, counted.c.rows, ((cast(running, BigInteger) - 1) // PART).label("part")
    ).subquery()  # fmt: skip
    first = func.min(placed.c.item)
    parts = select(first, func.max(placed.c.item), func.sum(placed.c.rows))
    for low, high, rows in conn.execute(parts.group_by(placed.c.part).order_by(first)).all():
        yield low, high, int(rows)


def _rise(conn: Connection, source: FromClause, rises: _Rises) -> None:
    """Change what stood before.  Orders of these warehouses wait from here to the end."""
    warehouses = conn.execute(select(source.c.warehouse_id).distinct()).scalars()
    for warehouse_id in sorted(warehouses):
        locks.take(conn, locks.Rank.WAREHOUSE, warehouse_id)
    with Batch(conn) as batch:
        for table, key, column, rows in (
            (lot, ("id",), "qty", rises.lots),
            (availability, _LEVEL, "on_hand", sorted(rises.levels)),
            (account_book_balance, _BOOK, "entered", rises.balances),
        ):
            for start in range(0, len(rows), _RISEN):
                some = rows[start : start + _RISEN]
                batch.update(
                    table,
                    [dict(zip((*key, "pieces"), row, strict=True)) for row in some],
                    key=key,
                    set_={column: f"{column} + :pieces"},
                )


def _sums(source: FromClause, key: tuple[str, ...]) -> Subquery:
    columns = [source.c[name] for name in key]
    pieces = func.sum(source.c.qty).label("pieces")
    more: list[Any] = []
    if "lot_no" in key:
        more = [func.min(source.c[name]).label(name) for name in ("lot_id", "expires_on")]
    return select(*columns, *more, pieces).group_by(*columns).subquery()


def _lot_key(sums: Subquery) -> ColumnElement[bool]:
    same = [lot.c[name] == sums.c[name] for name in _PLACE]
    return and_(*same, lot.c.status == BONDED, lot.c.quality == GOOD)


def _level_key(sums: Subquery) -> ColumnElement[bool]:
    same = [availability.c[name] == sums.c[name] for name in _LEVEL]
    return and_(*same, availability.c.status == BONDED)


def _book_key(sums: Subquery) -> ColumnElement[bool]:
    column = account_book_balance.c.account_book_item_id
    return column == sums.c.account_book_item_id


def _standing(
    conn: Connection, sums: Subquery, key: ColumnElement[bool], columns: Sequence[Any]
) -> list[tuple[int, ...]]:
    """Return key and added pieces of each row that stands already, ascending."""
    pieces = cast(sums.c.pieces, BigInteger)
    found = select(*columns, pieces).join_from(sums, columns[0].table, key).order_by(*columns)
    return [tuple(row) for row in conn.execute(found)]


def _insert_new(conn: Connection, part: Subquery) -> int:
    """Return how many were made; what stands is passed over: it rises last."""
    made = 0
    by_place, by_level, by_book = (_sums(part, key) for key in (_PLACE, _LEVEL, _BOOK))
    place, level, book = by_place.c, by_level.c, by_book.c
    none = literal(0)
    for table, names, columns in (
        (
            lot,
            ["id", *_PLACE, "expires_on", "qty", "status", "quality", "set_aside"],
            [
                *(place.lot_id, *(place[name] for name in _PLACE), place.expires_on, place.pieces),
                *(literal(BONDED), literal(GOOD), none),
            ],
        ),
        (
            availability,
            [*_LEVEL, "status", "on_hand", "held"],
            [*(level[name] for name in _LEVEL), literal(BONDED), level.pieces, none],
        ),
        (
            account_book_balance,
            [*_BOOK, "entered", "pre_deducted", "deducted", "returned"],
            [book.account_book_item_id, book.pieces, none, none, none],
        ),
    ):
        made += insert_new_from(conn, table, names, select(*columns))
    return made


def _insert_logs(conn: Connection, source: FromClause, at: Instant) -> None:
    s = source.c
    shared = ("document", "document_line", "qty")
    joined = and_(
        *(lot.c[name] == s[name] for name in _PLACE),
        lot.c.status == BONDED,
        lot.c.quality == GOOD,
    )
    moved = select(
        s.movement_id, s.warehouse_id, s.account_book_item_id, lot.c.id, literal("entered"),
        *(s[name] for name in shared), literal(at),
    ).join_from(source, lot, joined)  # fmt: skip
    names = ["id", "warehouse_id", "account_book_item_id", "lot_id", "kind", *shared, "at"]
    conn.execute(insert(movement).from_select(names, moved))
    booked = select(
        s.figure_id, s.account_book_item_id, literal("entered"),
        *(s[name] for name in shared), literal(at),
    )  # fmt: skip
    names = ["id", "account_book_item_id", "figure", *shared, "at"]
    conn.execute(insert(book_deduction).from_select(names, booked))
