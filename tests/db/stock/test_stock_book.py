"""The account book and the gate: each figure once, each with its document."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from bonded_display.stock.book import BookBalance, book_balance, pre_deduct
from bonded_display.stock.enter import EnteredLine, enter_stock
from bonded_display.stock.errors import AccountBookShort, AllocationMissing, DocumentChanged
from bonded_display.stock.gate import GateLine, deduct_at_gate
from bonded_display.stock.lots import put_back_lots, set_aside_lots
from bonded_display.stock.tables import book_deduction, lot, movement, reservation
from kernel import clock as kernel_clock
from kernel.clock import china_date
from kernel.db import Database
from tests.db.stock.store import WAREHOUSE, Store

LIST_NO = "QD224926I000000042"
PASS_NO = "P224926000000007"


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


def balance(store: Store, book_item: int) -> BookBalance:
    with store.database.read() as conn:
        return book_balance(conn, book_item)


def packed(store: Store, book_item: int, qty: int) -> list[GateLine]:
    """Return the gate lines of an allocated order whose pieces are set aside."""
    order = store.reserve(book_item, qty, expires_at=kernel_clock.now() + 1)
    with store.database.write() as conn:
        conn.execute(
            reservation.update()
            .where(reservation.c.order_id == order)
            .values(state="allocated", expires_at=None)
        )
        picks = set_aside_lots(
            conn, WAREHOUSE, book_item, qty=qty, on=china_date(kernel_clock.now())
        )
    return [
        GateLine(
            order_id=order,
            gnum=1,
            warehouse_id=WAREHOUSE,
            account_book_item_id=book_item,
            lot_id=pick.lot_id,
            qty=pick.qty,
        )
        for pick in picks
    ]


def listed(store: Store, lines: list[GateLine]) -> int:
    with store.database.write() as conn:
        return pre_deduct(
            conn,
            LIST_NO,
            [(line.line, line.account_book_item_id, line.qty) for line in lines],
            at=kernel_clock.now(),
        )


def passed(store: Store, lines: list[GateLine]) -> int:
    with store.database.write() as conn:
        return deduct_at_gate(conn, PASS_NO, lines, at=kernel_clock.now())


def test_the_way_out_moves_every_book(store: Store):
    """Three of eight pieces leave from two lots: list, then gate; each book says the same."""
    book_item = store.stocked("17", ("L1", 2), ("L2", 6))
    lines = packed(store, book_item, 3)

    listed(store, lines)

    assert balance(store, book_item) == BookBalance(8, 3, 0, 0)
    assert store.level(book_item) == (8, 3)

    passed(store, lines)

    assert balance(store, book_item) == BookBalance(8, 0, 3, 0)
    assert balance(store, book_item).balance == 5
    assert store.level(book_item) == (5, 0)
    assert store.state(lines[0].order_id) == ["consumed"]
    with store.database.read() as conn:
        assert conn.execute(select(lot.c.lot_no, lot.c.qty, lot.c.set_aside)).all() == [
            ("L1", 0, 0),
            ("L2", 5, 0),
        ]
    assert store.differences() == []


def test_each_figure_names_its_document(store: Store):
    """Entered, pre-deducted, deducted: the log sums to the balance, by document number."""
    book_item = store.stocked("17", ("L1", 8))
    lines = packed(store, book_item, 3)
    listed(store, lines)
    passed(store, lines)

    columns = book_deduction.c
    with store.database.read() as conn:
        rows = conn.execute(
            select(columns.figure, columns.document, columns.qty).order_by(columns.id)
        )
        assert rows.all() == [
            ("entered", "QD2249I17", 8),
            ("pre_deducted", LIST_NO, 3),
            ("pre_deducted", PASS_NO, -3),
            ("deducted", PASS_NO, 3),
        ]


def test_a_document_counts_once(store: Store):
    """Inbound list, inventory list and gate are each told twice: the figures stand still."""
    book_item = store.stocked("17", ("L1", 8))
    lines = packed(store, book_item, 3)

    store.stocked("17", ("L1", 8))
    assert (listed(store, lines), listed(store, lines)) == (1, 0)
    assert (passed(store, lines), passed(store, lines)) == (1, 0)

    assert balance(store, book_item) == BookBalance(8, 0, 3, 0)
    assert store.level(book_item) == (5, 0)
    assert store.differences() == []


def test_a_document_line_does_not_change_its_quantity(store: Store):
    """The inbound list comes again with nine pieces where eight stand: refused, eight stay."""
    book_item = store.stocked("17", ("L1", 8))

    with pytest.raises(DocumentChanged) as refused:
        store.stocked("17", ("L1", 9))

    assert refused.value.facts == {"document_line": "QD2249I17/1", "stored": 8, "given": 9}
    assert store.level(book_item) == (8, 0)


def test_the_book_is_not_overdrawn(store: Store):
    """A list names nine where the book has eight left: refused before anything is counted."""
    book_item = store.stocked("17", ("L1", 8))

    with pytest.raises(AccountBookShort), store.database.write() as conn:
        pre_deduct(conn, LIST_NO, [("a", book_item, 5), ("b", book_item, 4)], at=1)

    assert balance(store, book_item) == BookBalance(8, 0, 0, 0)


def test_only_allocated_goods_pass_the_gate(store: Store):
    """The order's reservation was released while the parcel stood there: no book moves."""
    book_item = store.stocked("17", ("L1", 8))
    lines = packed(store, book_item, 3)
    listed(store, lines)
    with store.database.write() as conn:
        conn.execute(text("UPDATE reservation SET state = 'released'"))
        conn.execute(text("UPDATE availability SET held = 0"))

    with pytest.raises(AllocationMissing):
        passed(store, lines)

    assert balance(store, book_item) == BookBalance(8, 3, 0, 0)
    assert store.level(book_item) == (8, 0)
    assert store.differences() == []


