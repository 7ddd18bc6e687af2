"""A parcel that customs wants to see waits in the bay; what is found there posts stock and book."""

import pytest

from bonded_display.stock.book import book_balance
from bonded_display.stock.controls import differences
from bonded_display.stock.errors import LotsShort
from bonded_display.warehouse.errors import CaseUnknown, NotNow, ParcelUnknown, SampleUnfit
from bonded_display.warehouse.exit_batch import add_parcel, open_exit_batch
from bonded_display.warehouse.inspection.cases import (
    CaseAsk,
    bring_to_bay,
    close_case,
    open_case,
)
from bonded_display.warehouse.inspection.outcomes import WISH_OF_STATUS, Result
from bonded_display.warehouse.inspection.queries import open_cases
from bonded_display.warehouse.inspection.record_result import record_result
from bonded_display.warehouse.pack_parcel import pack_parcel
from bonded_display.warehouse.pick_scan import pick_scan
from bonded_display.warehouse.rows import pick_lines
from kernel import db
from tests.db.stock.store import WAREHOUSE
from tests.db.warehouse.house import CREAM, SOAP, House, Parcel
from tests.support.sample_house import one, rows

PAPER = "查验0501-2026-0007"


@pytest.fixture
def parcel(house: House) -> Parcel:
    """Two creams and one soap, packed; five and three lie in the warehouse, in two lots of cream."""
    cream = house.stocked("17", ("A1", 3), ("A2", 2), item_id=CREAM)
    soap = house.stocked("18", ("B1", 3), item_id=SOAP)
    return house.packed((cream, 2), (soap, 1))


def case_of(parcel: Parcel, status: int = 500) -> int:
    list_id = one("SELECT list_id FROM pick_task WHERE id = :id", id=parcel.task_id)
    return open_case(
        CaseAsk(order_id=parcel.order_id, list_id=list_id, warehouse_id=WAREHOUSE, status=status)
    )


def in_bay(parcel: Parcel) -> int:
    case_of(parcel)
    return bring_to_bay(parcel.waybill_no)


def stock(item_id: int) -> tuple[int, int, int, int]:
    """Return on hand, held, set aside in lots, and what the book has left."""
    item = one("SELECT id FROM account_book_item WHERE item_id = :id", id=item_id)
    on_hand, held = rows(
        "SELECT on_hand, held FROM availability WHERE account_book_item_id = :id", id=item
    )[0]
    aside = one("SELECT SUM(set_aside) FROM lot WHERE account_book_item_id = :id", id=item)
    with db.read() as conn:
        return on_hand, held, aside, book_balance(conn, item).balance


def no_difference() -> bool:
    with db.read() as conn:
        return differences(conn) == []


@pytest.mark.parametrize("status", sorted(WISH_OF_STATUS))
def test_parcel_that_customs_wants_joins_no_exit_batch(house, parcel, status):
    """Until the list is released; told twice, one case; a later status changes the wish."""
    assert case_of(parcel) == case_of(parcel, status) == case_of(parcel, status)
    batch_id = open_exit_batch(WAREHOUSE, vehicle_no="沪B12345")

    with pytest.raises(NotNow):
        add_parcel(batch_id, waybill_no=parcel.waybill_no)
    with db.read() as conn:
        (row,) = open_cases(conn, WAREHOUSE, state="", after=0, most=9)
    assert (row.wish, row.status, row.waybill_no) == (
        WISH_OF_STATUS[status],
        status,
        parcel.waybill_no,
    )
    assert close_case(row.list_id)
    assert not close_case(row.list_id)

    add_parcel(batch_id, waybill_no=parcel.waybill_no)


def test_only_the_wanted_and_packed_parcel_comes_to_the_bay(house, parcel):
    """An unknown number, a parcel nobody asked for, one that is not packed."""
    with pytest.raises(ParcelUnknown):
        bring_to_bay("SF-NONE")
    with pytest.raises(CaseUnknown):
        bring_to_bay(parcel.waybill_no)
    other = house.ordered((parcel.lines[1][0], 1))
    case_of(other)
    with pytest.raises(NotNow):
        bring_to_bay(other.waybill_no)

    case_id = case_of(parcel)
    assert bring_to_bay(parcel.waybill_no) == bring_to_bay(parcel.waybill_no) == case_id
    assert one("SELECT state FROM inspection_case WHERE id = :id", id=case_id) == "in_bay"


