"""A finished sale is a fact: taken in once and always, and doubted afterwards."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from kernel.db import Database
from pos.catalogue import Goods
from pos.server import register_terminal
from pos.server.intake import Answer, take_sales
from pos.server.tables import sale_flag, sale_line, terminal_conflict, terminal_sale
from pos.server.terminals import Terminal
from tests.support.seams import SECOND, FakeClock
from tests.unit.pos.sales import SOLD_AT, a_line, a_sale, some_goods

OUTLET = 417


@pytest.fixture
def till(database: Database) -> Terminal:
    with database.write() as conn:
        return register_terminal(conn, OUTLET, name="1 号")[0]


def goods(_conn: Connection, outlet_id: int) -> Sequence[Goods]:
    """What the outlet sells today."""
    return [some_goods()] if outlet_id == OUTLET else []


def take(database: Database, till: Terminal, *bodies: object) -> list[str]:
    """Take bodies in as one bulk; return the outcomes."""
    return [answer.outcome for answer in answers(database, till, *bodies)]


def answers(database: Database, till: Terminal, *bodies: object) -> list[Answer]:
    """Take bodies in as one bulk; return the answers."""
    with database.write() as conn:
        return take_sales(conn, till, bodies, goods=goods)


def count(database: Database, table: Any) -> int:
    """Return how many rows stand in a table."""
    with database.read() as conn:
        return int(conn.execute(select(func.count()).select_from(table)).scalar_one())


def flags(database: Database, *, settled: bool = False) -> list[str]:
    """Return the kinds of flags that are open, or settled."""
    state = sale_flag.c.settled_at.is_not(None) if settled else sale_flag.c.settled_at.is_(None)
    with database.read() as conn:
        found = conn.execute(select(sale_flag.c.kind).where(state).order_by(sale_flag.c.id))
        return list(found.scalars())


def test_a_sale_stands_as_it_came(database: Database, till: Terminal) -> None:
    """Its figures are the terminal's; nothing is doubted about a right one."""
    sale = a_sale()

    answer = answers(database, till, sale)[0]

    assert (answer.id, answer.outcome) == (sale["id"], "accepted")
    with database.read() as conn:
        row = conn.execute(select(terminal_sale)).one()
        line = conn.execute(select(sale_line)).one()
    assert (row.seq, row.total_fen, row.paid_fen, row.change_fen) == (1, 3980, 5000, 1020)
    assert (row.outlet_id, row.sold_at, row.content_hash) == (OUTLET, SOLD_AT, answer.hash)
    assert (line.item_id, line.qty, line.price_fen, line.price_version) == (71, 2, 1990, 3)
    assert flags(database) == []


def test_said_again_it_is_answered_again(database: Database, till: Terminal) -> None:
    """The answer was lost: the same sale comes twice, in one bulk too, and stands once."""
    sale = a_sale()

    assert take(database, till, sale, sale) == ["accepted", "replayed"]
    assert take(database, till, sale) == ["replayed"]

    assert count(database, terminal_sale) == 1
    assert count(database, sale_line) == 1
    assert count(database, terminal_conflict) == 0


def test_other_content_under_a_known_id_is_kept_for_a_person(
    database: Database, till: Terminal
) -> None:
    """The first stands; the other is kept whole, once, however often it comes."""
    sale = a_sale()
    other = sale | {"total_fen": 1, "paid_fen": 1, "change_fen": 0}
    take(database, till, sale)

    assert take(database, till, other) == ["conflict"]
    assert take(database, till, other) == ["conflict"]

    assert count(database, terminal_sale) == 1
    with database.read() as conn:
        kept = conn.execute(select(terminal_conflict)).one()
    assert (kept.kind, kept.subject_uuid) == ("sale", sale["id"])
    assert '"total_fen":1}' in kept.content


