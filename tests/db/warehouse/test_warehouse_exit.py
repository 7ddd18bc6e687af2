"""Exit batch, its documents, loading and the gate, on both databases."""

import json

import pytest
from sqlalchemy import select, text

from bonded_display.stock.book import BookBalance, book_balance
from bonded_display.stock.errors import AccountBookShort
from bonded_display.warehouse.errors import (
    AnswerUnclear,
    BatchEmpty,
    ExitBatchUnknown,
    NotNow,
    NotOnExitPass,
    ParcelElsewhere,
    ParcelUnknown,
    PassedUnloaded,
    ZoneRefused,
)
from bonded_display.warehouse.exit_batch import add_parcel, open_exit_batch, remove_parcel
from bonded_display.warehouse.exit_documents import (
    request_bonded_inventory_list,
    request_exit_pass,
)
from bonded_display.warehouse.load_parcel import load_parcel
from bonded_display.warehouse.open_pick_task import void_pick_task
from bonded_display.warehouse.record_gate_passed import record_gate_passed
from kernel import outbox
from kernel.calls import OtherSideDown
from tests.db.stock.store import BOOK, WAREHOUSE
from tests.db.warehouse.house import CREAM, SOAP, House, Parcel
from tests.db.warehouse.other_side import OtherSide

VEHICLE = "晋A12345"


def batch_of(*parcels: Parcel) -> int:
    batch_id = open_exit_batch(WAREHOUSE, vehicle_no=VEHICLE)
    for parcel in parcels:
        add_parcel(batch_id, waybill_no=parcel.waybill_no)
    return batch_id


def approved(*parcels: Parcel) -> tuple[int, str]:
    batch_id = batch_of(*parcels)
    request_bonded_inventory_list(batch_id)
    return batch_id, request_exit_pass(batch_id)


def balance(house: House, book_item: int) -> BookBalance:
    with house.database.read() as conn:
        return book_balance(conn, book_item)


def test_the_whole_way_out(house: House, other_side: OtherSide):
    """Two parcels, list, pass, loaded by scan, gate: the zone heard it exactly, the books follow."""
    cream = house.stocked("17", ("L1", 2), ("L2", 6), item_id=CREAM)
    soap = house.stocked("18", ("S1", 5), item_id=SOAP)
    first, second = house.packed((cream, 3), (soap, 1)), house.packed((cream, 1))

    batch_id = batch_of(first, second)
    list_no = request_bonded_inventory_list(batch_id)
    assert balance(house, cream) == BookBalance(8, 4, 0, 0)
    pass_no = request_exit_pass(batch_id)
    left = [load_parcel(batch_id, waybill_no=one.waybill_no) for one in (first, second)]
    assert record_gate_passed(batch_id) is False
    other_side.open_gate(pass_no)
    assert record_gate_passed(batch_id) is True

    (asked_list,) = other_side.bodies("/inventory-lists")
    assert (asked_list["type"], asked_list["account_book_no"]) == ("8", BOOK)
    assert asked_list["area_code"] == "3122480001"
    assert [len(one["lines"]) for one in asked_list["lists"]] == [2, 1]
    assert asked_list["lists"][0]["lines"] == [
        {"gnum": 1, "item_record_no": "17", "qty": 3},
        {"gnum": 2, "item_record_no": "18", "qty": 1},
    ]
    (asked_pass,) = other_side.bodies("/exit-passes")
    assert asked_pass["bonded_inventory_list_nos"] == [list_no]
    assert asked_pass["gross_e5"] == 200_000
    assert asked_pass["parcels"] == [first.waybill_no, second.waybill_no]
    assert left == [1, 0]
    assert balance(house, cream) == BookBalance(8, 0, 4, 0)
    assert (house.level(cream), house.level(soap)) == ((4, 0), (4, 0))
    assert house.state(first.order_id) == ["consumed", "consumed"]
    assert house.batch_state(batch_id) == "gone"
    assert house.differences() == []


