"""Exit batches that passed the gate: listed page by page, found by each number a person has."""

import pytest
from sqlalchemy import update

from bonded_display.warehouse.exit_batch import add_parcel, open_exit_batch
from bonded_display.warehouse.tables import exit_batch
from bonded_display.web import warehouse_pages
from kernel import clock
from tests.db.stock.store import WAREHOUSE
from tests.db.warehouse.house import CREAM, House
from tests.http.warehouse.desk import PAGES, Operator

PAST = f"/{WAREHOUSE}/past"


def gone(house: House, number: int, *, vehicle_no: str = "晋A12345") -> int:
    """Return a batch that passed the gate; the zone's numbers end in ``number``."""
    batch_id = open_exit_batch(WAREHOUSE, vehicle_no=vehicle_no)
    with house.database.write() as conn:
        conn.execute(
            update(exit_batch)
            .where(exit_batch.c.id == batch_id)
            .values(
                state="gone",
                bonded_inventory_list_no=f"QD{number:06d}",
                exit_pass_no=f"P{number:06d}",
                gross_e5=61_000,
                passed_at=clock.now(),
            )
        )
    return batch_id


def test_a_batch_that_passed_the_gate_stays_in_a_list(house: House, operator: Operator):
    """Number, pass, plate, parcels, weight and gate time; one under way is not among them."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.packed((cream, 1))
    batch_id = open_exit_batch(WAREHOUSE, vehicle_no="晋A12345")
    add_parcel(batch_id, waybill_no=parcel.waybill_no)
    under_way = operator.see(PAST)
    with house.database.write() as conn:
        values = {"bonded_inventory_list_no": "QD1", "exit_pass_no": "P1", "passed_at": clock.now()}
        conn.execute(update(exit_batch).values(state="gone", gross_e5=100_000, **values))

    page = operator.see(PAST)

    assert "没有批次过过卡" in under_way
    assert PAST in operator.see(f"/{WAREHOUSE}")
    for told in ("XB20261124-YS1-001", ">P1<", "晋A12345", "1 千克", "已过卡", "2026-11-24 10:00"):
        assert told in page
    assert f"{PAGES}/exit/{batch_id}" in page


def test_past_batches_come_by_pages(house: House, operator: Operator, monkeypatch):
    """Two a page, five there: three pages, the newest first, each batch once."""
    monkeypatch.setattr(warehouse_pages, "PAGE", 2)
    batches = [gone(house, number) for number in range(5)]

    seen, page = [], operator.see(PAST)
    for _ in range(3):
        seen += [one for one in batches[::-1] if f'{PAGES}/exit/{one}"' in page]
        last = seen[-1]
        follows = f"{PAST}?q=&amp;before={last}" in page
        page = operator.see(f"{PAST}?before={last}") if follows else page

    assert seen == batches[::-1]
    assert not follows


@pytest.mark.parametrize(
    "typed", ["XB20261124-YS1-002", "xb 20261124-ys1-002", "P000001", "qd000001", "晋B99999"]
)
def test_a_number_leads_to_its_batch(house: House, operator: Operator, typed: str):
    """Its own number, the pass, the bonded list, the plate; small letters and spaces forgiven."""
    gone(house, 0)
    wanted = gone(house, 1, vehicle_no="晋B99999")

    answer = operator.client.get(PAGES + PAST, query_string={"q": typed}, headers=operator.headers)

    assert answer.headers["Location"] == f"{PAGES}/exit/{wanted}"


def test_a_waybill_leads_to_the_batch_that_has_it_even_one_under_way(
    house: House, operator: Operator
):
    """Somebody asks where a parcel is: it lies in a batch that has not left."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.packed((cream, 1))
    gone(house, 0)
    batch_id = open_exit_batch(WAREHOUSE, vehicle_no="晋A12345")
    add_parcel(batch_id, waybill_no=parcel.waybill_no)

    answer = operator.client.get(f"{PAGES}{PAST}?q={parcel.waybill_no}", headers=operator.headers)

    assert answer.headers["Location"] == f"{PAGES}/exit/{batch_id}"


def test_the_beginning_of_a_number_lists_what_it_may_be(house: House, operator: Operator):
    """A day's batches; nothing for a number of another day, with the way back to all."""
    batches = [gone(house, number) for number in range(2)]

    page = operator.see(f"{PAST}?q=XB20261124")
    none = operator.see(f"{PAST}?q=XB2025_")

    assert all(f"{PAGES}/exit/{one}" in page for one in batches)
    assert "没有编号是“XB2025_”的批次" in none
    assert f'href="{PAGES}{PAST}"' in none
