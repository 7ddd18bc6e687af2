"""Decide what a small bonded warehouse looks like in a test; the sentences are the tests'."""

from datetime import date

from sqlalchemy import select

from bonded_display.stock.book_items import BookItemFacts, put_account_book_item
from bonded_display.stock.controls import differences
from bonded_display.stock.enter import EnteredLine, enter_stock
from bonded_display.stock.reserve import NewReservation, reserve_many
from bonded_display.stock.tables import availability, reservation
from kernel import clock, ids
from kernel.batch import Batch
from kernel.db import Database

WAREHOUSE = 11
BOOK = "T2249W000001"


def facts(record_no: str, *, item_id: int, expires_on: date | None = None) -> BookItemFacts:
    """Return a filed account-book item of 150 g net."""
    return BookItemFacts(
        warehouse_id=WAREHOUSE,
        item_id=item_id,
        account_book_no=BOOK,
        item_record_no=record_no,
        hs_code="3304990099",
        gname="保湿面霜",
        gmodel="1|3|保湿|瓶装|50ml",
        origin_code="116",
        unit_code="011",
        unit1_code="035",
        qty1_e5_per_piece=15_000,
        net_e5_per_piece=15_000,
        gross_e5_per_piece=21_000,
        expires_on=expires_on,
        owner_enterprise_id=31,
        valid_from_on=date(2026, 1, 1),
    )


class Store:
    """A warehouse with goods; asserts ask it about its books."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def stocked(
        self,
        record_no: str,
        *lots: tuple[str, int],
        item_id: int = 501,
        expires_on: date | None = None,
    ) -> int:
        """Enter lots (lot number, pieces) of one account-book item and return its id."""
        with self.database.write() as conn:
            book_item = put_account_book_item(
                conn, facts(record_no, item_id=item_id, expires_on=expires_on)
            )
            lines = [
                EnteredLine(
                    line=str(n),
                    warehouse_id=WAREHOUSE,
                    account_book_item_id=book_item,
                    lot_no=lot_no,
                    location=f"A-0{n}-1",
                    qty=qty,
                    expires_on=expires_on,
                )
                for n, (lot_no, qty) in enumerate(lots, 1)
            ]
            enter_stock(conn, f"QD2249I{record_no}", lines, at=clock.now())
        return book_item

    def reserve(self, book_item: int, qty: int, *, expires_at: int) -> int:
        """Reserve pieces for a new order of one line and return the order's id."""
        order_id = ids.new()
        row = NewReservation(ids.new(), order_id, ids.new(), WAREHOUSE, book_item, qty, expires_at)
        with self.database.write() as conn, Batch(conn) as batch:
            reserve_many(batch, [row])
        return order_id

    def level(self, book_item: int) -> tuple[int, int]:
        """Return (on hand, held)."""
        columns = availability.c
        with self.database.read() as conn:
            row = conn.execute(
                select(columns.on_hand, columns.held).where(
                    columns.account_book_item_id == book_item
                )
            ).one()
        return (row.on_hand, row.held)

    def state(self, order_id: int) -> list[str]:
        """Return the states of an order's reservations, in line order."""
        with self.database.read() as conn:
            return list(
                conn.execute(
                    select(reservation.c.state)
                    .where(reservation.c.order_id == order_id)
                    .order_by(reservation.c.line_id)
                ).scalars()
            )

    def differences(self) -> list[object]:
        """Return what the books of stock disagree about."""
        with self.database.read() as conn:
            return list(differences(conn))
