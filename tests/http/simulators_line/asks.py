"""What the platform asks payment company, courier and zone, and the steps tests share."""

from dataclasses import replace

from tests.http.simulators_line.line import until
from tests.unit.simulators.sim_documents import ACCOUNT_BOOK, AREA, PLATFORM

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


def declare(line, sale, number):
    """Cause payment, waybill and order of a sale; return it with the courier's number."""
    company, courier = line.running["payment_company"], line.running["courier"]
    fen = int(sale.paid * 100)
    line.money.paid(f"pi_{number}", fen, sale.buyer)
    given = courier.post("/waybill-numbers", request_no=f"n{number}", count=1).json()
    sale = replace(sale, order_no=number, waybill_no=given["numbers"][0])
    told = sale.waybill().head

    assert company.post("/declarations", **ask(number, fen)).status_code == 202
    texts = {"consignee": told["consignee"], "address": told["consigneeAddress"]}
    announced = courier.post("/waybills", **parcel(number, sale.waybill_no, **texts))
    assert announced.status_code == 202
    line.send("CEB311", sale.order())

    until(lambda: company.get(f"/declarations/d{number}").json()["state"], wanted="accepted")
    until(lambda: courier.get(f"/waybills/{sale.waybill_no}").json()["state"], wanted="accepted")
    until(lambda: line.answers(number)[:2], wanted=["2", "120"])
    return sale


def release(line, sale):
    """Send the list of a declared sale and wait for its bill; return invtNo and statuses."""
    cop_no = sale.listed().head["copNo"]
    line.send("CEB621", sale.listed())
    until(lambda: "816" in line.answers(cop_no))
    told = [head for _, head, _ in line.heard() if head.get("copNo") == cop_no]
    return told[-1]["invtNo"], line.answers(cop_no)


def zone_list(number, invt_no, **changed):
    """A bonded inventory list over one declaration list of one line."""
    line = {"gnum": 1, "item_record_no": "0001", "qty": 1, **changed.pop("line", {})}
    return {
        "request_no": f"z{number}",
        "type": "8",
        "account_book_no": ACCOUNT_BOOK,
        "area_code": AREA[0],
        "lists": [{"invt_no": invt_no, "lines": [line]}],
        **changed,
    }


def exit_pass(number, list_no, *parcels):
    """An exit pass over one bonded inventory list."""
    return {
        "request_no": f"x{number}",
        "bonded_inventory_list_nos": [list_no],
        "vehicle_no": "晋A00001",
        "gross_e5": 50_000,
        "parcels": list(parcels),
    }
