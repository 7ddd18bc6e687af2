"""What the programs do again by themselves: after a lost letter, a refusal, a kill, an outage."""

import signal

from tests.http.simulators_line.asks import BUYER, ask, parcel
from tests.http.simulators_line.line import until
from tests.unit.simulators.sim_documents import Sale


def test_a_company_sends_again_when_its_letter_is_lost(own, number):
    """Customs never saw the first 411; after a while the payment company carries it again."""
    rule = {"match": {"kind": "CEB411"}, "do": "lost_once"}
    customs = own.customs()
    assert customs.post("/_control", script=[rule]).status_code == 200
    company = own.payment_company("--resend-ms", "200")
    own.money.paid(f"pi_{number}", 1000, BUYER)

    company.post("/declarations", **ask(number))
    until(lambda: company.get(f"/declarations/d{number}").json()["state"], wanted="accepted")

    assert '"lost by script"' in (own.folder / "customs.log").read_text()
    assert customs.get("/books").json()["documents"]["CEB411"] == {"accepted": 1}


def test_a_refused_declaration_can_be_sent_again(own, number):
    """-10102 by script, once; then a new sending under a new guid is accepted."""
    customs = own.customs()
    rule = {"match": {"kind": "CEB411"}, "do": "reject", "code": "-10102", "times": 1}
    customs.post("/_control", script=[rule])
    company = own.payment_company()
    own.money.paid(f"pi_{number}", 1000, BUYER)
    path = f"/declarations/d{number}"
    company.post("/declarations", **ask(number))
    until(lambda: company.get(path).json()["state"], wanted="rejected")
    refused = company.get(path).json()

    company.post(f"{path}/redeclare")
    until(lambda: company.get(path).json()["state"], wanted="accepted")

    assert refused["return_status"] == "-10102"
    assert company.get(path).json()["pay_transaction_id"] == refused["pay_transaction_id"]
    assert company.post(f"{path}/redeclare").json()["error"] == "not_rejected"


def test_programs_killed_in_the_middle_go_on_where_they_were(own, number):
    """All killed with work under way, then started: each document is answered, none twice."""
    own.customs()
    company, courier = own.payment_company(), own.courier("--deliver-after-ms", "0")
    [given] = courier.post("/waybill-numbers", request_no=number, count=1).json()["numbers"]
    own.running["customs"].stop(signal.SIGKILL)
    own.money.paid(f"pi_{number}", 1000, BUYER)
    company.post("/declarations", **ask(number))
    courier.post("/waybills", **parcel(number, given))
    own.send("CEB311", Sale(number).order())
    company.stop(signal.SIGKILL)
    courier.stop(signal.SIGKILL)

    customs = own.customs()
    company, courier = own.payment_company(), own.courier()
    until(lambda: company.get(f"/declarations/d{number}").json()["state"], wanted="accepted")
    until(lambda: courier.get(f"/waybills/{given}").json()["state"], wanted="accepted")
    until(lambda: own.answers(number), wanted=["2", "120"])

    accepted = customs.get("/books").json()["documents"]
    assert [accepted[kind] for kind in ("CEB311", "CEB411", "CEB511")] == [{"accepted": 1}] * 3
    assert courier.post("/waybill-numbers", request_no=f"{number}b", count=1).json()["numbers"] != [
        given
    ]


def test_without_the_money_side_nothing_is_taken(own, number):
    """503 and no row; when it is there again the same request passes."""
    own.customs()
    company = own.payment_company()
    own.money.paid(f"pi_{number}", 1000, BUYER)
    own.money.down = True

    down = company.post("/declarations", **ask(number))
    own.money.down = False
    up = company.post("/declarations", **ask(number))

    assert (down.status_code, down.json()["error"]) == (503, "provider_unavailable")
    assert up.status_code == 202
