"""The operator's pages: from the pick list to the gate, through the forms a person uses."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from kernel.register import get_warehouse, put_warehouse
from tests.db.stock.store import WAREHOUSE
from tests.db.warehouse.house import CREAM, GTIN, SOAP, House, Parcel
from tests.db.warehouse.other_side import OtherSide
from tests.http.warehouse.desk import PAGES, Operator


def picked(operator: Operator, parcel: Parcel, *codes: str) -> str:
    page = f"/pick/{parcel.task_id}"
    return [operator.did(page, f"{page}/scan", code=code) for code in codes][-1]


def test_from_the_pick_list_to_the_gate(house: House, operator: Operator, other_side: OtherSide):
    """Everything by the forms: scans, scale, batch, list, pass, loading, gate; the books follow."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 2))
    task = f"/pick/{parcel.task_id}"

    assert f"QZ{parcel.order_id}" in operator.see(f"/{WAREHOUSE}")
    assert "A-01-1" in operator.see(task)
    assert "称重" in picked(operator, parcel, GTIN[CREAM], "L1")
    assert parcel.waybill_no in operator.did(task, f"{task}/pack", gross_kg="0,61")

    opened = operator.press(f"/{WAREHOUSE}", f"/{WAREHOUSE}/exit", vehicle_no="晋a 12345")
    batch = opened.headers["Location"].removeprefix(PAGES)
    operator.did(batch, f"{batch}/parcels", waybill_no=parcel.waybill_no)
    assert "QDXB20261124" in operator.did(batch, f"{batch}/list")
    page = operator.did(batch, f"{batch}/pass")
    pass_no = next(iter(other_side.passes))
    assert pass_no in page
    assert "已装车 1 / 1" in operator.did(batch, f"{batch}/load", waybill_no=parcel.waybill_no)
    waits = operator.did(batch, f"{batch}/gate")
    assert re.search(r'class="notice notice-wait"[^>]*>车辆还没有过卡', waits)
    assert "notice-good" not in waits
    other_side.open_gate(pass_no)
    assert "已扣减" in operator.did(batch, f"{batch}/gate")

    assert house.level(cream) == (3, 0)
    assert house.differences() == []
    assert other_side.bodies("/exit-passes")[0]["vehicle_no"] == "晋A12345"
    assert other_side.bodies("/exit-passes")[0]["gross_e5"] == 61_000
    assert parcel.waybill_no not in operator.see(f"/{WAREHOUSE}")


def test_wrong_goods_are_told_where_they_were_scanned(house: House, operator: Operator):
    """Soap for cream: 409 on the same page, with what is wanted; the field is free for the next."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 2))
    page = f"/pick/{parcel.task_id}"

    answer = operator.press(page, f"{page}/scan", code=GTIN[SOAP])

    assert answer.status_code == 409
    assert "拿错了" in answer.text
    assert "保湿面霜 · A-01-1" in answer.text
    assert f"{GTIN[SOAP]} 不在这张拣货单上" in answer.text
    assert 'name="code" value=""' in answer.text
    assert house.task(parcel) == ("open", [0])


def test_a_form_sent_twice_counts_once(house: House, operator: Operator):
    """The scanner's Enter and a tap send the same form: one piece is counted."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 3))
    page = f"/pick/{parcel.task_id}"
    first = operator.press(page, f"{page}/scan", code="L1")

    again = operator.press(page, f"{page}/scan", code="L1", seen="0")

    assert (first.status_code, again.status_code) == (303, 409)
    assert house.task(parcel) == ("picking", [1])


def test_a_weight_that_is_none_is_told(house: House, operator: Operator):
    """Empty, words, nothing, less than nothing, 1e3, too fine, five tons, full-width: kept as typed."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 1))
    picked(operator, parcel, "L1")
    page = f"/pick/{parcel.task_id}"

    for typed in ("", "abc", "0", "-1", "1e3", "0.0000001", "5000", "０．６"):
        answer = operator.press(page, f"{page}/pack", gross_kg=typed)
        assert answer.status_code == 422, typed
        assert "不是重量" in answer.text
        assert f'name="gross_kg" value="{typed}"' in answer.text

    assert house.task(parcel)[0] == "picked"


def test_what_the_zone_says_is_shown_and_the_parcel_can_be_taken_out(
    house: House, operator: Operator, other_side: OtherSide
):
    """The zone refuses one list: its code stands under the step, and each parcel has its button."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.packed((cream, 1))
    opened = operator.press(f"/{WAREHOUSE}", f"/{WAREHOUSE}/exit", vehicle_no="晋A12345")
    batch = opened.headers["Location"].removeprefix(PAGES)
    operator.did(batch, f"{batch}/parcels", waybill_no=parcel.waybill_no)
    other_side.refuse["/inventory-lists"] = (409, {"error": "not_released", "detail": "林晓月"})

    answer = operator.press(batch, f"{batch}/list")
    page = operator.did(batch, f"{batch}/take-out")

    assert answer.status_code == 409
    assert "not_released" in answer.text
    assert "林晓月" not in answer.text
    assert "已移出" in page


