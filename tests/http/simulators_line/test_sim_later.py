"""What companies and zone do beside the plain way: turned down, silent, late, inspected, gone."""

from tests.http.simulators_line.asks import (
    BUYER,
    ask,
    declare,
    exit_pass,
    parcel,
    release,
    zone_list,
)
from tests.http.simulators_line.line import until
from tests.unit.simulators.sim_documents import ACCOUNT_BOOK, Sale


def test_companies_turn_down_fall_silent_or_take_their_time(own, number):
    """By order number: the first refused, the second never declared, the third late."""
    own.customs()
    company, courier = own.payment_company(), own.courier()
    rules = [
        {"match": {"order_no": f"{number}A"}, "do": "refuse"},
        {"match": {"order_no": f"{number}B"}, "do": "silence"},
        {"match": {"order_no": f"{number}C"}, "do": "delay", "delay_ms": 300},
    ]
    bad = courier.post("/_control", script=[{"match": {}, "do": "reject"}])
    for program in (company, courier):
        assert program.post("/_control", script=rules).status_code == 200
    numbers = courier.post("/waybill-numbers", request_no=number, count=3).json()["numbers"]
    for each, waybill_no in zip("ABC", numbers, strict=True):
        own.money.paid(f"pi_{number}{each}", 1000, BUYER)
        paid = company.post("/declarations", **ask(f"{number}{each}"))
        taken = courier.post("/waybills", **parcel(f"{number}{each}", waybill_no))
        assert {paid.status_code, taken.status_code} == ({409} if each == "A" else {202})

    until(lambda: company.get(f"/declarations/d{number}C").json()["state"], wanted="accepted")
    until(lambda: courier.get(f"/waybills/{numbers[2]}").json()["state"], wanted="accepted")

    assert bad.status_code == 422
    assert company.get(f"/declarations/d{number}A").status_code == 404
    assert company.get(f"/declarations/d{number}B").json()["state"] == "received"
    assert courier.get(f"/waybills/{numbers[1]}").json()["state"] == "received"


def test_an_inspected_parcel_goes_by_the_bay_and_the_gate_deducts_the_book(own, number):
    """500, brought by scan, sampled, 800, 816; then out, and the book says so."""
    rule = {"match": {"kind": "CEB621"}, "do": "inspection", "result": "bay"}
    customs = own.customs()
    customs.post("/_control", script=[rule])
    own.payment_company()
    own.courier("--deliver-after-ms", "0")
    zone = own.zone()
    sale = declare(own, Sale(number), number)
    own.send("CEB621", sale.listed())
    until(lambda: "500" in own.answers(f"C{number}"))
    invt_no = next(head["invtNo"] for _, head, _ in own.heard() if "invtNo" in head)

    foreign = zone.post("/bay", invt_no=invt_no, waybill_no="QZ1").json()
    brought = zone.post("/bay", invt_no=invt_no, waybill_no=sale.waybill_no)
    uncounted = zone.post(f"/bay/{invt_no}/finding", finding="sampled")
    found = zone.post(f"/bay/{invt_no}/finding", finding="sampled", sampled=1).json()
    twice = zone.post(f"/bay/{invt_no}/finding", finding="intact").json()
    until(lambda: own.answers(f"C{number}"), wanted=["2", "120", "500", "800", "816"])
    late = zone.post("/bay", invt_no=invt_no, waybill_no=sale.waybill_no).json()
    listed = zone.post("/inventory-lists", **zone_list(number, invt_no)).json()
    list_no = listed["bonded_inventory_list_no"]
    given = zone.post("/exit-passes", **exit_pass(number, list_no, sale.waybill_no)).json()
    zone.post(f"/gate/{given['exit_pass_no']}", vehicle_no="晋A00001")

    def deducted():
        items = customs.get(f"/account-books/{ACCOUNT_BOOK}").json()["items"]
        return next(one for one in items if one["item_record_no"] == "0001")

    until(lambda: deducted()["deducted"], wanted="1")
    assert (foreign["error"], brought.status_code) == ("another_parcel", 201)
    assert (uncounted.status_code, found["status"], found["sampled"]) == (422, "800", "1")
    assert (twice["error"], late["error"]) == ("already_found", "not_in_inspection")
    assert deducted()["pre_deducted"] == "0"
    assert deducted()["balance"] == "999"


def test_customs_restarts_by_itself_and_goes_on(own, number):
    """By script, with the letter taken and not yet deleted: everyone is answered once."""
    restart = {"match": {"kind": "CEB311"}, "do": "restart"}
    path = own.folder / "script.json"
    path.write_text(f"[{restart}]".replace("'", '"'))
    own.customs("--script", path)

    own.send("CEB311", Sale(number).order())
    own.send("CEB311", Sale(f"{number}B", "W2").order())
    until(lambda: own.answers(number), wanted=["2", "120"])
    until(lambda: own.answers(f"{number}B"), wanted=["2", "120"])

    assert (own.folder / "customs.log").read_text().count('"restart by script"') == 1


def test_forty_six_days_on_the_tax_falls_due(own, number):
    """The same books, opened by a customs whose clock runs ahead."""
    own.customs()
    own.payment_company()
    own.courier()
    sale = declare(own, Sale(number), number)
    release(own, sale)
    own.running["customs"].stop()

    customs = own.customs("--days", 46)
    until(lambda: customs.get("/duty-slips").json()["slips"])
    [slip] = customs.get("/duty-slips").json()["slips"]
    until(lambda: "CEB818" in [kind for kind, _, _ in own.heard()])
    path = f"/duty-slips/{slip['slip_no']}/payments"
    paid = customs.post(path, amount_fen=slip["value_added_tax_fen"]).json()

    assert (slip["state"], paid["state"]) == ("overdue", "paid")
    assert customs.get(f"/guarantees/{slip['assure_code']}").json()["used_fen"] == 0
