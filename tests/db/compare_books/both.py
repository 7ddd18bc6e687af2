"""Both sides of customs in one test: our desk on a database, the other side's in this process."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bonded_display.customs.drafts import draft_many
from bonded_display.customs.handed import Consignee, DraftLine, Parties, Party, Person
from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.submit_list import submit_list
from bonded_display.customs.submit_order import submit_order
from bonded_display.customs.take_in_mail import take_in_mail
from demo.compare import checks, ours, theirs
from demo.compare.books import Book
from demo.compare.findings import Difference
from demo.compare.sides import Side
from demo.compare.tax import Tariff
from demo.compare.theirs import Shelf
from kernel import clock, db
from kernel.batch import Batch
from kernel.money import yuan_text
from kernel.outbox import fact_table
from settlement.change_tax_bill import BillChange, change_tax_bill
from settlement.take_tax_bill import take_tax_bill
from settlement.tax.bills import BillLine, TaxBill
from simulators.trouble import mutants
from tests.unit.customs.examples import PERFUME, draft, order
from tests.unit.simulators.sim_desk import Desk
from tests.unit.simulators.sim_documents import (
    ACCOUNT_BOOK,
    AREA,
    COURIER,
    MERCHANT,
    PAYER,
    PLATFORM,
    Goods,
    Sale,
)

PARTIES = Parties(
    platform=Party(*PLATFORM[:2]),
    merchant=Party(*MERCHANT),
    agent=Party(*PLATFORM[:2]),
    zone_warehouse=Party(*AREA),
    courier=Party(*COURIER[:2]),
    transmitter=Party(*PLATFORM[:2]),
)
BILL_LINE = tuple(BillLine.__dataclass_fields__)
BUYER = "140105199003072210"
PERSON = Person("晏青禾", BUYER, "13900000001")
CONSIGNEE = Consignee("晏青禾", "13900000001", "山西省太原市杏花岭区虚构街1号")
LINE: DraftLine = replace(
    PERFUME,
    item_record_no="0002",
    qty=1,
    unit_code="122",
    qty1_e5=25_000,
    qty2_e5=5_000_000,
    unit2_code="096",
    price_fen=78_000,
)


@dataclass(frozen=True)
class Parcel:
    """How many of the perfume, and the tax on them with 20.00 freight, in fen."""

    pieces: int
    tax_fen: int

    @property
    def goods_fen(self) -> int:
        """Return their price."""
        return self.pieces * LINE.price_fen

    @property
    def line(self) -> DraftLine:
        """Return their line, statutory quantities and all."""
        legal = {"qty1_e5": 25_000 * self.pieces, "qty2_e5": 5_000_000 * self.pieces}
        return replace(LINE, qty=self.pieces, total_fen=self.goods_fen, **legal)


ONE, THREE = Parcel(1, 18_447), Parcel(3, 54_419)


class Both:
    """Our desk and theirs; ``sell`` lets one perfume go the whole way to its tax bill."""

    def __init__(self, their: Desk, our_book: str) -> None:
        self.their = their
        self.our_book = our_book

    def plant(self, planted: Sequence[mutants.Mutant]) -> None:
        """Let the other side speak or book falsely."""
        self.their.office.mutants.planted = list(planted)

    def sell(self, number: int, parcel: Parcel = ONE) -> str:
        """Declare order ``number`` with all its documents; return the list's own number."""
        order_no, waybill_no = f"QZ26112400{number:04d}", f"JS000000{number:04d}"
        pieces, goods = str(parcel.pieces), yuan_text(parcel.goods_fen)
        sale = Sale(
            order_no,
            waybill_no,
            goods=(Goods("0002", "3303000020", LINE.gname, pieces, "780.00", goods),),
            freight="20.00",
            tax=yuan_text(parcel.tax_fen),
        )
        self._draft(number, parcel)
        submit_order(self._order(number, parcel))
        self.their.send("CEB411", sale.payment(), by=PAYER)
        self.their.send("CEB511", sale.waybill(), by=COURIER)
        self.work()
        for kind in ("payment", "waybill"):
            now = clock.china_text(clock.now())
            record_acceptance(number, kind, status="120", return_time_text=now)
        submit_list(7000 + number, PERSON, CONSIGNEE)
        self.work()
        return str(7000 + number)

    def _draft(self, number: int, parcel: Parcel) -> None:
        made = draft(
            7000 + number,
            number,
            parties=PARTIES,
            account_book_no=ACCOUNT_BOOK,
            goods_fen=parcel.goods_fen,
            quoted_tax_fen=parcel.tax_fen,
            gross_e5=50_000 * parcel.pieces,
            net_e5=40_000 * parcel.pieces,
            lines=(parcel.line,),
        )
        with db.write() as conn, Batch(conn) as batch:
            draft_many(batch, [made])

    def _order(self, number: int, parcel: Parcel) -> Any:
        made = order(number)
        line = replace(
            made.lines[0],
            qty=parcel.pieces,
            unit_code="122",
            price_fen=LINE.price_fen,
            total_fen=parcel.goods_fen,
            item_name=LINE.gname,
        )
        return replace(
            made,
            parties=PARTIES,
            person=PERSON,
            consignee=CONSIGNEE,
            goods_fen=parcel.goods_fen,
            discount_fen=0,
            tax_fen=parcel.tax_fen,
            paid_fen=parcel.goods_fen + 2_000 + parcel.tax_fen,
            lines=(line,),
            paid_by=None,
        )

    def work(self) -> None:
        """Let customs work, hear it, and keep the tax bills that it sent."""
        self.their.work()
        take_in_mail()
        for said in self._told("tax.billed"):
            names = ("invt_no", "tax_no", "status", "assure_code")
            fen = ("customs_fen", "vat_fen", "consumption_fen", "quoted_fen", "return_at")
            values = {name: said[name] for name in (*names, *fen)}
            ids = {name: int(said[name]) for name in ("list_id", "order_id")}
            lines = [BillLine(**{name: line[name] for name in BILL_LINE}) for line in said["lines"]]
            bill = TaxBill(**{**values, **ids})
            take_tax_bill(bill, legal_entity_id=1, at=clock.now(), lines=lines)
        for said in self._told("tax.bill_changed"):
            names = ("invt_no", "tax_no", "duty_no")
            status = {"SUMMARISED": "2", "VOID": "3"}[said["state"]]
            change = BillChange(**{name: said[name] for name in names}, status=status)
            change_tax_bill(change, legal_entity_id=1, at=clock.now())

    def _told(self, name: str) -> list[dict[str, Any]]:
        with db.read() as conn:
            told = select(fact_table.c.payload).where(fact_table.c.name == name)
            return [json.loads(row.payload) for row in conn.execute(told).all()]

    def sides(self) -> tuple[Side, Side]:
        """Return what stands in both books."""
        folder: Path = self.their.folder
        book, shelf = Book(self.our_book), Shelf.of_folder(folder)
        try:
            return ours.read(book), theirs.read(shelf, PLATFORM[2])
        finally:
            book.close()
            shelf.close()

    def differences(self) -> list[Difference]:
        """Compare what customs and we have; no shop stands behind these lists."""
        here, there = self.sides()
        folder = self.their.folder
        tariff = Tariff.of_files(folder / "tariff.json", folder / "book.json")
        found = [one for check in checks.OF_CUSTOMS for one in check(here, there)]
        return [*found, *checks.taxes(here, there, tariff)]
