"""What the tests of offers share: a shelf with goods, stock and rates behind it."""

from dataclasses import dataclass
from datetime import date

import pytest

from bonded_display.display.placements import NewPlacement, put_placement
from bonded_display.stock.book_items import BookItemFacts, put_account_book_item
from bonded_display.stock.enter import EnteredLine, enter_stock
from kernel import clock, db, register
from kernel.db import Database
from kernel.register import Enterprise, Item, Outlet, Warehouse
from settlement.tax.rates import Tariff
from settlement.tax.tariff import put_tariff
from shop.offer.put_offer import OfferFacts

TODAY = date(2026, 11, 24)
FROM = date(2026, 1, 1)
SHELF = "K7M29Q"
GTIN = "04901234567894"
HS = "2106909090"


def can_declare(provider: str) -> bool:
    """Only the boxed wallet can."""
    return provider == "boxed_wallet"


@dataclass(frozen=True)
class Shelf:
    """Ids of what stands behind the shelf code."""

    item_id: int
    warehouse_id: int
    merchant_id: int
    outlet_id: int

    def facts(self, **changes: object) -> OfferFacts:
        """Return an offer of the item as a person writes it."""
        values: dict[str, object] = {
            "item_id": self.item_id,
            "warehouse_id": self.warehouse_id,
            "merchant_enterprise_id": self.merchant_id,
            "agent_enterprise_id": self.merchant_id,
            "complaint": "4006001234",
            "title": "扁柏蜂蜜 500 克",
            "title_en": "Hinoki honey 500 g",
            "price_fen": 12_800,
            "freight_fen": 1_000,
        }
        return OfferFacts(**(values | changes))  # type: ignore[arg-type]

    def book_item(self, record_no: str, *, origin: str, expires_on: date | None, qty: int) -> int:
        """File one more account-book item of the goods, with stock."""
        with db.write() as conn:
            book_item_id = put_account_book_item(
                conn,
                BookItemFacts(
                    warehouse_id=self.warehouse_id,
                    item_id=self.item_id,
                    account_book_no="T0513W000001",
                    item_record_no=record_no,
                    hs_code=HS,
                    gname="蜂蜜",
                    gmodel="500g/瓶",
                    origin_code=origin,
                    unit_code="142",
                    unit1_code="035",
                    qty1_e5_per_piece=50_000,
                    net_e5_per_piece=50_000,
                    gross_e5_per_piece=60_000,
                    expires_on=expires_on,
                    owner_enterprise_id=self.merchant_id,
                    valid_from_on=FROM,
                ),
            )
            if qty:
                line = EnteredLine(
                    line=record_no,
                    warehouse_id=self.warehouse_id,
                    account_book_item_id=book_item_id,
                    lot_no=f"L{record_no}",
                    location="A-01-1",
                    qty=qty,
                    expires_on=expires_on,
                )
                enter_stock(conn, f"IN{record_no}", [line], at=clock.now())
        return book_item_id

    def place(self, *, routes: tuple[str, ...] = ("retail_import",)) -> None:
        """Put the goods on the shelf."""
        with db.write() as conn:
            put_placement(
                conn,
                NewPlacement(
                    outlet_id=self.outlet_id,
                    shelf_code=SHELF,
                    item_id=self.item_id,
                    routes=routes,
                    piece="empty_pack",
                    warehouse_id=self.warehouse_id,
                    valid_from_on=FROM,
                ),
            )


@pytest.fixture
def shelf(database: Database) -> Shelf:
    """A registered item, its warehouse, outlet and merchant, and the rates of its code."""
    del database
    with db.write() as conn:
        merchant = register.put_enterprise(
            conn, Enterprise("91140100MA0K00001X", "1401960001", "甲贸易有限公司", None, FROM)
        )
        warehouse = register.put_warehouse(
            conn,
            Warehouse(
                "WS1", "武宿一号仓", merchant.id, "0513", "0513", "T0513W000001", "路1号", "0351"
            ),
        )
        outlet = register.put_outlet(
            conn,
            Outlet(
                "TY0001", "云栖店", "Yunqi", merchant.id, "140105", "学府街 1 号", "03517000000"
            ),
        )
        item = register.put_item(conn, Item("HN500", GTIN, "蜂蜜", "Honey", "Hinoki", "500g/瓶"))
        put_tariff(conn, Tariff(HS, vat_bp=1_300), valid_from_on=FROM)
    return Shelf(item.id, warehouse.id, merchant.id, outlet.id)
