"""Decide what a warehouse with orders to pick looks like in a test."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from bonded_display.stock.tables import reservation
from bonded_display.warehouse.open_pick_task import PickAsk, PickLineAsk, open_pick_task
from bonded_display.warehouse.pack_parcel import pack_parcel
from bonded_display.warehouse.pick_scan import pick_scan
from bonded_display.warehouse.rows import pick_lines
from bonded_display.warehouse.tables import exit_batch, pick_line, pick_task
from kernel import clock, db, ids, outbox
from kernel.db import Database
from kernel.register import (
    Enterprise,
    Item,
    Warehouse,
    put_enterprise,
    put_item,
    put_warehouse,
)
from tests.db.stock.store import BOOK, WAREHOUSE, Store
from tests.db.warehouse.other_side import OtherSide

COURIER = 71
CREAM, SOAP = 501, 502
GTIN = {CREAM: "04901234567894", SOAP: "03400930485125"}


@dataclass
class Parcel:
    """One order on its way through the warehouse."""

    order_id: int
    task_id: int
    waybill_no: str
    lines: tuple[tuple[int, int], ...]


class House(Store):
    """A bonded warehouse with register entries, a courier and a zone."""

    def __init__(self, database: Database, other_side: OtherSide) -> None:
        super().__init__(database)
        self.other_side = other_side
        with database.write() as conn:
            area = put_enterprise(
                conn,
                Enterprise(
                    "91310000MA1FL00X1A", "3122480001", "洋山保税仓储", None, date(2020, 1, 1)
                ),
            )
            put_warehouse(
                conn,
                Warehouse(
                    "YS1",
                    "洋山一号仓",
                    area.id,
                    "2248",
                    "2249",
                    BOOK,
                    "洋山保税港区1号库",
                    "02100000001",
                    id=WAREHOUSE,
                ),
            )
            for item_id, name in ((CREAM, "保湿面霜"), (SOAP, "手工皂")):
                put_item(
                    conn,
                    Item(f"SKU{item_id}", GTIN[item_id], name, "Goods", "M", "50ml", id=item_id),
                )

    def ordered(self, *lines: tuple[int, int]) -> Parcel:
        """Return a released order of (account-book item, pieces) with its open pick task."""
        order_id = 0
        for book_item, qty in lines:
            reserved = self.reserve(book_item, qty, expires_at=clock.now() + 1)
            order_id = order_id or reserved
            with self.database.write() as conn:
                conn.execute(
                    update(reservation)
                    .where(reservation.c.order_id == reserved)
                    .values(order_id=order_id, state="allocated", expires_at=None)
                )
        waybill_no = f"SF{order_id}"
        self.other_side.waybills[waybill_no] = {
            "waybill_no": waybill_no,
            "state": "accepted",
            "parcel": "announced",
        }
        task_id = open_pick_task(self._ask(order_id, waybill_no, lines))
        return Parcel(order_id, task_id, waybill_no, lines)

    def reopened(self, parcel: Parcel) -> int:
        """Tell the release of a parcel's list again; return the task's id."""
        return open_pick_task(self._ask(parcel.order_id, parcel.waybill_no, parcel.lines))

    def _ask(self, order_id: int, waybill_no: str, lines: tuple[tuple[int, int], ...]) -> PickAsk:
        return PickAsk(
            order_id=order_id,
            order_no=f"QZ{order_id}",
            list_id=ids.new(),
            invt_no=f"2249{order_id % 10**14:014d}",
            warehouse_id=WAREHOUSE,
            waybill_no=waybill_no,
            lines=[
                PickLineAsk(gnum=gnum, account_book_item_id=item, qty=qty)
                for gnum, (item, qty) in enumerate(lines, 1)
            ],
        )

    def packed(self, *lines: tuple[int, int]) -> Parcel:
        """Return an order whose parcel is picked and packed."""
        parcel = self.ordered(*lines)
        with self.database.read() as conn:
            codes = [
                line.lot_no for line in pick_lines(conn, parcel.task_id) for _ in range(line.qty)
            ]
        for code in codes:
            pick_scan(parcel.task_id, code)
        pack_parcel(parcel.task_id, gross_e5=100_000)
        return parcel

    def task(self, parcel: Parcel) -> tuple[str, list[int]]:
        """Return the task's state and its picked pieces in line order."""
        with db.read() as conn:
            state = conn.execute(
                select(pick_task.c.state).where(pick_task.c.id == parcel.task_id)
            ).scalar_one()
            counted = conn.execute(
                select(pick_line.c.picked_qty)
                .where(pick_line.c.task_id == parcel.task_id)
                .order_by(pick_line.c.gnum, pick_line.c.id)
            )
            return state, list(counted.scalars())

    def batch_state(self, batch_id: int) -> str:
        with db.read() as conn:
            return conn.execute(
                select(exit_batch.c.state).where(exit_batch.c.id == batch_id)
            ).scalar_one()

    def facts(self) -> list[tuple[str, str]]:
        """Return (name, subject) of every recorded fact, oldest first."""
        columns = outbox.fact_table.c
        with db.read() as conn:
            rows = conn.execute(select(columns.name, columns.subject).order_by(columns.id))
            return [(name, subject) for name, subject in rows]
