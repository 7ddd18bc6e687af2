"""What the zone lets out, and what it keeps in."""

from tests.http.simulators_line.asks import declare, exit_pass, release, zone_list
from tests.http.simulators_line.line import until
from tests.unit.simulators.sim_documents import Sale

LISTS, PASSES = "/inventory-lists", "/exit-passes"


def test_a_list_that_differs_from_what_customs_released_is_refused(shared, number):
    """Unknown number, other account book, another quantity, another type."""
    zone = shared.running["zone"]
    invt_no, _ = release(shared, declare(shared, Sale(number), number))

    refused = [
        zone.post(LISTS, **zone_list(f"1{number}", "050120261000000000")),
        zone.post(LISTS, **zone_list(f"2{number}", invt_no, account_book_no="T0501W999999")),
        zone.post(LISTS, **zone_list(f"3{number}", invt_no, line={"qty": 2})),
        zone.post(LISTS, **zone_list(f"4{number}", invt_no, type="5")),
        zone.post(LISTS, **zone_list(f"5{number}", invt_no, line={"qty": "many"})),
    ]
    good = zone.post(LISTS, **zone_list(f"6{number}", invt_no, line={"qty": "1.0", "gnum": "1"}))

    errors = [one.json()["error"] for one in refused]
    assert errors[:3] == ["list_unknown", "account_book_differs", "lines_differ"]
    assert errors[3:] == ["malformed", "malformed"]
    assert good.json()["state"] == "approved"


def test_a_released_list_leaves_once_with_its_own_parcel(shared, number):
    """On one bonded inventory list, on one pass, with just its parcel; replays answer alike."""
    zone = shared.running["zone"]
    sale = declare(shared, Sale(number), number)
    invt_no, _ = release(shared, sale)

    first = zone.post(LISTS, **zone_list(f"1{number}", invt_no))
    replay = zone.post(LISTS, **zone_list(f"1{number}", invt_no))
    second = zone.post(LISTS, **zone_list(f"2{number}", invt_no))
    list_no = first.json()["bonded_inventory_list_no"]
    foreign = zone.post(PASSES, **exit_pass(f"1{number}", list_no, sale.waybill_no, "QZ1"))
    passed = zone.post(PASSES, **exit_pass(f"2{number}", list_no, sale.waybill_no))
    again = zone.post(PASSES, **exit_pass(f"3{number}", list_no, sale.waybill_no))
    changed = zone.post(PASSES, **exit_pass(f"2{number}", list_no, "QZ1"))

    assert first.json() == replay.json()
    assert second.json()["error"] == "list_already_listed"
    assert foreign.json()["error"] == "parcels_differ"
    assert passed.json()["state"] == "approved"
    assert again.json()["error"] == "bonded_inventory_list_used"
    assert changed.json()["error"] == "request_no_reused"


def test_a_list_held_for_inspection_stays_in_the_zone(own, number):
    """Status 500, no release: the zone says why; without customs it says that."""
    customs = own.customs()
    rule = {"match": {"kind": "CEB621"}, "do": "chain", "statuses": ["2", "120", "500"]}
    customs.post("/_control", script=[rule])
    own.payment_company()
    own.courier()
    zone = own.zone()
    own.send("CEB621", declare(own, Sale(number), number).listed())
    until(lambda: "500" in own.answers(f"C{number}"))
    invt_no = next(head["invtNo"] for _, head, _ in own.heard() if "invtNo" in head)

    held = zone.post(LISTS, **zone_list(number, invt_no)).json()
    customs.stop()
    alone = zone.post(LISTS, **zone_list(number, invt_no))

    assert held == {"error": "list_not_released", "detail": f"{invt_no}: inspection"}
    assert (alone.status_code, alone.json()["error"]) == (503, "customs_unavailable")