def test_result_needs_the_parcel_in_the_bay(house, parcel):
    """Nothing is posted for one that nobody brought; no case, no result."""
    case_id = case_of(parcel)

    with pytest.raises(NotNow):
        record_result(case_id, Result.SEIZED, document_no=PAPER)
    with pytest.raises(CaseUnknown):
        record_result(1, Result.INTACT, document_no=PAPER)

    assert stock(CREAM) == (5, 2, 2, 5)


@pytest.mark.parametrize(
    ("result", "task"), [(Result.INTACT, "packed"), (Result.REPACKED, "picked")]
)
def test_parcel_found_whole_goes_on(house, parcel, result, task):
    """As it was, or packed and weighed again; stock and book stand; the order does not end."""
    case_id = in_bay(parcel)
    before = stock(CREAM), stock(SOAP)

    for _ in range(2):
        record_result(case_id, result, document_no=PAPER)

    assert house.task(parcel)[0] == task
    assert (stock(CREAM), stock(SOAP)) == before
    assert house.facts()[-1] == ("inspection.found", f"inspection_case:{case_id}")
    assert rows("SELECT state, result FROM inspection_case") == [("found", result)]
    if task == "picked":
        pack_parcel(parcel.task_id, gross_e5=120_000)
        assert house.task(parcel)[0] == "packed"


def test_samples_leave_stock_and_book_and_are_picked_anew(house, parcel):
    """One cream kept: four on hand, the order's claim stays two, another piece is to be picked."""
    case_id = in_bay(parcel)

    for _ in range(2):
        record_result(case_id, Result.SAMPLED, document_no=PAPER, sampled={1: 1})

    assert stock(CREAM) == (4, 2, 2, 4)
    assert stock(SOAP) == (3, 1, 1, 3)
    assert rows("SELECT gnum, qty FROM inspection_loss") == [(1, 1)]
    assert rows("SELECT kind, qty, document FROM movement WHERE kind = 'taken'") == [
        ("taken", -1, f"inspection_case:{case_id}:1")
    ]
    assert house.task(parcel) == ("picking", [1, 1])
    with db.read() as conn:
        missing = [line for line in pick_lines(conn, parcel.task_id) if line.picked_qty < line.qty]
    pick_scan(parcel.task_id, missing[0].lot_no)
    pack_parcel(parcel.task_id, gross_e5=100_000)
    assert house.task(parcel)[0] == "packed"
    assert no_difference()


@pytest.mark.parametrize("sampled", [{}, {3: 1}, {1: 3}, {1: 0}, {2: -1}])
def test_samples_that_the_parcel_does_not_hold_are_not_recorded(house, parcel, sampled):
    """No line, no such line, more than it has, none, less than none."""
    case_id, before = in_bay(parcel), stock(CREAM)

    with pytest.raises(SampleUnfit):
        record_result(case_id, Result.SAMPLED, document_no=PAPER, sampled=sampled)
    with pytest.raises(SampleUnfit):
        record_result(case_id, Result.INTACT, document_no=PAPER, sampled={1: 1})

    assert stock(CREAM) == before
    assert one("SELECT state FROM inspection_case") == "in_bay"


def test_samples_that_nothing_can_replace_are_not_recorded(house, parcel):
    """Other orders hold every other piece: nothing is posted, a person decides."""
    house.ordered((parcel.lines[0][0], 3))
    case_id, before = in_bay(parcel), stock(CREAM)

    with pytest.raises(LotsShort):
        record_result(case_id, Result.SAMPLED, document_no=PAPER, sampled={1: 1})

    assert stock(CREAM) == before == (5, 5, 5, 5)
    assert no_difference()


@pytest.mark.parametrize("result", [Result.SEIZED, Result.DESTROYED, Result.SENT_BACK])
def test_parcel_that_is_gone_takes_goods_claim_and_book_with_it(house, parcel, result):
    """Told twice, and a later status for a parcel that is no more: one loss, the case closed."""
    case_id = in_bay(parcel)

    for _ in range(2):
        record_result(case_id, result, document_no=PAPER)
    case_of(parcel, 502)

    assert (stock(CREAM), stock(SOAP)) == ((3, 0, 0, 3), (2, 0, 0, 2))
    assert house.task(parcel)[0] == "void"
    assert rows("SELECT state, document_no FROM inspection_case") == [("closed", PAPER)]
    assert rows("SELECT gnum, qty FROM inspection_loss ORDER BY gnum") == [(1, 2), (2, 1)]
    assert no_difference()
