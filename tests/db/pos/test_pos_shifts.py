"""A shift is opened once and closed once, whatever the line does; closing always succeeds."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, select

from kernel.db import Database
from pos.catalogue import Goods
from pos.server import register_terminal
from pos.server.intake import take_sales
from pos.server.shifts import take_shifts
from pos.server.tables import sale_flag, shift, terminal_conflict
from pos.server.terminals import Terminal
from tests.unit.pos.sales import SOLD_AT, a_sale, a_shift, some_goods


@pytest.fixture
def till(database: Database) -> Terminal:
    with database.write() as conn:
        return register_terminal(conn, 417, name="1 号")[0]


def take(database: Database, till: Terminal, *bodies: object) -> list[str]:
    """Take shifts in; return the outcomes."""
    with database.write() as conn:
        return [answer.outcome for answer in take_shifts(conn, till, bodies)]


def rows(database: Database, table: Any) -> list[Any]:
    """Return a table's rows."""
    with database.read() as conn:
        return list(conn.execute(select(table)))


def closed(opened: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the closing of a shift with one sale of 39.80 and two fen too few."""
    figures = {"closed_at": SOLD_AT + 1, "counted_cash_fen": 53_978, "seq_from": 1, "seq_to": 1}
    return opened | figures | {"sales": 1, "sales_fen": 3980, "voids": 2} | changes


def test_opened_and_closed(database: Database, till: Terminal) -> None:
    """Each word is taken once; said again it is answered again."""
    opened = a_shift()

    assert take(database, till, opened, opened) == ["accepted", "replayed"]
    assert take(database, till, closed(opened), closed(opened)) == ["accepted", "replayed"]
    assert take(database, till, opened) == ["replayed"]

    (row,) = rows(database, shift)
    assert (row.closed_at, row.counted_cash_fen, row.sales_fen, row.voids) == (
        SOLD_AT + 1,
        53_978,
        3980,
        2,
    )
    assert rows(database, terminal_conflict) == []


def test_the_closing_may_come_alone(database: Database, till: Terminal) -> None:
    """Offline from morning to evening: the shift is told once, closed."""
    assert take(database, till, closed(a_shift())) == ["accepted"]

    assert rows(database, shift)[0].sales == 1


@pytest.mark.parametrize("changes", [{"counted_cash_fen": 1}, {"clerk_no": "1008"}])
def test_another_closing_is_a_conflict(
    database: Database, till: Terminal, changes: dict[str, Any]
) -> None:
    """The first count stands; the other is kept for a person."""
    opened = a_shift()
    take(database, till, closed(opened))

    assert take(database, till, closed(opened, **changes)) == ["conflict"]

    assert rows(database, shift)[0].counted_cash_fen == 53_978
    assert rows(database, terminal_conflict)[0].kind == "shift"


@pytest.mark.parametrize("body", [None, {}, {"id": "x"}, a_shift(shift_no="1"), a_shift(id="7")])
def test_what_is_no_shift_is_kept_for_a_person(
    database: Database, till: Terminal, body: object
) -> None:
    """Nothing is dropped."""
    assert take(database, till, body) == ["nameless"]

    assert len(rows(database, terminal_conflict)) == 1


def test_a_sale_of_a_shift_that_was_closed_without_it_is_told(
    database: Database, till: Terminal
) -> None:
    """The shift closed at sale 1; sale 2 names it all the same: accepted and flagged."""
    opened = a_shift()
    take(database, till, closed(opened))

    with database.write() as conn:
        sales = [a_sale(number, shift_id=opened["id"]) for number in (1, 2)]
        taken = take_sales(conn, till, sales, goods=_goods)

    assert [answer.outcome for answer in taken] == ["accepted", "accepted"]
    assert [row.kind for row in rows(database, sale_flag)] == ["after_close"]


def _goods(_conn: Connection, _outlet_id: int) -> Sequence[Goods]:
    return [some_goods()]