def test_a_zone_that_is_down_is_told_with_when_to_come_again(
    house: House, operator: Operator, other_side: OtherSide
):
    """503 with Retry-After; the page stands as it was, the button is still there."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.packed((cream, 1))
    opened = operator.press(f"/{WAREHOUSE}", f"/{WAREHOUSE}/exit", vehicle_no="晋A12345")
    batch = opened.headers["Location"].removeprefix(PAGES)
    operator.did(batch, f"{batch}/parcels", waybill_no=parcel.waybill_no)
    other_side.refuse["/inventory-lists"] = (503, {"error": "busy"})

    answer = operator.press(batch, f"{batch}/list")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert f"{batch}/list" in answer.text


def test_one_warehouse_is_entered_at_once(house: House, operator: Operator):
    """The home page leads on where there is one warehouse, and lists two."""
    alone = operator.client.get(f"{PAGES}/", headers=operator.headers)
    with house.database.write() as conn:
        first = get_warehouse(conn, WAREHOUSE)
        put_warehouse(conn, replace(first, id=12, code="YS2", name="洋山二号仓"))

    page = operator.see("/")

    assert alone.headers["Location"] == f"{PAGES}/{WAREHOUSE}"
    assert all(name in page for name in ("YS1", "洋山一号仓", "YS2", f"{PAGES}/12"))


def test_the_pages_speak_english_too(house: House, app: Flask):
    """Overview, pick list and batch in the other language: no Chinese sentence, no missing word."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.packed((cream, 1))
    open_task = house.ordered((cream, 1))
    operator = Operator(app.test_client(), lang="en")
    opened = operator.press(f"/{WAREHOUSE}", f"/{WAREHOUSE}/exit", vehicle_no="晋A12345")
    batch = opened.headers["Location"].removeprefix(PAGES)

    assert "was added" in operator.did(batch, f"{batch}/parcels", waybill_no=parcel.waybill_no)
    assert "Request the bonded inventory list" in operator.see(batch)
    assert "Scan the goods or the lot" in operator.see(f"/pick/{open_task.task_id}")
    assert "To pick" in operator.see(f"/{WAREHOUSE}")


@pytest.mark.parametrize("path", [f"/{WAREHOUSE}", "/pick/1", "/exit/1"])
def test_pages_are_the_operators(operator: Operator, path: str):
    """A clerk and a stranger ask for them."""
    for role in ("clerk", ""):
        operator.headers["X-Test-Role"] = role
        answer = operator.client.get(PAGES + path, headers=operator.headers)
        assert answer.status_code == 403


def test_a_button_without_its_token_does_nothing(house: House, operator: Operator):
    """A form from elsewhere."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 2))

    answer = operator.client.post(
        f"{PAGES}/pick/{parcel.task_id}/scan", data={"code": "L1"}, headers=operator.headers
    )

    assert answer.status_code == 403
    assert house.task(parcel) == ("open", [0])


@pytest.mark.parametrize("path", ["/4711", "/pick/4711", "/exit/4711"])
def test_what_does_not_exist_is_not_found(house: House, operator: Operator, path: str):
    """A number that nobody gave out."""
    answer = operator.client.get(PAGES + path, headers=operator.headers)

    assert answer.status_code == 404


def test_a_program_gets_a_problem_document(house: House, operator: Operator):
    """The same refusal, asked for as JSON."""
    cream = house.stocked("17", ("L1", 5), item_id=CREAM)
    parcel = house.ordered((cream, 2))
    operator.see(f"/pick/{parcel.task_id}")
    page = f"/pick/{parcel.task_id}"
    text = operator.see(page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert token

    answer = operator.client.post(
        f"{PAGES}{page}/scan",
        data={"code": GTIN[SOAP], "csrf_token": token[1]},
        headers={"X-Test-Role": "operator", "Accept": "application/json"},
    )

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert answer.get_json(force=True)["code"] == "wrong_goods"
