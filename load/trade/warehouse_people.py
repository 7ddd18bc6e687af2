"""Decides how parcels leave: picked by scan, packed, listed, given a pass, loaded, let through.

Each step is the verb behind the operator's button; the gate is the zone's own.
"""

import requests
from sqlalchemy import select

from bonded_display.warehouse.exit_batch import add_parcel, open_exit_batch
from bonded_display.warehouse.exit_documents import (
    request_bonded_inventory_list,
    request_exit_pass,
)
from bonded_display.warehouse.load_parcel import load_parcel
from bonded_display.warehouse.pack_parcel import pack_parcel
from bonded_display.warehouse.pick_scan import pick_scan
from bonded_display.warehouse.queries import across_warehouses, task_view, work_of
from bonded_display.warehouse.record_gate_passed import record_gate_passed
from kernel import actor, config, db
from kernel.actor import Actor
from shop.tables import customs_order

VEHICLES = ("晋A12345", "晋A6F028", "晋AD31577")
CARTON_E5 = 20_000
MOST = 40


def send_off(operator: Actor, *, vehicle: str, leave: int = 0) -> int:
    """Send off what waits, but for the newest ``leave`` tasks; return how many parcels went."""
    sent = 0
    with actor.acting(operator), actor.correlated(""):
        for warehouse_id, task_ids in _tasks(leave):
            parcels = [pick_and_pack(task_id) for task_id in task_ids]
            for at in range(0, len(parcels), MOST):
                _leave_zone(warehouse_id, parcels[at : at + MOST], vehicle)
            sent += len(parcels)
    return sent


def _tasks(leave: int) -> list[tuple[int, list[int]]]:
    with db.read() as connection:
        works = [(one.id, work_of(connection, one.id)) for one in across_warehouses(connection)]
    return [
        (warehouse_id, [task.id for task in work.tasks][: len(work.tasks) - leave])
        for warehouse_id, work in works
    ]


def leave_in_hand(operator: Actor) -> None:
    """Begin what an operator has in hand now: one parcel packed, one half picked."""
    with actor.acting(operator), actor.correlated(""):
        for _, (first, second, *_) in ((one, ids) for one, ids in _tasks(0) if len(ids) > 1):
            pick_and_pack(first)
            pick(second, most=1)


def pick_and_pack(task_id: int) -> str:
    """Pick every piece of a parcel by its lot, close it with a plausible weight."""
    pick(task_id)
    with db.read() as connection:
        order_id = task_view(connection, task_id).task.order_id
        gross_e5 = connection.execute(
            select(customs_order.c.gross_e5).where(customs_order.c.id == order_id)
        ).scalar_one()
    return pack_parcel(task_id, gross_e5=gross_e5 + CARTON_E5)


def pick(task_id: int, *, most: int = 1_000) -> None:
    """Scan at most so many pieces of a pick list."""
    with db.read() as connection:
        lines = task_view(connection, task_id).lines
    codes = [f"(01){line.gtin14}(10){line.lot_no}" for line in lines for _ in range(line.qty)]
    for code in codes[:most]:
        pick_scan(task_id, code)


def _leave_zone(warehouse_id: int, parcels: list[str], vehicle: str) -> None:
    batch_id = open_exit_batch(warehouse_id, vehicle_no=vehicle)
    for waybill_no in parcels:
        add_parcel(batch_id, waybill_no=waybill_no)
    request_bonded_inventory_list(batch_id)
    pass_no = request_exit_pass(batch_id)
    for waybill_no in parcels:
        load_parcel(batch_id, waybill_no=waybill_no)
    gate = f"{config.current().zone_url}/gate/{pass_no}"
    requests.post(gate, json={"vehicle_no": vehicle}, timeout=20).raise_for_status()
    record_gate_passed(batch_id)
