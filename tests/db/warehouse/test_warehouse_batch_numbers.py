"""How exit batches are numbered, on both databases."""

from dataclasses import replace

from sqlalchemy import text

from bonded_display.warehouse.exit_batch import open_exit_batch
from kernel.register import get_warehouse, put_warehouse
from tests.db.stock.store import WAREHOUSE
from tests.db.warehouse.house import House

VEHICLE = "晋A12345"


def test_batches_of_a_day_are_numbered(house: House, clock):
    """Two today, one after midnight in China."""
    for _ in range(2):
        open_exit_batch(WAREHOUSE, vehicle_no=VEHICLE)
    clock.tick(14 * 3600)
    open_exit_batch(WAREHOUSE, vehicle_no=VEHICLE)

    with house.database.read() as conn:
        numbers = conn.execute(text("SELECT no FROM exit_batch ORDER BY id")).scalars().all()
    assert numbers == ["XB20261124-YS1-001", "XB20261124-YS1-002", "XB20261125-YS1-001"]


def test_warehouses_whose_ids_end_alike_open_batches_on_one_day(house: House):
    """Their ids end in the same three digits: the printed numbers are apart by the code."""
    with house.database.write() as conn:
        here = get_warehouse(conn, WAREHOUSE)
        there = put_warehouse(conn, replace(here, code="YS2", id=WAREHOUSE + 1000))
        alike = put_warehouse(conn, replace(here, code="YS2-A-LONG-ONE", id=WAREHOUSE + 2000))
        twin = put_warehouse(conn, replace(here, code="YS2-A-LONG-TWIN", id=WAREHOUSE + 3000))

    for warehouse_id in (WAREHOUSE, there.id, alike.id, twin.id):
        open_exit_batch(warehouse_id, vehicle_no=VEHICLE)

    with house.database.read() as conn:
        numbers = conn.execute(text("SELECT no FROM exit_batch ORDER BY id")).scalars().all()
    assert numbers == [
        "XB20261124-YS1-001",
        "XB20261124-YS2-001",
        "XB20261124-YS2AL-001",
        "XB20261124-YS2AL-002",
    ]
