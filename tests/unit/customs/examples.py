"""Decide what the customs tests declare: invented companies, people and goods that fit the rules."""

import base64
import secrets
from dataclasses import replace
from typing import Any

from bonded_display.customs.handed import (
    Consignee,
    DraftLine,
    DraftList,
    OrderDocument,
    OrderLine,
    PaidBy,
    Parties,
    Party,
    Person,
)
from bonded_display.customs.messages.fill_311 import order_message
from bonded_display.customs.messages.fill_621 import list_message
from bonded_display.customs.messages.table import Document
from bonded_display.customs.sign import sm2
from bonded_display.customs.sign.curve import N
from bonded_display.customs.sign.signer import FileSigner
from tests.support.seams import START

DAY = 86_400_000_000
GUID = "4CDE1CFD-EDED-46B1-946C-B8022E42FC94"
ID_NUMBER = "140100199003071232"

PARTIES = Parties(
    platform=Party("1401960001", "前站展台（太原）电子商务有限公司"),
    merchant=Party("1401960002", "海外优选（香港）有限公司"),
    agent=Party("1401960001", "前站展台（太原）电子商务有限公司"),
    zone_warehouse=Party("1401960003", "太原武宿综保区保税仓储有限公司"),
    courier=Party("1401960004", "晋速物流有限公司"),
    transmitter=Party("1401960001", "前站展台（太原）电子商务有限公司"),
)
PERSON = Person(name="王试用", id_number=ID_NUMBER, phone="13800000001")
CONSIGNEE = Consignee(
    name="王试用",
    phone="13800000001",
    address="山西省太原市小店区长风街 1 号 2 单元 301",
    district_code="140105",
)
PAID_BY = PaidBy("1401960005", "盒装支付有限公司", "PAY2026112400000001")

PERFUME = DraftLine(
    gnum=1,
    account_book_item_id=501,
    item_record_no="17",
    sku="PERF-50-EDP",
    gtin14="03145891263206",
    hs_code="3303000020",
    gname="淡香水",
    gmodel="淡香水|某牌|50毫升/瓶|喷雾",
    origin_code="305",
    qty=2,
    unit_code="142",
    qty1_e5=10_000,
    unit1_code="035",
    qty2_e5=200_000,
    unit2_code="011",
    price_fen=39_000,
    total_fen=78_000,
)
FORMULA = replace(
    PERFUME,
    gnum=2,
    account_book_item_id=502,
    item_record_no="18",
    sku="FORMULA-900",
    gtin14="",
    hs_code="1901101010",
    gname="婴幼儿配方乳粉",
    gmodel="婴幼儿配方乳粉|某牌|900克/罐|1段",
    origin_code="309",
    qty=1,
    unit_code="122",
    qty1_e5=90_000,
    qty2_e5=None,
    unit2_code=None,
    price_fen=29_800,
    total_fen=29_800,
)


def draft(list_id: int = 7001, order_id: int = 42, **changes: Any) -> DraftList:
    """Return a draft list of two lines for one paid order."""
    made = DraftList(
        id=list_id,
        order_id=order_id,
        warehouse_id=3,
        order_no=f"QZ26112400{order_id:04d}",
        waybill_no=f"JS000000{order_id:04d}",
        account_book_no="H05010000001",
        customs_code="0501",
        port_code="0501",
        traf_mode="Y",
        parties=PARTIES,
        goods_fen=107_800,
        freight_fen=2_000,
        insurance_fen=0,
        quoted_tax_fen=21_160,
        gross_e5=150_000,
        net_e5=110_000,
        created_at=START,
        lines=(PERFUME, FORMULA),
    )
    return replace(made, **changes)


def order(order_id: int = 42, **changes: Any) -> OrderDocument:
    """Return the order document that ``draft`` declares."""
    listed = draft(order_id=order_id)
    made = OrderDocument(
        order_id=order_id,
        order_no=listed.order_no,
        parties=PARTIES,
        buyer_reg_no="90001",
        person=PERSON,
        consignee=CONSIGNEE,
        goods_fen=107_800,
        freight_fen=2_000,
        discount_fen=1_000,
        tax_fen=21_160,
        paid_fen=129_960,
        lines=tuple(_order_line(line) for line in listed.lines),
        paid_by=PAID_BY,
    )
    return replace(made, **changes)


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


class Row:
    """A stored list as its row reads, for the pure tests."""

    def __init__(self, made: DraftList, assure_code: str) -> None:
        self.__dict__.update(vars(made))
        self.parties = made.parties.as_text()
        self.cop_no = str(made.id)
        self.assure_code = assure_code


def order_document() -> Document:
    """Return the texts of a good CEB311."""
    return order_message(order(), guid=GUID, at=START)


def list_document() -> Document:
    """Return the texts of a good CEB621."""
    made = draft()
    return list_message(
        Row(made, "1401960006"), made.lines, (PERSON, CONSIGNEE), guid=GUID, at=START
    )


def signer(holder_code: str = "1401960001") -> FileSigner:
    """Return a fresh SM2 key of the platform; its certificate is bytes that nobody reads here."""
    private = secrets.randbelow(N - 2) + 1
    return FileSigner(
        key_no="03010001",
        certificate_b64=base64.b64encode(b"certificate " + secrets.token_bytes(24)).decode(),
        holder_code=holder_code,
        holder_name="前站展台（太原）电子商务有限公司",
        not_before=START - DAY,
        not_after=START + 365 * DAY,
        public=sm2.public_key(private),
        private=private,
    )
