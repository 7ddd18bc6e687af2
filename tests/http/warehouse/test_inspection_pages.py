"""The bay's pages: what customs wants, scanned in, looked at once more, recorded."""

import pytest

from bonded_display.warehouse.inspection.cases import CaseAsk, open_case
from bonded_display.web import bay_pages
from kernel import ids
from tests.db.stock.store import WAREHOUSE
from tests.db.warehouse.house import CREAM, House, Parcel
from tests.http.warehouse.desk import PAGES, Operator
from tests.support.sample_house import one, rows

BAY = f"/{WAREHOUSE}/inspection"


def wanted(parcel: Parcel, status: int = 500) -> int:
    list_id = one("SELECT list_id FROM pick_task WHERE id = :id", id=parcel.task_id)
    return open_case(
        CaseAsk(order_id=parcel.order_id, list_id=list_id, warehouse_id=WAREHOUSE, status=status)
    )


@pytest.fixture
def parcel(house: House) -> Parcel:
    """Two creams, packed; three more lie in the warehouse."""
    return house.packed((house.stocked("17", ("L1", 5), item_id=CREAM), 2))


def test_from_the_wish_to_the_result(house: House, operator: Operator, parcel: Parcel):
    """Told on the overview, listed with its age, scanned in, looked at, recorded: stock follows."""
    empty = operator.see(BAY)
    case_id = wanted(parcel)
    page = f"/inspection/{case_id}"

    assert "海关现在没有要查的包裹" in empty
    assert f'href="{PAGES}{BAY}"' in operator.see(f"/{WAREHOUSE}")
    assert parcel.waybill_no in operator.see(BAY)
    assert "登记结果" not in operator.see(page).split("result")[0]
    assert "已送到查验位" in operator.did(BAY, f"{BAY}/bay", waybill_no=parcel.waybill_no.lower())
    look = operator.press(
        page, f"{page}/look", result="sampled", document_no="查验0501-7", sampled_1="1"
    )

    assert look.status_code == 200
    assert "补拣同样的件数" in look.text
    assert "订单不变" in look.text
    assert rows("SELECT state, result FROM inspection_case") == [("in_bay", None)]
    fields = {"result": "sampled", "document_no": "查验0501-7", "sampled_1": "1"}
    token = look.text.split('name="csrf_token" value="')[-1].split('"')[0]
    recorded = operator.client.post(
        f"{PAGES}{page}/result", data={"csrf_token": token, **fields}, headers=operator.headers
    )
    assert recorded.status_code == 303
    told = operator.see(page)
    assert "已登记取样" in told
    assert "取样 · 查验0501-7" in told
    assert rows("SELECT gnum, qty FROM inspection_loss") == [(1, 1)]
    assert house.level(house_item(parcel)) == (4, 2)
    assert house.task(parcel)[0] == "picking"


def house_item(parcel: Parcel) -> int:
    return parcel.lines[0][0]


@pytest.mark.parametrize(
    ("result", "told"), [("seized", "订单撤销：款项全额原路退回"), ("intact", "订单不变")]
)
def test_the_second_look_tells_what_follows(operator: Operator, parcel: Parcel, result, told):
    """Seized: the order ends, in red; nothing found: it goes on."""
    case_id = wanted(parcel, 502)
    operator.did(BAY, f"{BAY}/bay", waybill_no=parcel.waybill_no)
    page = f"/inspection/{case_id}"

    look = operator.press(page, f"{page}/look", result=result, document_no="决定书9").text

    assert told in look
    assert ('class="danger"' in look) == (result == "seized")
    assert f"{parcel.lines[0][1]}</span>" in look or result == "intact"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"result": "intact", "document_no": " "}, "要选一个结果"),
        ({"result": "lost", "document_no": "1"}, "要选一个结果"),
        ({"result": "sampled", "document_no": "1"}, "结果没有登记"),
        ({"result": "sampled", "document_no": "1", "sampled_1": "3"}, "结果没有登记"),
        ({"result": "sampled", "document_no": "1", "sampled_1": "一"}, "结果没有登记"),
    ],
)
def test_what_is_missing_is_told_with_what_was_typed(
    operator: Operator, parcel: Parcel, fields, told
):
    """422 on the same page; nothing is recorded."""
    case_id = wanted(parcel)
    operator.did(BAY, f"{BAY}/bay", waybill_no=parcel.waybill_no)
    page = f"/inspection/{case_id}"

    answer = operator.press(page, f"{page}/look", **fields)

    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{fields["document_no"].strip()}"' in answer.text
    assert rows("SELECT state FROM inspection_case") == [("in_bay",)]


def test_a_parcel_that_nobody_wants_is_told_where_it_was_scanned(
    operator: Operator, parcel: Parcel
):
    """404 would lose the desk: the words stand above the field, with what was scanned."""
    wanted(parcel)

    answer = operator.press(BAY, f"{BAY}/bay", waybill_no="SF-NONE")

    assert answer.status_code == 404
    assert 'value="SF-NONE"' in answer.text
    assert "notice-bad" in answer.text


def test_the_result_of_a_parcel_that_is_not_in_the_bay_is_refused(
    operator: Operator, parcel: Parcel
):
    """The form stands on the page of a parcel in the bay only; a sent one changes nothing."""
    case_id = wanted(parcel)
    page = f"/inspection/{case_id}"
    assert "/look" not in operator.see(page)
    token = operator.see(BAY).split('name="csrf_token" value="')[-1].split('"')[0]

    for deed in ("look", "result"):
        answer = operator.client.post(
            f"{PAGES}{page}/{deed}",
            data={"csrf_token": token, "result": "seized", "document_no": "1"},
            headers=operator.headers,
        )
        assert answer.status_code == 409

    assert rows("SELECT state FROM inspection_case") == [("open",)]


def test_cases_come_by_pages_and_by_state(house: House, operator: Operator, monkeypatch):
    """Two a page, three there: each once, the oldest first; a state that has none says so."""
    monkeypatch.setattr(bay_pages, "PAGE", 2)
    item = house.stocked("17", ("L1", 9), item_id=CREAM)
    cases = [wanted(house.ordered((item, 1))) for _ in range(3)]

    first = operator.see(BAY)
    second = operator.see(f"{BAY}?state=open&after={cases[1]}")

    assert [f"/inspection/{one_}" in first for one_ in cases] == [True, True, False]
    assert [f"/inspection/{one_}" in second for one_ in cases] == [False, False, True]
    assert f"after={cases[1]}" in first
    assert "没有这个状态的包裹" in operator.see(f"{BAY}?state=found")
    assert "待送查验位" in operator.see(f"{BAY}?state=nonsense&after=-1")


def test_a_case_that_is_not_there_is_not_found(operator: Operator):
    """404, and in English for those who read it."""
    answer = operator.client.get(
        f"{PAGES}/inspection/{ids.new()}", headers={**operator.headers, "Accept-Language": "en"}
    )

    assert answer.status_code == 404
