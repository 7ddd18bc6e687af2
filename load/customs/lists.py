"""Decides which orders the customs bench declares: invented, of one to five lines, each its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from bonded_display.customs.handed import (
    Consignee,
    DraftLine,
    DraftList,
    OrderDocument,
    OrderLine,
    Parties,
    Party,
    Person,
)
from bonded_display.customs.messages.fill_311 import order_message
from bonded_display.customs.messages.fill_621 import list_message
from bonded_display.customs.messages.table import Document
from kernel.clock import Instant
from load.sample import COURIER, MERCHANT, PLATFORM, PLATFORM_NAME, ZONE
from load.shoppers import id_number

ASSURE_CODE = "1401962006"
LINES = 5
FREIGHT_FEN, TAX_FEN = 2_000, 9_100
_PLATFORM = Party(PLATFORM, PLATFORM_NAME)
PARTIES = Parties(
    platform=_PLATFORM,
    merchant=Party(MERCHANT, "海外优选（香港）有限公司"),
    agent=_PLATFORM,
    zone_warehouse=Party(ZONE, "太原武宿综保区保税仓储有限公司"),
    courier=Party(COURIER, "晋速物流有限公司"),
    transmitter=_PLATFORM,
)


@dataclass(frozen=True)
class Made:
    """One order and its list, as the shop hands them over."""

    order: OrderDocument
    draft: DraftList
    row: Any
    """The list's row as it reads once its tax is held."""

    @property
    def buyer(self) -> tuple[Person, Consignee]:
        """Who bought, and where it goes."""
        return self.order.person, self.order.consignee

    def order_texts(self, guid: str, at: Instant) -> Document:
        """Return the texts of CEB311."""
        return order_message(self.order, guid=guid, at=at)

    def list_texts(self, guid: str, at: Instant) -> Document:
        """Return the texts of CEB621."""
        return list_message(self.row, self.draft.lines, self.buyer, guid=guid, at=at)


def made(number: int, at: Instant) -> Made:
    """Return the ``number``-th order; its lines, names, people and addresses are its own."""
    lines = tuple(_line(number, gnum) for gnum in range(1, 2 + number % LINES))
    goods_fen = sum(line.total_fen for line in lines)
    draft = _draft(number, lines, goods_fen, at)
    row = SimpleNamespace(
        **vars(draft) | {"parties": PARTIES.as_text(), "cop_no": str(draft.id)},
        assure_code=ASSURE_CODE,
    )
    return Made(_order(number, lines, goods_fen), draft, row)


def groups(count: int, size: int, at: Instant) -> Iterator[list[Made]]:
    """Yield ``count`` orders, ``size`` at a time; none is made before it is asked for."""
    for first in range(0, count, size):
        yield [made(number, at) for number in range(first, min(first + size, count))]


def _line(number: int, gnum: int) -> DraftLine:
    kind = (number * 7 + gnum) % 90_000
    qty, price_fen = 1 + number % 3, 9_900 + kind % 5_000
    return DraftLine(
        gnum=gnum,
        account_book_item_id=1 + kind,
        item_record_no=str(1 + kind),
        sku=f"QZ-{kind:06d}",
        gtin14=f"{8_712_345_000_000 + kind:014d}",
        hs_code="3303000020",
        gname=f"淡香水 {kind} 号",
        gmodel=f"淡香水|某牌 {kind}|50毫升/瓶|喷雾|乙醇、水、香精 & 维生素 <E>",
        origin_code="305",
        qty=qty,
        unit_code="142",
        qty1_e5=qty * 5_000,
        unit1_code="035",
        qty2_e5=qty * 100_000,
        unit2_code="011",
        price_fen=price_fen,
        total_fen=qty * price_fen,
    )


def _draft(number: int, lines: tuple[DraftLine, ...], goods_fen: int, at: Instant) -> DraftList:
    weight_e5 = sum(line.qty1_e5 for line in lines)
    return DraftList(
        id=7_000_000 + number,
        order_id=1_000_000 + number,
        warehouse_id=3,
        order_no=f"QZ{number:012d}",
        waybill_no=f"JS{number:012d}",
        account_book_no="H05010000001",
        customs_code="0501",
        port_code="0501",
        traf_mode="Y",
        parties=PARTIES,
        goods_fen=goods_fen,
        freight_fen=FREIGHT_FEN,
        insurance_fen=0,
        quoted_tax_fen=TAX_FEN,
        gross_e5=weight_e5 + 20_000,
        net_e5=weight_e5,
        created_at=at,
        lines=lines,
    )


def _order(number: int, lines: tuple[DraftLine, ...], goods_fen: int) -> OrderDocument:
    phone = f"139{number:08d}"
    name = f"试用{chr(0x4E00 + number % 20_000)}"
    return OrderDocument(
        order_id=1_000_000 + number,
        order_no=f"QZ{number:012d}",
        parties=PARTIES,
        buyer_reg_no=str(90_000 + number),
        person=Person(name, id_number(number), phone),
        consignee=Consignee(name, phone, f"山西省太原市小店区虚构街 {number} 号 301", "140105"),
        goods_fen=goods_fen,
        freight_fen=FREIGHT_FEN,
        discount_fen=0,
        tax_fen=TAX_FEN,
        paid_fen=goods_fen + FREIGHT_FEN + TAX_FEN,
        lines=tuple(_order_line(line) for line in lines),
    )


def _order_line(line: DraftLine) -> OrderLine:
    return OrderLine(
        gnum=line.gnum,
        sku=line.sku,
        gtin14=line.gtin14,
        item_name=line.gname,
        gmodel=line.gmodel,
        unit_code=line.unit_code,
        qty=line.qty,
        price_fen=line.price_fen,
        total_fen=line.total_fen,
        origin_code=line.origin_code,
    )
