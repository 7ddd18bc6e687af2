"""From the gate to the receiver's signature, on both databases."""

import pytest

from bonded_display.warehouse.delivery import hand_to_courier, record_signed_for
from bonded_display.warehouse.errors import CourierRefused, NotNow
from bonded_display.warehouse.exit_batch import add_parcel, open_exit_batch
from bonded_display.warehouse.exit_documents import (
    request_bonded_inventory_list,
    request_exit_pass,
)
from bonded_display.warehouse.load_parcel import load_parcel
from bonded_display.warehouse.record_gate_passed import record_gate_passed
from kernel.clock import parse_china_text
from tests.db.stock.store import WAREHOUSE
from tests.db.warehouse.house import CREAM, House, Parcel
from tests.db.warehouse.other_side import OtherSide


def gone(house: House, other_side: OtherSide) -> tuple[int, Parcel]:
    """Return a batch that passed the gate, with its parcel."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    parcel = house.packed((cream, 3))
    batch_id = open_exit_batch(WAREHOUSE, vehicle_no="晋A12345")
    add_parcel(batch_id, waybill_no=parcel.waybill_no)
    request_bonded_inventory_list(batch_id)
    pass_no = request_exit_pass(batch_id)
    load_parcel(batch_id, waybill_no=parcel.waybill_no)
    other_side.open_gate(pass_no)
    record_gate_passed(batch_id)
    return batch_id, parcel


def test_the_courier_collects_what_passed(house: House, other_side: OtherSide):
    """The parcel is handed over under its exit pass; told again, the courier is not asked."""
    batch_id, parcel = gone(house, other_side)

    assert [hand_to_courier(batch_id) for _ in range(2)] == [1, 1]

    (first,) = other_side.bodies("/collections")
    assert first["waybills"] == [parcel.waybill_no]
    assert first["exit_pass_no"].startswith("P")


def test_signed_for_is_what_the_courier_says_once(house: House, other_side: OtherSide):
    """Not yet; then delivered: the courier's instant, one fact."""
    batch_id, parcel = gone(house, other_side)
    hand_to_courier(batch_id)
    assert record_signed_for(parcel.order_id) is None
    other_side.deliver(parcel.waybill_no)

    signed = {record_signed_for(parcel.order_id) for _ in range(2)}

    assert signed == {parse_china_text("20261126093000")}
    assert house.facts()[2:] == [("parcel.signed_for", f"customs_order:{parcel.order_id}")]


def test_nothing_is_signed_for_before_the_gate(house: House, other_side: OtherSide):
    """The courier says delivered of a parcel that stands in the warehouse: refused, no fact."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    parcel = house.packed((cream, 3))
    other_side.deliver(parcel.waybill_no)

    with pytest.raises(NotNow):
        record_signed_for(parcel.order_id)
    batch_id = open_exit_batch(WAREHOUSE, vehicle_no="晋A12345")
    with pytest.raises(NotNow):
        hand_to_courier(batch_id)

    assert house.facts() == [("warehouse.parcel_packed", f"customs_order:{parcel.order_id}")]


def test_a_refused_collection_is_told(house: House, other_side: OtherSide):
    """The courier does not know the pass: its word is among the facts, nothing is recorded."""
    batch_id, _ = gone(house, other_side)
    other_side.refuse["/collections"] = (409, {"error": "pass_not_passed"})

    with pytest.raises(CourierRefused) as refused:
        hand_to_courier(batch_id)

    assert refused.value.facts["answer"] == "pass_not_passed"


def test_parcels_the_courier_left_are_handed_over_again(house: House, other_side: OtherSide):
    """It took one of two; asked again it is given the other, under a number of its own."""
    cream = house.stocked("17", ("L1", 8), item_id=CREAM)
    parcels = [house.packed((cream, 1)) for _ in range(2)]
    batch_id = open_exit_batch(WAREHOUSE, vehicle_no="晋A12345")
    for parcel in parcels:
        add_parcel(batch_id, waybill_no=parcel.waybill_no)
    request_bonded_inventory_list(batch_id)
    pass_no = request_exit_pass(batch_id)
    for parcel in parcels:
        load_parcel(batch_id, waybill_no=parcel.waybill_no)
    other_side.open_gate(pass_no)
    record_gate_passed(batch_id)
    taken, left = (parcel.waybill_no for parcel in parcels)
    other_side.refuse["/collections"] = (200, {"collected": [taken]})

    told = [hand_to_courier(batch_id)]
    other_side.refuse.clear()
    told.append(hand_to_courier(batch_id))

    first, second = other_side.bodies("/collections")
    assert told == [1, 2]
    assert first["request_no"] != second["request_no"]
    assert second["waybills"] == [left]
