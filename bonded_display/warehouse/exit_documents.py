"""Decide how an exit batch gets its two documents: bonded inventory list, then exit pass.

The zone approves them; between our commit and its answer the batch stands still, so that
asking again asks for the same.
"""

from sqlalchemy import Connection

from bonded_display.stock.book import pre_deduct, require_left
from bonded_display.stock.book_items import book_items
from bonded_display.stock.gate import GateLine
from bonded_display.warehouse import zone
from bonded_display.warehouse.answers import said
from bonded_display.warehouse.errors import BatchEmpty, ZoneRefused
from bonded_display.warehouse.rows import (
    BatchRow,
    batch_row,
    gate_lines,
    move_batch,
    parcels_of,
)
from kernel import audit, clock, db, locks, register
from kernel.calls import Answered


def request_bonded_inventory_list(batch_id: int) -> str:
    """Have the zone approve the batch's bonded inventory list (type 8); return its number.

    Approval pre-deducts the account book in the same commit.  Raises ``BatchEmpty``,
    ``AccountBookShort`` before the zone is asked, ``ZoneRefused`` with the zone's code
    (take the parcel out and ask again), ``Unavailable`` when it does not answer.
    Source: rules section 3.
    """
    with db.write() as conn:
        batch = batch_row(conn, batch_id)
        if batch.bonded_inventory_list_no is not None:
            return str(batch.bonded_inventory_list_no)
        if batch.state == "open":
            move_batch(conn, batch, "closed")
        ask = _list_ask(conn, batch)
    try:
        list_no = zone.approve_list(ask)
    except Answered as refused:
        raise _refused("bonded_inventory_list", batch, refused) from refused
    with db.write() as conn:
        locks.take(conn, locks.Rank.WAREHOUSE, batch.warehouse_id)
        batch = batch_row(conn, batch_id)
        if batch.bonded_inventory_list_no is not None:
            return str(batch.bonded_inventory_list_no)
        move_batch(conn, batch, "listed", bonded_inventory_list_no=list_no)
        lines = [(ln.line, ln.account_book_item_id, ln.qty) for ln in gate_lines(conn, batch_id)]
        pre_deduct(conn, list_no, lines, at=clock.now())
        audit.record(
            conn,
            "request_bonded_inventory_list",
            subject=f"exit_batch:{batch_id}",
            detail={"bonded_inventory_list_no": list_no},
        )
    return list_no


def _list_ask(conn: Connection, batch: BatchRow) -> zone.ListAsk:
    lines = gate_lines(conn, batch.id)
    if not lines:
        raise BatchEmpty(batch_no=batch.no)
    require_left(conn, [(line.account_book_item_id, line.qty) for line in lines])
    warehouse = register.get_warehouse(conn, batch.warehouse_id)
    return zone.ListAsk(
        request_no=f"{batch.no}-L{batch.contents}",
        account_book_no=warehouse.account_book_no,
        area_code=_area_code(conn, warehouse.area_enterprise_id),
        released=_released(conn, batch.id, lines),
    )


def _area_code(conn: Connection, enterprise_id: int) -> str:
    """The zone's enterprises are filed, so they have a customs code; else the register errs."""
    code = register.get_enterprise(conn, enterprise_id).customs_code
    if code is None:
        raise register.NotRegistered(kind="customs_code", key=enterprise_id)
    return code


def _released(
    conn: Connection, batch_id: int, lines: list[GateLine]
) -> list[tuple[str, list[zone.ListedLine]]]:
    records = book_items(conn, {line.account_book_item_id for line in lines})
    by_order: dict[int, dict[int, zone.ListedLine]] = {}
    for line in lines:
        listed = by_order.setdefault(line.order_id, {})
        before = listed[line.gnum].qty if line.gnum in listed else 0
        listed[line.gnum] = zone.ListedLine(
            gnum=line.gnum,
            item_record_no=records[line.account_book_item_id].item_record_no,
            qty=before + line.qty,
        )
    return [
        (
            parcel.invt_no,
            [by_order[parcel.order_id][gnum] for gnum in sorted(by_order[parcel.order_id])],
        )
        for parcel in parcels_of(conn, batch_id)
    ]


def request_exit_pass(batch_id: int) -> str:
    """Have the zone approve the batch's exit pass; return its number.

    Only parcels of the approved list are on it, with the weights of the packing scale.
    Raises ``NotNow`` before the list is approved, ``ZoneRefused``, ``Unavailable``.
    """
    with db.write() as conn:
        batch = batch_row(conn, batch_id)
        if batch.exit_pass_no is not None:
            return str(batch.exit_pass_no)
        parcels = parcels_of(conn, batch_id)
        gross_e5 = sum(parcel.gross_e5 for parcel in parcels)
        if batch.state != "pass_requested":
            move_batch(conn, batch, "pass_requested", gross_e5=gross_e5)
        ask = zone.PassAsk(
            request_no=f"{batch.no}-P",
            bonded_inventory_list_no=batch.bonded_inventory_list_no,
            vehicle_no=batch.vehicle_no,
            gross_e5=gross_e5,
            waybill_nos=[parcel.waybill_no for parcel in parcels],
        )
    try:
        pass_no = zone.approve_pass(ask)
    except Answered as refused:
        raise _refused("exit_pass", batch, refused) from refused
    with db.write() as conn:
        batch = batch_row(conn, batch_id)
        if batch.exit_pass_no is None:
            move_batch(conn, batch, "approved", exit_pass_no=pass_no)
            audit.record(
                conn,
                "request_exit_pass",
                subject=f"exit_batch:{batch_id}",
                detail={"exit_pass_no": pass_no},
            )
    return pass_no


def _refused(asked: str, batch: BatchRow, answer: Answered) -> ZoneRefused:
    return ZoneRefused(asked=asked, batch_no=batch.no, answer=said(answer))