def test_a_parcel_short_of_its_allocation_does_not_pass(store: Store):
    """Three are allocated, the pass carries two: the order's books would part, so it is refused."""
    book_item = store.stocked("17", ("L1", 8))
    (line,) = packed(store, book_item, 3)
    short = GateLine(
        **{name: getattr(line, name) for name in line.__dataclass_fields__} | {"qty": 2}
    )

    with pytest.raises(AllocationMissing):
        passed(store, [short])

    assert store.level(book_item) == (8, 3)


def test_pieces_on_one_pick_task_are_not_on_another(store: Store):
    """Two tasks want three of four pieces of one lot: the second takes the next lot."""
    book_item = store.stocked("17", ("L1", 4), ("L2", 4))
    first = packed(store, book_item, 3)
    second = packed(store, book_item, 3)

    assert [line.qty for line in first] == [3]
    assert [line.qty for line in second] == [1, 2]

    with store.database.write() as conn:
        put_back_lots(conn, [(line.lot_id, line.qty) for line in first])
        assert conn.execute(select(lot.c.set_aside).order_by(lot.c.lot_no)).scalars().all() == [
            1,
            2,
        ]


@pytest.mark.parametrize("table", [movement.name, book_deduction.name])
@pytest.mark.parametrize("change", ["UPDATE {} SET qty = 7", "DELETE FROM {}"])
def test_logs_are_only_added_to(store: Store, table: str, change: str):
    """Somebody corrects a movement in place: the database refuses; a counter-movement is the way."""
    store.stocked("17", ("L1", 8))

    with pytest.raises(DatabaseError, match="append-only"), store.database.write() as conn:
        conn.execute(text(change.format(table)))

    with store.database.read() as conn:
        assert conn.execute(text(f"SELECT qty FROM {table}")).scalars().all() == [8]


def test_a_difference_between_lots_and_level_is_told(store: Store):
    """A lot was changed behind the level's back: the control names item and both figures."""
    book_item = store.stocked("17", ("L1", 8))
    with store.database.write() as conn:
        conn.execute(text("UPDATE lot SET qty = 7"))

    (found,) = store.differences()

    assert (found.control, found.account_book_item_id) == ("lots = on hand", book_item)
    assert (found.expected, found.found) == (8, 7)


def test_two_lots_of_one_document_enter_in_one_step(store: Store, database: Database):
    """The second line fails its check: the first one is not in the books either."""
    book_item = store.stocked("17", ("L1", 8))
    line = EnteredLine(
        line="1",
        warehouse_id=WAREHOUSE,
        account_book_item_id=book_item,
        lot_no="L9",
        location="B-01-1",
        qty=5,
    )
    unknown = EnteredLine(
        line="2", warehouse_id=WAREHOUSE, account_book_item_id=99, lot_no="X", location="B", qty=5
    )

    with pytest.raises(Exception, match=r"(?i)foreign key"), database.write() as conn:
        enter_stock(conn, "QD2249I99", [line, unknown], at=1)

    assert store.level(book_item) == (8, 0)