def test_the_gate_is_told_once(house: House, other_side: OtherSide):
    """Worker and operator both ask after the gate: one fact, one deduction."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    parcel = house.packed((cream, 3))
    batch_id, pass_no = approved(parcel)
    load_parcel(batch_id, waybill_no=parcel.waybill_no)
    other_side.open_gate(pass_no)

    assert [record_gate_passed(batch_id), record_gate_passed(batch_id)] == [True, True]

    assert house.facts()[1:] == [("exit.gate_passed", f"exit_batch:{batch_id}")]
    with house.database.read() as conn:
        stored = conn.execute(
            select(outbox.fact_table.c.payload).where(
                outbox.fact_table.c.name == "exit.gate_passed"
            )
        ).scalar_one()
    told = json.loads(stored)
    assert told["order_ids"] == [parcel.order_id]
    assert told["exit_pass_no"] == pass_no
    assert house.level(cream) == (5, 0)


def test_documents_are_asked_for_once(house: House, other_side: OtherSide):
    """The operator presses both buttons twice: the zone is asked once for each, the book counts once."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    batch_id = batch_of(house.packed((cream, 3)))

    lists = {request_bonded_inventory_list(batch_id) for _ in range(2)}
    passes = {request_exit_pass(batch_id) for _ in range(2)}

    assert (len(lists), len(passes)) == (1, 1)
    assert [path for path, _ in other_side.asked] == ["/inventory-lists", "/exit-passes"]
    assert balance(house, cream) == BookBalance(8, 3, 0, 0)


def test_a_lost_answer_is_asked_for_under_the_same_number(house: House, other_side: OtherSide):
    """The zone is down, then up: the batch stood still between, both requests carry one number."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    parcel = house.packed((cream, 3))
    batch_id = batch_of(parcel)
    other_side.refuse["/inventory-lists"] = (503, {"error": "busy"})

    with pytest.raises(OtherSideDown):
        request_bonded_inventory_list(batch_id)
    assert house.batch_state(batch_id) == "closed"
    with pytest.raises(NotNow):
        add_parcel(batch_id, waybill_no=house.packed((cream, 1)).waybill_no)
    other_side.refuse.clear()
    request_bonded_inventory_list(batch_id)

    numbers = [body["request_no"] for body in other_side.bodies("/inventory-lists")]
    assert numbers == [numbers[0]] * 2


def test_what_the_zone_refuses_is_told_and_can_be_taken_out(house: House, other_side: OtherSide):
    """One list is not released for the zone: its code is shown; without the parcel it is approved."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    good, bad = house.packed((cream, 1)), house.packed((cream, 2))
    batch_id = batch_of(good, bad)
    other_side.refuse["/inventory-lists"] = (
        409,
        {"error": "list_not_released", "detail": "2249… is not released"},
    )

    with pytest.raises(ZoneRefused) as refused:
        request_bonded_inventory_list(batch_id)
    other_side.refuse.clear()
    remove_parcel(batch_id, waybill_no=bad.waybill_no)
    request_bonded_inventory_list(batch_id)

    assert refused.value.facts["answer"] == "list_not_released"
    first, second = other_side.bodies("/inventory-lists")
    assert first["request_no"] != second["request_no"]
    assert [one["lines"][0]["qty"] for one in second["lists"]] == [1]
    assert balance(house, cream) == BookBalance(8, 1, 0, 0)


