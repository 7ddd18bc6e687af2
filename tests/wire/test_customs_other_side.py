"""The customs simulator, which shares no code with us, understands what we sign and is understood.

411 and 511 are written and signed by the other side's own code and keys.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bonded_display.customs import desk as customs_desk
from bonded_display.customs.desk import Desk
from bonded_display.customs.handed import (
    Consignee,
    DraftList,
    OrderDocument,
    Parties,
    Party,
    Person,
)
from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.sign.key_files import read_key_file
from bonded_display.customs.submit_list import submit_list
from bonded_display.customs.submit_order import submit_order
from bonded_display.customs.take_in_mail import take_in_mail
from bonded_display.customs.transport.directory import DirectoryMailbox
from kernel import clock
from kernel.db import Database
from settlement.tax import guarantees
from tests.db.customs.office import Office, file_guarantee
from tests.http.simulators_line.line import Line, until
from tests.unit.customs.examples import PERFUME, draft, order
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

SALE = Sale(
    "QZ261124000042",
    waybill_no="JS0000000042",
    goods=(Goods("0002", "3303000020", "淡香水", "1", "780.00", "780.00"),),
    freight="20.00",
    tax="184.47",
)
PARTIES = Parties(
    platform=Party(*PLATFORM[:2]),
    merchant=Party(*MERCHANT),
    agent=Party(*PLATFORM[:2]),
    zone_warehouse=Party(*AREA),
    courier=Party(*COURIER[:2]),
    transmitter=Party(*PLATFORM[:2]),
)
PERSON = Person(SALE.buyer_name, SALE.buyer, "13900000001")
CONSIGNEE = Consignee(SALE.buyer_name, "13900000001", "山西省太原市杏花岭区虚构街1号")
LINE = replace(
    PERFUME,
    item_record_no="0002",
    qty=1,
    unit_code="122",
    qty1_e5=25_000,
    qty2_e5=None,
    unit2_code=None,
    price_fen=78_000,
)


def our_draft() -> DraftList:
    return draft(
        parties=PARTIES,
        account_book_no=ACCOUNT_BOOK,
        waybill_no=SALE.waybill_no,
        goods_fen=78_000,
        quoted_tax_fen=18_447,
        gross_e5=50_000,
        net_e5=40_000,
        lines=(LINE,),
    )


def our_order() -> OrderDocument:
    made = order()
    line = replace(made.lines[0], qty=1, unit_code="122", price_fen=78_000, item_name=LINE.gname)
    return replace(
        made,
        parties=PARTIES,
        person=PERSON,
        consignee=CONSIGNEE,
        goods_fen=78_000,
        discount_fen=0,
        tax_fen=18_447,
        paid_fen=98_447,
        lines=(line,),
        paid_by=None,
    )


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """Customs alone, with the keys of three companies."""
    folder = tmp_path / "line"
    folder.mkdir()
    made = Line(folder)
    made.customs()
    yield made
    assert made.close() == {"customs": 0}


@pytest.fixture
def office(database: Database, line: Line) -> Iterator[Office]:
    """Our desk with the key that the other side issued to the platform; clocks are real."""
    clock.use(clock.system)
    file_guarantee(AREA[0])
    desk = Desk(
        signer=read_key_file(line.folder / "keys" / f"{PLATFORM[0]}.json"),
        mailbox=DirectoryMailbox(line.dxp, PLATFORM[2]),
        guarantees=guarantees,
        dxp_id=PLATFORM[2],
    )
    customs_desk.use(desk)
    yield Office(line.dxp / PLATFORM[2], desk)
    customs_desk.use(None)


def send_list(office: Office, line: Line) -> None:
    """Send everything of the sale: its three documents, and the list once customs has them."""
    office.write(our_draft())
    submit_order(our_order())
    line.send("CEB411", SALE.payment(), by=PAYER)
    line.send("CEB511", SALE.waybill(), by=COURIER)
    until(lambda: take_in_mail() and office.documents().get("order"), wanted="ACCEPTED")
    for kind, company, number in (
        ("payment", PAYER, f"PT{SALE.order_no}"),
        ("waybill", COURIER, SALE.waybill_no),
    ):
        until(lambda n=number, by=company: line.answers(n, by)[-1:], wanted=["120"])
        record_acceptance(42, kind, status="120", return_time_text=clock.china_text(clock.now()))

    submit_list(7001, PERSON, CONSIGNEE)


def test_order_and_list_go_the_whole_way_to_the_tax_bill(office: Office, line: Line) -> None:
    """311 of ours, 411 and 511 of theirs, our 621: accepted, released, billed to the fen."""
    assert our_draft().order_no == SALE.order_no
    send_list(office, line)

    until(lambda: take_in_mail() and office.facts("tax.billed"))
    assert office.list_row().state == "RELEASED"
    ((_, bill),) = office.facts("tax.")
    assert (bill["customs_fen"], bill["vat_fen"], bill["consumption_fen"]) == (0, 8_565, 9_882)
    assert bill["quoted_fen"] == 18_447
    assert list((office.folder / "bad").iterdir()) == []
