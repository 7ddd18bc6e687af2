"""Decide which lists the customs desk shows: counts by state, one view of them, any number found.

A list waits since its order was paid, which its id tells in order; in its state it is since the
last word that counted.  What a person then does about one is the verbs'.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, case, func, literal, select, text, union, union_all

from bonded_display.customs.reading.odd_receipts import IS_ODD
from bonded_display.customs.states import (
    ERROR,
    FORMAT_ERROR,
    REJECTED,
    SENT_LOCAL,
    STATES,
    UNSENT_OR_REFUSED,
)
from bonded_display.customs.tables import (
    ENDED,
    LIST_IS_OPEN,
    customs_message,
    customs_receipt,
    declaration_list,
)
from kernel import db, ids
from kernel.clock import DAY, Instant

OPEN, ALL, SILENT, REFUSED = "open", "all", "silent", "refused"
ODD = "odd"
VIEWS: Final = (OPEN, SILENT, REFUSED, ALL, *STATES)
OLDEST, NEWEST = "oldest", "newest"
COUNTED_FOR = 30 * DAY
"""Lists that ended are counted so far back; older ones are found by number or turned to."""
REFUSED_STATES: Final = (REJECTED, ERROR, FORMAT_ERROR)
AWAITING: Final = tuple(
    state
    for state in STATES
    if state not in UNSENT_OR_REFUSED | set(ENDED) | {"INSPECTION", "DETAINED"}
)
"""States in which the next word is customs' or the port's, and should come by itself."""
PAGE = 2_000

_LIST = declaration_list.c
_sent_at = (
    select(func.coalesce(customs_message.c.sent_at, customs_message.c.built_at))
    .where(customs_message.c.guid == _LIST.latest_guid)
    .scalar_subquery()
)
_since_at = case(
    (_LIST.state == SENT_LOCAL, func.coalesce(_sent_at, _LIST.created_at)),
    else_=func.coalesce(_LIST.return_at, _LIST.created_at),
)


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many lists are in a state, and since when the oldest of them waits."""

    state: str
    count: int
    oldest_at: Instant | None


@dataclass(frozen=True, kw_only=True)
class View:
    """One view of the lists: ``name`` of ``VIEWS``, in which ``order``, silent before when."""

    name: str = OPEN
    order: str = OLDEST
    silent_before: Instant = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Every state in the authority's order, and how many answers broke their schema."""

    states: list[StateCount]
    odd: int


def count_desk(conn: Connection, *, at: Instant) -> Counts:
    """Return what the desk counts; one statement on indexes.

    Lists that ended, and answers that are odd, are counted for 30 days back.
    """
    columns = (_LIST.state, func.count(), func.min(_LIST.id))
    waiting = select(*columns).where(text(LIST_IS_OPEN)).group_by(_LIST.state)
    ended = (
        select(*columns)
        .where(_LIST.state.in_(ENDED), _LIST.id >= ids.earliest(at - COUNTED_FOR))
        .group_by(_LIST.state)
    )
    heard = customs_receipt.c
    odd = select(literal(ODD), func.count(), func.min(heard.id)).where(
        text(IS_ODD), heard.id >= ids.earliest(at - COUNTED_FOR)
    )
    rows = conn.execute(union_all(waiting, ended, odd))
    found = {
        state: StateCount(state, int(count), ids.instant_of(oldest))
        for state, count, oldest in rows
        if count
    }
    states = [found.get(state, StateCount(state, 0, None)) for state in STATES]
    return Counts(states, found[ODD].count if ODD in found else 0)


def count_silent(conn: Connection, *, before: Instant) -> tuple[int, Instant | None]:
    """Return how many lists wait for customs without a word since ``before``, and the longest."""
    silent = _silent(select(_since_at.label("since_at")), before).subquery()
    row = conn.execute(select(func.count(), func.min(silent.c.since_at))).one()
    return int(row[0]), row[1]


def lists_in(conn: Connection, view: View, *, beyond: int, most: int) -> Sequence[Row[Any]]:
    """Return the lists of a view, oldest or newest first, from behind the id ``beyond`` (0: all).

    Columns: id, order_id, order_no, cop_no, pre_no, invt_no, waybill_no, state, return_status,
    goods_fen, quoted_tax_fen, created_at, since_at.  Instants in microseconds.
    """
    return conn.execute(_page(view, beyond=beyond, most=most)).all()


def iter_lists(view: View) -> Iterator[Row[Any]]:
    """Return every list of a view, each page in a transaction of its own."""
    beyond = 0
    while True:
        with db.read() as conn:
            rows = lists_in(conn, view, beyond=beyond, most=PAGE)
        yield from rows
        if len(rows) < PAGE:
            return
        beyond = rows[-1].id


def lists_by_id(conn: Connection, list_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return these lists, oldest first, in the columns of ``lists_in``."""
    return conn.execute(_rows().where(_LIST.id.in_(list_ids)).order_by(_LIST.id)).all()


def find_lists(conn: Connection, number: str, *, order_ids: Sequence[int], most: int) -> list[int]:
    """Return the lists that ``number`` names, or that belong to one of ``order_ids``.

    Ours: copNo, the guid of any sending.  The port's preNo, customs' invtNo.  Orders, waybills
    and payments are found by the rooms that keep them.  One statement, each part on an index.
    """
    spelled = sorted({number, number.upper(), number.lower()})
    of_guid = select(customs_message.c.order_id).where(customs_message.c.guid.in_(spelled))
    parts = [
        select(_LIST.id).where(column.in_(spelled))
        for column in (_LIST.cop_no, _LIST.pre_no, _LIST.invt_no)
    ]
    parts += [select(_LIST.id).where(_LIST.order_id.in_(named)) for named in (of_guid, order_ids)]
    found = union(*parts).subquery()
    return list(conn.execute(select(found.c.id).order_by(found.c.id).limit(most)).scalars())


def _page(view: View, *, beyond: int, most: int) -> Select[Any]:
    query = _narrowed(_rows(), view).limit(most)
    if view.order == NEWEST:
        query = query.order_by(_LIST.id.desc())
        return query.where(_LIST.id < beyond) if beyond else query
    return query.order_by(_LIST.id).where(_LIST.id > beyond)


def _rows() -> Select[Any]:
    return select(
        *(_LIST.id, _LIST.order_id, _LIST.order_no, _LIST.cop_no, _LIST.pre_no, _LIST.invt_no),
        *(_LIST.waybill_no, _LIST.state, _LIST.return_status, _LIST.goods_fen),
        *(_LIST.quoted_tax_fen, _LIST.created_at, _since_at.label("since_at")),
    )


def _narrowed(query: Select[Any], view: View) -> Select[Any]:
    if view.name == ALL:
        return query
    if view.name == OPEN:
        return query.where(text(LIST_IS_OPEN))
    if view.name == SILENT:
        return _silent(query, view.silent_before)
    if view.name == REFUSED:
        return query.where(text(LIST_IS_OPEN), _LIST.state.in_(REFUSED_STATES))
    return query.where(_LIST.state == view.name)


def _silent(query: Select[Any], before: Instant) -> Select[Any]:
    """Whose order was paid later than ``before`` cannot be silent since then."""
    return query.where(
        text(LIST_IS_OPEN),
        _LIST.state.in_(AWAITING),
        _LIST.id < ids.earliest(before),
        _since_at < before,
    )