def test_an_answer_without_its_number_changes_nothing(house: House, other_side: OtherSide):
    """The zone says yes and forgets the number: told as unclear, the batch waits."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    batch_id = batch_of(house.packed((cream, 1)))
    other_side.refuse["/inventory-lists"] = (200, {"state": "approved"})

    with pytest.raises(AnswerUnclear):
        request_bonded_inventory_list(batch_id)

    assert house.batch_state(batch_id) == "closed"
    assert balance(house, cream) == BookBalance(8, 0, 0, 0)


def test_the_zone_is_not_asked_for_more_than_the_book_has(house: House, other_side: OtherSide):
    """Somebody else's list pre-deducted the book: refused before the zone hears of it."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    batch_id = batch_of(house.packed((cream, 3)))
    with house.database.write() as conn:
        conn.execute(text("UPDATE account_book_balance SET pre_deducted = 6"))

    with pytest.raises(AccountBookShort):
        request_bonded_inventory_list(batch_id)

    assert other_side.asked == []
    assert house.batch_state(batch_id) == "open"


def test_an_empty_batch_is_not_listed(house: House, other_side: OtherSide):
    """The operator presses the button before any parcel was scanned."""
    batch_id = open_exit_batch(WAREHOUSE, vehicle_no=VEHICLE)

    with pytest.raises(BatchEmpty):
        request_bonded_inventory_list(batch_id)

    assert house.batch_state(batch_id) == "open"
    assert other_side.asked == []


def test_only_parcels_on_the_pass_are_loaded(house: House):
    """A parcel of another batch is scanned at the vehicle: refused, nothing loaded."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    ours, other = house.packed((cream, 1)), house.packed((cream, 1))
    batch_id, _ = approved(ours)
    batch_of(other)

    with pytest.raises(NotOnExitPass):
        load_parcel(batch_id, waybill_no=other.waybill_no)
    assert [load_parcel(batch_id, waybill_no=ours.waybill_no) for _ in range(2)] == [0, 0]

    assert (house.task(ours)[0], house.task(other)[0]) == ("loaded", "packed")


def test_nothing_is_loaded_before_the_pass(house: House):
    """The list is approved, the pass not yet asked for."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    parcel = house.packed((cream, 1))
    batch_id = batch_of(parcel)
    request_bonded_inventory_list(batch_id)

    with pytest.raises(NotNow):
        load_parcel(batch_id, waybill_no=parcel.waybill_no)
    with pytest.raises(NotNow):
        record_gate_passed(batch_id)

    assert house.task(parcel)[0] == "packed"


def test_a_gate_passed_with_a_parcel_left_behind_deducts_nothing(
    house: House, other_side: OtherSide
):
    """Two on the pass, one scanned, the vehicle gone: a person is told which one is missing."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    first, second = house.packed((cream, 1)), house.packed((cream, 1))
    batch_id, pass_no = approved(first, second)
    load_parcel(batch_id, waybill_no=first.waybill_no)
    other_side.open_gate(pass_no)

    with pytest.raises(PassedUnloaded) as refused:
        record_gate_passed(batch_id)

    assert refused.value.facts["missing"] == second.waybill_no
    assert house.level(cream) == (8, 2)
    assert house.batch_state(batch_id) == "approved"


def test_a_parcel_lies_in_one_batch(house: House):
    """The same parcel is scanned into a second batch; into its own again is harmless."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    parcel = house.packed((cream, 1))
    batch_id = batch_of(parcel)
    add_parcel(batch_id, waybill_no=parcel.waybill_no)
    other = open_exit_batch(WAREHOUSE, vehicle_no=VEHICLE)

    with pytest.raises(ParcelElsewhere):
        add_parcel(other, waybill_no=parcel.waybill_no)
    with pytest.raises(NotNow):
        void_pick_task(parcel.task_id, reason="too late")


def test_only_packed_parcels_join_a_batch(house: House):
    """One is still being picked, one number belongs to nobody, one batch does not exist."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    parcel = house.ordered((cream, 1))
    batch_id = open_exit_batch(WAREHOUSE, vehicle_no=VEHICLE)

    with pytest.raises(NotNow):
        add_parcel(batch_id, waybill_no=parcel.waybill_no)
    with pytest.raises(ParcelUnknown):
        add_parcel(batch_id, waybill_no="SF000")
    with pytest.raises(ExitBatchUnknown):
        add_parcel(4711, waybill_no=parcel.waybill_no)
