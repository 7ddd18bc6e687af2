"""The whole way of one parcel on the other side, and what its books say afterwards."""

import re
from datetime import datetime, timedelta

import pytest
import requests
from lxml import etree

from simulators import ceb
from tests.http.simulators_line.asks import declare, exit_pass, release, zone_list
from tests.http.simulators_line.line import until
from tests.unit.simulators.sim_documents import COURIER, Goods, Sale


def test_a_list_is_answered_step_by_step_and_billed(shared, number):
    """Perfume above the cosmetics line: 2, 120, 800, 816, numbers of the right form, the tax."""
    customs = shared.running["customs"]
    perfume = Goods("0002", "3303000020", "香水", "1", "780.00", "780.00")
    sale = declare(shared, Sale(number, goods=(perfume,), freight="20.00", tax="184.47"), number)

    invt_no, statuses = release(shared, sale)

    told = [head for _, head, _ in shared.heard() if head.get("copNo") == f"C{number}"]
    assert statuses == ["2", "120", "800", "816"]
    assert re.fullmatch(r"0501\d{4}I\d{9}", invt_no)
    assert "invtNo" not in told[0]
    assert {bool(re.fullmatch(r"B\d{8}\d{9}", head["preNo"])) for head in told} == {True}
    bill = customs.get(f"/tax-bills/{invt_no}").json()
    taxes = [bill[f"{name}_fen"] for name in ("customs_tax", "consumption_tax", "value_added_tax")]
    assert taxes == [0, 9882, 8565]
    row = next(r for r in customs.get("/books/lists").json()["lists"] if r["order_no"] == number)
    assert row["acturalPaid_fen"] == row["amountPaid_fen"] == int(sale.paid * 100)
    assert row["value_fen"] == 80_000


def test_a_released_parcel_goes_out_by_the_gate_to_the_door(shared, number):
    """Bonded inventory list, exit pass, the right vehicle, the van, the signature (513)."""
    courier, zone = shared.running["courier"], shared.running["zone"]
    sale = declare(shared, Sale(number), number)
    invt_no, _ = release(shared, sale)

    listed = zone.post("/inventory-lists", **zone_list(number, invt_no)).json()
    list_no = listed["bonded_inventory_list_no"]
    given = zone.post("/exit-passes", **exit_pass(number, list_no, sale.waybill_no)).json()
    gate = f"/gate/{given['exit_pass_no']}"
    wrong = zone.post(gate, vehicle_no="晋A99999").json()
    before = zone.get(f"/exit-passes/{given['exit_pass_no']}").json()["state"]
    passed = zone.post(gate, vehicle_no="晋A00001").json()
    said = {"exit_pass_no": given["exit_pass_no"], "waybills": [sale.waybill_no]}
    collected = courier.post("/collections", request_no=f"k{number}", **said).json()
    path = f"/waybills/{sale.waybill_no}"
    until(lambda: courier.get(path).json()["delivery_state"], wanted="accepted")

    assert (listed["state"], given["state"], before) == ("approved", "approved", "approved")
    assert wrong["error"] == "wrong_vehicle"
    assert passed["state"] == "passed"
    assert datetime.fromisoformat(passed["passed_at"]).utcoffset() == timedelta(hours=8)
    assert collected == {"collected": [sale.waybill_no]}
    assert courier.get(path).json()["parcel"] == "delivered"


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
    """Over every receipt, in the order in which they are written: not that of their names.

    The clock of files ticks in milliseconds: receipts of one tick may stand in any order.
    """
    for extra in "ABCD":
        shared.send("CEB311", Sale(number + extra).order())
    for extra in "ABCD":
        until(lambda whose=number + extra: shared.answers(whose), wanted=["2", "120"])

    written = [
        (path.stat().st_mtime_ns, one.head["returnTime"])
        for path, root in shared.letters_heard()
        for one in ceb.records(root)
    ]
    times = [time for _, time in sorted(written)]

    assert {len(one) for one in times} == {17}
    assert times == sorted(set(times))


def test_documents_and_answers_are_valid_by_the_official_schema(shared, number, official):
    """What the other side sends and receives, all of it, as exported."""
    release(shared, declare(shared, Sale(number), number))
    schema = etree.XMLSchema(etree.parse(str(official / "xsd" / "ceb-import-202205.xsd")))
    until(lambda: list(shared.exports.glob(f"*/sent/CEB816-C{number}-1.xml")))
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
