"""What payment company, courier and zone refuse, repeat, and do again by themselves."""

import json
import signal

import pytest

from tests.http.simulators_line.line import until
from tests.http.simulators_line.test_sim_way import declare
from tests.unit.simulators.sim_documents import ACCOUNT_BOOK, AREA, PLATFORM, Sale

BUYER = "140105199003072210"


def ask(number, fen=1000, **changed):
    """A request for a declaration."""
    return {
        "request_no": f"d{number}",
        "order_no": number,
        "ebp_code": PLATFORM[0],
        "ebp_name": PLATFORM[1],
        "amount_fen": fen,
        "provider_payment": f"pi_{number}",
        **changed,
    }


def parcel(number, waybill_no, **changed):
    """An announcement of a parcel."""
    return {
        "request_no": f"w{number}",
        "waybill_no": waybill_no,
        "order_no": number,
        "consignee": "晏青禾",
        "telephone": "13900000001",
        "address": "山西省太原市杏花岭区虚构街1号",
        "freight_fen": 0,
        "insured_fen": 0,
        "gross_e5": 50_000,
        "goods_info": "",
        **changed,
    }


def test_shares_never_exceed_what_was_paid(shared, number):
    """10.00 paid: 6.00 and 4.00 pass, a fen more does not."""
    company = shared.running["payment_company"]
    shared.money.paid(f"pi_{number}", 1000, BUYER)

    answers = [
        company.post("/declarations", **ask(number, fen, request_no=f"{number}-{fen}"))
        for fen in (600, 401, 400, 1)
    ]

    assert [one.status_code for one in answers] == [202, 409, 202, 409]
    assert answers[1].json()["error"] == "share_exceeds_gross"
    assert company.get(f"/declarations/{number}-401").status_code == 404