def test_the_same_id_from_another_till_is_a_conflict(database: Database, till: Terminal) -> None:
    """A journal was copied to a second machine."""
    sale = a_sale()
    take(database, till, sale)
    with database.write() as conn:
        second, _ = register_terminal(conn, OUTLET, name="2 号")

    assert take(database, second, sale) == ["conflict"]

    assert count(database, terminal_sale) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sale: sale.pop("lines"),
        lambda sale: sale.update(total_fen="3980"),
        lambda sale: sale.update(total_fen=2**70),
        lambda sale: sale.update(sale_no="a\0b"),
        lambda sale: sale.update(lines=[a_line(name="\ud800")]),
        lambda sale: sale.update(lines=[{"gnum": 1}]),
        lambda sale: sale.update(lines=[a_line(item_id="tea")]),
    ],
)
def test_a_sale_that_cannot_be_read_is_taken_in_and_flagged(
    database: Database, till: Terminal, spoil: Callable[[dict[str, Any]], object]
) -> None:
    """It happened: it stands as it came, and does not keep its neighbours from being taken in."""
    wrong = a_sale(1)
    spoil(wrong)

    assert take(database, till, wrong, a_sale(1)) == ["accepted", "accepted"]

    assert flags(database) == ["unreadable"]
    assert count(database, terminal_sale) == 2


@pytest.mark.parametrize("body", [None, 7, [], {}, {"id": "1"}, {"id": 7}, "sale"])
def test_what_has_no_id_is_kept_and_answered_by_its_hash(
    database: Database, till: Terminal, body: object
) -> None:
    """The terminal can be told what became of it; a person finds it."""
    answer = answers(database, till, body)[0]

    assert (answer.id, answer.outcome, len(answer.hash)) == ("", "nameless", 64)
    assert count(database, terminal_conflict) == 1
    assert count(database, terminal_sale) == 0


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"total_fen": 3979, "change_fen": 1021}, ["total_differs"]),
        ({"change_fen": 1000}, ["change_differs"]),
        ({"lines": [a_line(total_fen=3981)], "total_fen": 3981, "change_fen": 1019}, ["line_diff"]),
        ({"lines": [], "total_fen": 0, "paid_fen": 0, "change_fen": 0}, ["nothing_sold"]),
        ({"lines": [a_line(price_version=2, price_fen=1900, total_fen=3800)]}, ["total", "price_"]),
        ({"lines": [a_line(item_id="72")]}, ["not_in_catalogue"]),
        ({"at": SOLD_AT + 600 * SECOND}, ["clock_ahead"]),
        ({"seq": 2}, ["gap_before"]),
    ],
)
def test_a_doubt_is_a_flag_and_never_a_refusal(
    database: Database, till: Terminal, changes: dict[str, Any], kinds: list[str]
) -> None:
    """Sums, prices, clock, sequence: accepted each time, and told to a person."""
    assert take(database, till, a_sale(**changes)) == ["accepted"]

    found = flags(database)
    assert len(found) == len(kinds)
    assert all(flag.startswith(kind) for flag, kind in zip(found, kinds, strict=True))


def test_a_sale_of_the_version_before_has_no_shift(database: Database, till: Terminal) -> None:
    """A till of the last release sends neither shift nor clock offset: taken in, and told."""
    sale = a_sale()
    del sale["shift_id"], sale["clock_offset_ms"]

    assert take(database, till, sale) == ["accepted"]

    assert flags(database) == ["no_shift"]


def test_a_gap_is_told_and_settles_itself_when_it_is_filled(
    database: Database, till: Terminal, clock: FakeClock
) -> None:
    """3 comes before 2: flagged; 2 comes later: settled by the system. 1 lacks nothing."""
    take(database, till, a_sale(1), a_sale(3))
    assert flags(database) == ["gap_before"]

    clock.tick(60)
    take(database, till, a_sale(2))

    assert flags(database) == []
    assert flags(database, settled=True) == ["gap_before"]


def test_in_one_bulk_the_order_does_not_matter(database: Database, till: Terminal) -> None:
    """3, 1, 2 at once: nothing is missing."""
    take(database, till, a_sale(3), a_sale(1), a_sale(2))

    assert flags(database) == []


def test_a_number_used_twice_is_told(database: Database, till: Terminal) -> None:
    """A copied journal goes on counting: both sales stand, the second is flagged."""
    assert take(database, till, a_sale(1), a_sale(2)) == ["accepted", "accepted"]
    assert take(database, till, a_sale(2)) == ["accepted"]

    assert flags(database) == ["sequence_repeated"]


def test_the_same_sale_from_two_threads_stands_once(database: Database, till: Terminal) -> None:
    """Six requests at once, forty sales in each, shuffled only by chance: forty stand."""
    sales = [a_sale(seq) for seq in range(1, 41)]
    outcomes: list[str] = []

    def send() -> None:
        outcomes.extend(take(database, till, *sales))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["accepted"] * 40 + ["replayed"] * 200
    assert count(database, terminal_sale) == 40
    assert flags(database) == []
