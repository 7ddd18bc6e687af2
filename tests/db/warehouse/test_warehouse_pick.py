"""Picking by scan and packing, on both databases."""

import pytest
from sqlalchemy import text

from bonded_display.stock.errors import LotsShort
from bonded_display.warehouse.errors import (
    CodeAmbiguous,
    NotNow,
    PickedAlready,
    PickTaskUnknown,
    WeightImplausible,
    WrongGoods,
)
from bonded_display.warehouse.open_pick_task import void_pick_task
from bonded_display.warehouse.pack_parcel import pack_parcel
from bonded_display.warehouse.pick_scan import pick_scan
from tests.db.warehouse.house import CREAM, GTIN, SOAP, House


def test_scan_by_scan_the_task_is_picked_and_packed(house: House):
    """Two creams and a soap: three scans, then the scale; the fact names order and weight."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    soap = house.stocked("18", ("S1", 5), item_id=SOAP)
    parcel = house.ordered((cream, 2), (soap, 1))

    states = [pick_scan(parcel.task_id, code).state for code in (GTIN[CREAM], "S1", "L1")]
    waybill_no = pack_parcel(parcel.task_id, gross_e5=61_000)

    assert states == ["picking", "picking", "picked"]
    assert waybill_no == parcel.waybill_no
    assert house.task(parcel) == ("packed", [2, 1])
    assert house.facts() == [("warehouse.parcel_packed", f"customs_order:{parcel.order_id}")]
    assert house.level(cream) == (5, 2)


def test_wrong_goods_are_not_counted(house: House):
    """The picker takes soap for cream: refused with words, nothing counted."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    house.stocked("18", ("S1", 5), item_id=SOAP)
    parcel = house.ordered((cream, 2))

    with pytest.raises(WrongGoods):
        pick_scan(parcel.task_id, GTIN[SOAP])

    assert house.task(parcel) == ("open", [0])


def test_only_lots_of_the_allocated_account_book_item_are_picked(house: House):
    """The same cream lies there under a second item of the book: its lot and its GTIN are refused."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    house.stocked("19", ("L2", 5), item_id=CREAM)
    parcel = house.ordered((cream, 2))

    with pytest.raises(WrongGoods):
        pick_scan(parcel.task_id, "L2")
    with pytest.raises(CodeAmbiguous):
        pick_scan(parcel.task_id, GTIN[CREAM])
    pick_scan(parcel.task_id, "L1")

    assert house.task(parcel) == ("picking", [1])


def test_a_piece_too_many_is_refused(house: House):
    """One cream is asked for, two are scanned."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 1))
    pick_scan(parcel.task_id, "L1")

    with pytest.raises(PickedAlready):
        pick_scan(parcel.task_id, "L1")

    assert house.task(parcel) == ("picked", [1])


def test_a_task_is_opened_once(house: House):
    """The release is told twice: one task, its pieces set aside once."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 2))

    again = house.reopened(parcel)

    assert again == parcel.task_id
    with house.database.read() as conn:
        assert conn.execute(text("SELECT set_aside FROM lot")).scalar_one() == 2


def test_expired_lots_are_not_picked(house: House, clock):
    """The goods expired between payment and release: no task, no piece set aside."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    with house.database.write() as conn:
        conn.execute(text("UPDATE lot SET expires_on = '2026-11-24'"))

    with pytest.raises(LotsShort):
        house.ordered((cream, 2))

    with house.database.read() as conn:
        assert conn.execute(text("SELECT COUNT(*) FROM pick_task")).scalar_one() == 0


def test_nothing_is_packed_before_it_is_picked(house: House):
    """One of two pieces is scanned."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 2))
    pick_scan(parcel.task_id, "L1")

    with pytest.raises(NotNow):
        pack_parcel(parcel.task_id, gross_e5=100_000)

    assert house.facts() == []


def test_a_parcel_lighter_than_its_goods_is_refused(house: House):
    """Two creams of 150 g, the scale says 299.99 g; at 300 g it passes, and again the same."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 2))
    pick_scan(parcel.task_id, "L1")
    pick_scan(parcel.task_id, "L1")

    with pytest.raises(WeightImplausible):
        pack_parcel(parcel.task_id, gross_e5=29_999)
    for _ in range(2):
        pack_parcel(parcel.task_id, gross_e5=30_000)

    assert len(house.facts()) == 1


def test_a_void_task_frees_its_pieces(house: House):
    """The order is withdrawn while it lies open: another order gets the lot's pieces."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 4))

    void_pick_task(parcel.task_id, reason="order withdrawn")

    assert house.task(parcel)[0] == "void"
    with house.database.read() as conn:
        assert conn.execute(text("SELECT set_aside FROM lot")).scalar_one() == 0
    with pytest.raises(NotNow):
        pick_scan(parcel.task_id, "L1")


def test_an_unknown_task_is_not_found(house: House):
    """A picker types another number."""
    with pytest.raises(PickTaskUnknown):
        pick_scan(4711, "L1")