def test_a_repeated_request_gets_the_first_answer(shared, number):
    """The same body again; another body under the same number is refused."""
    company = shared.running["payment_company"]
    shared.money.paid(f"pi_{number}", 1000, BUYER)
    first = company.post("/declarations", **ask(number)).json()

    again = company.post("/declarations", **ask(number))
    other = company.post("/declarations", **ask(number, 999))

    assert again.status_code == 202
    assert again.json()["pay_transaction_id"] == first["pay_transaction_id"]
    assert (other.status_code, other.json()["error"]) == (409, "request_no_reused")


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"amount_fen": 0}, 422, "malformed"),
        ({"amount_fen": "10"}, 422, "malformed"),
        ({"amount_fen": True}, 422, "malformed"),
        ({"amount_fen": 1e3}, 422, "malformed"),
        ({"order_no": ""}, 422, "malformed"),
        ({"ebp_code": "1" * 19}, 422, "malformed"),
        ({"provider_payment": "pi_unknown"}, 409, "payment_not_found"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(shared, number, changed, status, error):
    """Bad numbers, bad texts, a payment nobody made."""
    shared.money.paid(f"pi_{number}", 1000, BUYER)

    answer = shared.running["payment_company"].post("/declarations", **ask(number, **changed))

    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize(
    ("changed", "error"),
    [({"currency": "usd"}, "currency_not_cny"), ({"payer": None}, "not_paid")],
)
def test_only_a_paid_payment_in_yuan_is_declared(shared, number, changed, error):
    """Another currency; nobody has paid yet."""
    shared.money.paid(f"pi_{number}", 1000, BUYER, **changed)

    answer = shared.running["payment_company"].post("/declarations", **ask(number))

    assert (answer.status_code, answer.json()["error"]) == (409, error)


def test_the_payer_is_compared_with_the_buyer(shared, number):
    """Same, another number, another name, a payment that nobody knows."""
    company = shared.running["payment_company"]
    shared.money.paid(f"pi_{number}", 1000, BUYER)

    answers = [
        company.post("/payer-checks", provider_payment=pi, name=name, id_number=id_number).json()
        for pi, name, id_number in (
            (f"pi_{number}", "晏青禾", BUYER),
            (f"pi_{number}", "晏青禾", "110105198504153027"),
            (f"pi_{number}", "闻人栖梧", BUYER),
            ("pi_unknown", "晏青禾", BUYER),
        )
    ]

    assert [one["answer"] for one in answers] == ["same", "different", "different", "unchecked"]


def test_waybill_numbers_are_given_once(shared, number):
    """The same request gets the same numbers; all others differ."""
    courier = shared.running["courier"]
    path = "/waybill-numbers"

    first = courier.post(path, request_no=f"a{number}", count=3).json()["numbers"]
    again = courier.post(path, request_no=f"a{number}", count=3).json()["numbers"]
    other = courier.post(path, request_no=f"b{number}", count=3).json()["numbers"]

    assert first == again
    assert len({*first, *other}) == 6
    assert courier.post(path, request_no=f"a{number}", count=4).status_code == 409
    assert courier.post(path, request_no=f"c{number}", count=0).status_code == 422


def test_a_waybill_number_carries_one_parcel(shared, number):
    """Never given; taken by another order; the same announcement again."""
    courier = shared.running["courier"]
    [given] = courier.post("/waybill-numbers", request_no=number, count=1).json()["numbers"]

    unknown = courier.post("/waybills", **parcel(number, "QZ9999999999999"))
    first = courier.post("/waybills", **parcel(number, given))
    again = courier.post("/waybills", **parcel(number, given))
    other = courier.post("/waybills", **parcel(f"{number}B", given))
    changed = courier.post("/waybills", **parcel(number, given, gross_e5=1))

    assert unknown.json()["error"] == "number_unknown"
    assert first.status_code == again.status_code == 202
    assert other.json()["error"] == "waybill_taken"
    assert changed.json()["error"] == "request_no_reused"
    assert courier.get("/waybills/QZ9999999999999").status_code == 404


def test_a_parcel_is_collected_once_and_not_before_customs_knows_it(shared, number):
    """All of a collection or none of it."""
    courier = shared.running["courier"]
    sale = declare(shared, Sale(number), number)
    [idle] = courier.post("/waybill-numbers", request_no=f"i{number}", count=1).json()["numbers"]

    early = courier.post(
        "/collections",
        request_no=f"k{number}",
        exit_pass_no="P1",
        waybills=[sale.waybill_no, idle],
    )
    before = courier.get(f"/waybills/{sale.waybill_no}").json()["parcel"]
    said = {"exit_pass_no": "P1", "waybills": [sale.waybill_no]}
    taken = courier.post("/collections", request_no=f"k{number}", **said)
    again = courier.post("/collections", request_no=f"k{number}", **said)
    twice = courier.post("/collections", request_no=f"l{number}", **said)

    assert (early.json()["error"], before) == ("not_accepted", "announced")
    assert taken.json() == again.json() == {"collected": [sale.waybill_no]}
    assert twice.json()["error"] == "already_collected"


def test_the_zone_lets_out_only_what_customs_released(shared, number):
    """Unknown list, other account book, other lines, a list on two lists, a foreign parcel."""
    zone, customs = shared.running["zone"], shared.running["customs"]
    sale = declare(shared, Sale(number), number)
    shared.send("CEB621", sale.listed())
    until(lambda: "816" in shared.answers(f"C{number}"))
    invt_no = next(h["invtNo"] for k, h, _ in shared.heard() if h.get("copNo") == f"C{number}"
                   and "invtNo" in h)  # fmt: skip
    lines = [{"gnum": "1", "item_record_no": "0001", "qty": "1.0"}]

    def listed(at, invt=invt_no, book=ACCOUNT_BOOK, qty="1", **changed):
        said = {
            "request_no": f"z{at}{number}",
            "type": "8",
            "account_book_no": book,
            "area_code": AREA[0],
            "lists": [{"invt_no": invt, "lines": [{**lines[0], "qty": qty}]}],
            **changed,
        }
        return zone.post("/inventory-lists", **said)

    refused = [
        listed(1, invt="050120261000000000"),
        listed(2, book="T0501W999999"),
        listed(3, qty="2"),
        listed(4, type="5"),
    ]
    good, replay, again = listed(5), listed(5), listed(6)
    pass_said = {
        "bonded_inventory_list_nos": [good.json()["bonded_inventory_list_no"]],
        "vehicle_no": "晋A1",
        "gross_e5": 1,
    }
    foreign = zone.post(
        "/exit-passes", request_no=f"x1{number}", parcels=["QZ1", sale.waybill_no], **pass_said
    )
    passed = zone.post(
        "/exit-passes", request_no=f"x2{number}", parcels=[sale.waybill_no], **pass_said
    )
    second = zone.post(
        "/exit-passes", request_no=f"x3{number}", parcels=[sale.waybill_no], **pass_said
    )

    errors = [one.json()["error"] for one in refused]
    assert errors == ["list_unknown", "account_book_differs", "lines_differ", "malformed"]
    assert good.json() == replay.json()
    assert again.json()["error"] == "list_already_listed"
    assert foreign.json()["error"] == "parcels_differ"
    assert passed.json()["state"] == "approved"
    assert second.json()["error"] == "bonded_inventory_list_used"
    assert customs.get(f"/lists/{invt_no}").json()["state"] == "released"


def test_a_list_held_for_inspection_stays_in_the_zone(own, number):
    """Status 500, no release: the zone says why."""
    rule = {"match": {"kind": "CEB621"}, "do": "chain", "statuses": ["2", "120", "500"]}
    path = own.folder / "script.json"
    path.write_text(json.dumps([rule]))
    own.customs("--script", path)
    own.payment_company()
    own.courier()
    zone = own.zone()
    sale = declare(own, Sale(number), number)
    own.send("CEB621", sale.listed())
    until(lambda: "500" in own.answers(f"C{number}"))
    invt_no = next(head["invtNo"] for _, head, _ in own.heard() if "invtNo" in head)
    row = {"gnum": 1, "item_record_no": "0001", "qty": 1}

    answer = zone.post(
        "/inventory-lists",
        request_no="z",
        type="8",
        account_book_no=ACCOUNT_BOOK,
        area_code=AREA[0],
        lists=[{"invt_no": invt_no, "lines": [row]}],
    )

    assert answer.json() == {"error": "list_not_released", "detail": f"{invt_no}: inspection"}


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
