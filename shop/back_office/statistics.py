"""Decide what is counted of declaration lists: by day, outlet, HS chapter or origin, between two days.

A list counts on the China day on which its order was paid.  How it is drawn is the page's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Select, cast, distinct, func, select

from bonded_display.customs.states import UNSENT_OR_REFUSED
from bonded_display.customs.tables import declaration_list, list_line
from kernel import clock, ids
from kernel.clock import DAY, HOUR
from kernel.register.tables import outlet
from shop.tables import customs_order

DAYS, OUTLETS, CHAPTERS, ORIGINS = "day", "outlet", "chapter", "origin"
BY: Final = (DAYS, OUTLETS, CHAPTERS, ORIGINS)
RELEASED, DECLARED = "released", "declared"
WHICH: Final = (RELEASED, DECLARED)
MOST = 2_000
_CHINA = 8 * HOUR
_LIST, _LINE = declaration_list.c, list_line.c


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is counted: grouped ``by``, ``which`` lists, first and last day, both included."""

    by: str
    which: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Count:
    """One group: its key and name, lists, value of the goods in fen.

    ``tax_fen``, as quoted, is of whole lists only; ``pieces`` is counted by lines only.
    """

    key: str
    name: str
    lists: int
    goods_fen: int
    tax_fen: int | None = None
    pieces: int | None = None


def count_lists(conn: Connection, asked: Asked) -> list[Count]:
    """Return the groups: days in their order, else the largest value first; one statement."""
    if asked.by == DAYS:
        return _by_day(conn, asked)
    if asked.by == OUTLETS:
        return _by_outlet(conn, asked)
    column = _LINE.origin_code if asked.by == ORIGINS else func.substr(_LINE.hs_code, 1, 2)
    return _by_line(conn, asked, column)


def whole(counts: Sequence[Count], asked: Asked) -> Count:
    """Return the sums; a list with lines in two groups is in both, so lists then have no sum."""
    by_list = asked.by in (DAYS, OUTLETS)
    return Count(
        "",
        "",
        sum(one.lists for one in counts) if by_list else 0,
        sum(one.goods_fen for one in counts),
        sum(one.tax_fen or 0 for one in counts) if by_list else None,
        None if by_list else sum(one.pieces or 0 for one in counts),
    )


def _by_day(conn: Connection, asked: Asked) -> list[Count]:
    """Days without a list are there with noughts, so that none looks like its neighbour."""
    day = ((_LIST.created_at + _CHINA) // DAY).label("day")
    rows = conn.execute(_between(select(day, *_sums()), asked).group_by(day))
    found = {date(1970, 1, 1) + timedelta(days=int(row[0])): row for row in rows}
    spread = min((asked.last - asked.first).days + 1, MOST)
    days = [asked.first + timedelta(days=number) for number in range(spread)]
    return [
        Count(f"{on}", f"{on:%m-%d}", *(tuple(found[on])[1:] if on in found else (0, 0, 0)))
        for on in days
    ]


def _by_outlet(conn: Connection, asked: Asked) -> list[Count]:
    query = (
        select(outlet.c.code, outlet.c.name, *_sums())
        .select_from(declaration_list)
        .join(customs_order, customs_order.c.id == _LIST.order_id)
        .outerjoin(outlet, outlet.c.id == customs_order.c.outlet_id)
        .group_by(outlet.c.code, outlet.c.name)
        .order_by(_fen(_LIST.goods_fen).desc(), outlet.c.code)
        .limit(MOST)
    )
    rows = conn.execute(_between(query, asked))
    return [Count(row[0] or "—", row[1] or "—", *tuple(row)[2:]) for row in rows]


def _by_line(conn: Connection, asked: Asked, column: Any) -> list[Count]:
    key = column.label("key")
    query = (
        select(key, func.count(distinct(_LINE.list_id)), _fen(_LINE.total_fen), _fen(_LINE.qty))
        .join_from(declaration_list, list_line, _LINE.list_id == _LIST.id)
        .group_by(key)
        .order_by(_fen(_LINE.total_fen).desc(), key)
        .limit(MOST)
    )
    rows = conn.execute(_between(query, asked))
    return [Count(row[0], row[0], row[1], row[2], None, row[3]) for row in rows]


def _sums() -> tuple[Any, ...]:
    return func.count(), _fen(_LIST.goods_fen), _fen(_LIST.quoted_tax_fen)


def _fen(column: Any) -> Any:
    """A sum is a numeric to PostgreSQL; figures are integers everywhere."""
    return cast(func.sum(column), BigInteger)


def _between(query: Select[Any], asked: Asked) -> Select[Any]:
    """Ids are in the order of time: their index leads to the days, the instants cut exactly."""
    since = clock.china_midnight(asked.first)
    until = clock.china_midnight(asked.last + timedelta(days=1))
    query = query.where(
        *(_LIST.id >= ids.earliest(since - HOUR), _LIST.id < ids.earliest(until + HOUR)),
        *(_LIST.created_at >= since, _LIST.created_at < until),
    )
    if asked.which == RELEASED:
        return query.where(_LIST.state.in_(("RELEASED", "CLOSED")))
    return query.where(_LIST.state.not_in((*sorted(UNSENT_OR_REFUSED), "CANCELLED")))
