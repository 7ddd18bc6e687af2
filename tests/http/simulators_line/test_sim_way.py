"""The whole way of one parcel on the other side, and what its books say afterwards."""

import pytest
import requests
from lxml import etree

from tests.http.simulators_line.line import until
from tests.unit.simulators.sim_documents import ACCOUNT_BOOK, AREA, COURIER, Goods, Sale


def declare(line, sale, number):
    """Cause payment, waybill and order of a sale; return it with the courier's number."""
    payment = f"pi_{number}"
    fen = int(sale.paid * 100)
    line.money.paid(payment, fen, sale.buyer)
    company, courier = line.running["payment_company"], line.running["courier"]
    waybill_no = courier.post("/waybill-numbers", request_no=f"n{number}", count=1).json()[
        "numbers"
    ][0]
    sale = Sale(number, waybill_no, sale.buyer, sale.goods, sale.freight, sale.tax)
    said = {
        "request_no": f"d{number}",
        "order_no": number,
        "ebp_code": sale.order().head["ebpCode"],
        "ebp_name": sale.order().head["ebpName"],
        "amount_fen": fen,
        "provider_payment": payment,
    }
    assert company.post("/declarations", **said).status_code == 202
    waybill = sale.waybill().head
    announced = courier.post(
        "/waybills",
        request_no=f"w{number}",
        waybill_no=waybill_no,
        order_no=number,
        consignee=waybill["consignee"],
        telephone=waybill["consigneeTelephone"],
        address=waybill["consigneeAddress"],
        freight_fen=0,
        insured_fen=0,
        gross_e5=50_000,
        goods_info="食品",
    )
    assert announced.status_code == 202
    line.send("CEB311", sale.order())
    until(lambda: company.get(f"/declarations/d{number}").json()["state"], wanted="accepted")
    until(lambda: courier.get(f"/waybills/{waybill_no}").json()["state"], wanted="accepted")
    until(lambda: line.answers(number)[:2], wanted=["2", "120"])
    return sale


def test_a_parcel_goes_the_whole_way(shared, number):
    """Three documents by three keys, the list, the bill, the zone, the gate, the signature."""
    line = shared
    courier, zone, customs = (line.running[name] for name in ("courier", "zone", "customs"))
    perfume = Goods("0002", "3303000020", "香水", "1", "780.00", "780.00")
    sale = declare(line, Sale(number, goods=(perfume,), freight="20.00", tax="184.47"), number)

    line.send("CEB621", sale.listed())
    statuses = until(lambda: len(line.answers(f"C{number}")) == 4 and line.answers(f"C{number}"))
    assert statuses == ["2", "120", "800", "816"]

    told = [head for kind, head, _ in line.heard() if head.get("copNo") == f"C{number}"]
    invt_no = told[-1]["invtNo"]
    assert "invtNo" not in told[0]
    assert len(invt_no) == 18
    assert invt_no.startswith("05012026I")
    assert {len(head["preNo"]) for head in told} == {18}
    assert told[0]["preNo"].startswith("B2026")
    assert all(sale.listed().head["copNo"] in head["copNo"] for head in told)
    bill = customs.get(f"/tax-bills/{invt_no}").json()
    assert (bill["customs_tax_fen"], bill["consumption_tax_fen"]) == (0, 9882)
    assert bill["value_added_tax_fen"] == 8565

    lines = [{"gnum": 1, "item_record_no": "0002", "qty": 1}]
    listed = zone.post(
        "/inventory-lists",
        request_no=f"z{number}",
        type="8",
        account_book_no=ACCOUNT_BOOK,
        area_code=AREA[0],
        lists=[{"invt_no": invt_no, "lines": lines}],
    ).json()
    assert listed["state"] == "approved"
    exit_pass = zone.post(
        "/exit-passes",
        request_no=f"x{number}",
        bonded_inventory_list_nos=[listed["bonded_inventory_list_no"]],
        vehicle_no="晋A00001",
        gross_e5=50_000,
        parcels=[sale.waybill_no],
    ).json()
    pass_no = exit_pass["exit_pass_no"]
    assert zone.post(f"/gate/{pass_no}", vehicle_no="晋A99999").json()["error"] == "wrong_vehicle"
    assert zone.get(f"/exit-passes/{pass_no}").json()["state"] == "approved"
    passed = zone.post(f"/gate/{pass_no}", vehicle_no="晋A00001").json()
    assert passed["state"] == "passed"
    assert passed["passed_at"]
    collection = {"request_no": f"k{number}", "exit_pass_no": pass_no}
    collected = courier.post("/collections", **collection, waybills=[sale.waybill_no])
    assert collected.json() == {"collected": [sale.waybill_no]}
    path = f"/waybills/{sale.waybill_no}"
    until(lambda: courier.get(path).json()["parcel"], wanted="delivered")
    until(lambda: courier.get(path).json()["delivery_state"], wanted="accepted")

    row = next(r for r in customs.get("/books/lists").json()["lists"] if r["order_no"] == number)
    assert row["acturalPaid_fen"] == row["amountPaid_fen"] == int(sale.paid * 100)
    assert row["value_fen"] == 80_000


def test_the_books_sum_what_was_accepted_and_nothing_else(own, number):
    """One order of two is refused: counted, not summed."""
    customs = own.customs()
    own.send("CEB311", Sale(number).order())
    own.send("CEB311", Sale(f"{number}B").order(acturalPaid="1.00"))
    until(lambda: own.answers(f"{number}B"), wanted=["2", "100"])
    until(lambda: own.answers(number), wanted=["2", "120"])

    books = customs.get("/books").json()

    assert books["documents"]["CEB311"] == {"accepted": 1, "rejected": 1}
    assert books["sums"]["CEB311"]["acturalPaid_fen"] == 30_112
    assert books["sums"]["CEB311"]["goodsValue_fen"] == 26_800
    assert books["receipts_waiting"] == 0


def test_return_times_are_strictly_increasing(shared, number):
    """Over every receipt to anybody, in the order in which they are written."""
    for extra in "ABCD":
        shared.send("CEB311", Sale(number + extra).order())
    until(lambda: shared.answers(f"{number}D"), wanted=["2", "120"])

    times = [head["returnTime"] for _, head, _ in shared.heard()]

    assert {len(one) for one in times} == {17}
    assert times == sorted(set(times))


def test_documents_and_answers_are_valid_by_the_official_schema(shared, number, official):
    """What the other side sends and receives, all of it, as exported."""
    declared = declare(shared, Sale(number), number)
    shared.send("CEB621", declared.listed())
    until(lambda: "816" in shared.answers(f"C{number}"))
    schema = etree.XMLSchema(etree.parse(str(official / "xsd" / "ceb-import-202205.xsd")))
    exported = until(lambda: list(shared.exports.glob(f"*/sent/CEB816-C{number}-1.xml")))
    exported = sorted(shared.exports.glob(f"*/*/*{number}*.xml"))

    faults = {
        path.name: str(schema.error_log)
        for path in exported
        if not schema.validate(etree.parse(str(path)))
    }

    kinds = {path.name[:6] for path in exported}
    assert kinds == {
        "CEB311", "CEB312", "CEB411", "CEB412", "CEB511", "CEB512", "CEB621", "CEB622", "CEB816",
    }  # fmt: skip
    assert faults == {}
    assert len(list(shared.exports.glob(f"{COURIER[2]}/received/CEB511-{number}-1.xml"))) == 1


@pytest.mark.parametrize("program", ["customs", "payment_company", "courier", "zone"])
def test_every_program_answers_for_its_health_and_keeps_the_correlation(shared, program):
    """The id of a request comes back, and stands in the log line."""
    running = shared.running[program]
    given = {"X-Correlation-Id": f"corr-{program}"}

    answer = requests.get(f"{running.url}/healthz", headers=given, timeout=5)

    assert answer.json() == {"ok": True, "program": program}
    assert answer.headers["X-Correlation-Id"] == f"corr-{program}"
    log = shared.folder / f"{program}.log"
    until(lambda: f'"correlation": "corr-{program}"' in log.read_text())
