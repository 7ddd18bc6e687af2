"""Goods that come back, by the forms a person uses: asked, scanned in, checked, declared."""

import pytest

from shop.accounts.sign_in_staff import sign_in_staff
from shop.queries import Order
from shop.web.login import STAFF_COOKIE
from tests.db.shop.unwinding import Unwinding
from tests.db.shop_returns.returning import Returning
from tests.http.back_office.house import PASSWORD, Operator, Trade, audits
from tests.support.sample_house import one, rows

RETURNS = "/back-office/warehouse/returns"
WHY = "消费者七日无理由退货"


@pytest.fixture
def returning(trade: Trade, clock) -> Returning:
    """The trade, with a way out of the zone and back."""
    return Returning(Unwinding(trade, clock))


def asked(operator: Operator, order: Order) -> str:
    """Register the return by its form and return the case's page."""
    page = f"/back-office/orders/{order.id}/return"
    assert page in operator.see(f"/back-office/orders/{order.id}").text
    answer = operator.press(page, page, reason=WHY, qty_1=str(order.lines[0].qty))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_return_goes_its_way_by_the_forms(returning: Returning, operator: Operator):
    """Registered, scanned, checked, at customs, refused, declared again, granted."""
    assert "现在没有退货" in operator.see(RETURNS).text
    order = returning.left()
    case = asked(operator, order)

    assert "还有 29 天" in operator.see(RETURNS).text or "还有 30 天" in operator.see(RETURNS).text
    assert "等包裹" in operator.see(case).text
    warehouse = one("SELECT id FROM warehouse")
    arrive = f"{RETURNS}/arrive?warehouse={warehouse}"
    answer = operator.press(RETURNS, arrive, number=str(order.waybill_no).lower())
    assert answer.headers["Location"] == case
    assert "核对商品" in operator.see(case).text
    operator.press(case, f"{case}/check", location="r-01")
    returning.work(1)
    assert "已报海关" in operator.see(case).text
    case_id = int(case.rsplit("/", 1)[1])
    returning.hear(order, returning.answer(order, case_id, 100))
    returning.work(1)
    assert "再次申报" in operator.see(case).text
    operator.press(case, f"{case}/declare")
    returning.hear(order, returning.answer(order, case_id, 399))
    returning.work(1)

    assert "已入库" in operator.see(case).text
    assert "已退货" in operator.see(f"/back-office/orders/{order.id}").text
    assert one("SELECT location FROM return_case") == "R-01"
    subject = f"return_case:{case_id}"
    assert [audits(verb)[0][1] for verb in ("receive_return", "check_return")] == [subject] * 2
    assert audits("declare_return_again")[0][1] == subject
    assert "现在没有退货" in operator.see(RETURNS).text


def test_goods_that_are_not_as_they_left_end_the_case(returning: Returning, operator: Operator):
    """Arrived by order number, unfit: nothing is declared, and the page says what to do."""
    order = returning.left()
    case = asked(operator, order)
    warehouse = one("SELECT id FROM warehouse")
    operator.press(RETURNS, f"{RETURNS}/arrive?warehouse={warehouse}", number=order.order_no)

    operator.press(case, f"{case}/unfit")

    assert "请把包裹寄还顾客" in operator.see(case).text
    assert rows("SELECT id FROM goods_return") == []


def test_a_parcel_that_never_came_is_given_up(returning: Returning, operator: Operator):
    """Then the order can be returned anew."""
    order = returning.left()
    case = asked(operator, order)
    form = f"/back-office/orders/{order.id}/return"
    assert "退货正在办理" in operator.see(form).text

    operator.press(case, f"{case}/give-up")

    assert "没有退来" in operator.see(case).text
    assert "登记退货" in operator.see(form).text


@pytest.mark.parametrize("reason", ["", "  ", "退货"])
def test_a_return_without_a_reason_is_not_registered(
    returning: Returning, operator: Operator, reason: str
):
    """422 on the form, and what was typed is kept."""
    order = returning.left()
    page = f"/back-office/orders/{order.id}/return"

    answer = operator.press(page, page, reason=reason)

    assert answer.status_code == 422
    assert "要写明原因" in answer.text
    assert rows("SELECT id FROM return_case") == []


def test_a_place_and_a_number_that_are_none_are_told(returning: Returning, operator: Operator):
    """An unknown parcel, an empty place: words above the field, nothing recorded."""
    order = returning.left()
    case = asked(operator, order)
    warehouse = one("SELECT id FROM warehouse")
    arrive = f"{RETURNS}/arrive?warehouse={warehouse}"
    unknown = operator.press(RETURNS, arrive, number="SF-NONE")
    operator.press(RETURNS, arrive, number=order.order_no)

    no_place = operator.press(case, f"{case}/check", location=" ")

    assert (unknown.status_code, no_place.status_code) == (404, 422)
    assert "SF-NONE" in unknown.text
    assert "不是库位" in no_place.text
    assert one("SELECT state FROM return_case") == "arrived"


def test_an_order_inside_the_zone_has_no_return(trade: Trade, operator: Operator):
    """Released and not gone: no link, and the form says what to do instead."""
    order = trade.released()

    assert "/return" not in operator.see(f"/back-office/orders/{order.id}").text
    assert "请撤销申报清单" in operator.see(f"/back-office/orders/{order.id}/return").text


def test_after_the_term_the_page_says_so(returning: Returning, operator: Operator):
    """Day 31: the tax stays, in plain words."""
    order = returning.left()
    case = asked(operator, order)
    returning.house.clock.tick(31 * 86_400)
    operator.client.set_cookie(STAFF_COOKIE, sign_in_staff("operator", PASSWORD))

    assert "税款不能再退" in operator.see(case).text
    assert "已过期" in operator.see(RETURNS).text


@pytest.mark.parametrize("typed", ["x", "-1", "１", "1.5", "1234567"])
def test_a_number_of_pieces_that_is_none_is_told(returning: Returning, operator: Operator, typed):
    """422, and no return is registered without that line."""
    order = returning.left(pieces=3)
    page = f"/back-office/orders/{order.id}/return"

    answer = operator.press(page, page, reason=WHY, qty_1=typed)

    assert answer.status_code == 422
    assert "不是件数" in answer.text
    assert rows("SELECT id FROM return_case") == []


def test_unfit_pieces_are_counted_out_and_a_refused_return_is_sent_back(
    returning: Returning, operator: Operator
):
    """Of three, one used: two declared; customs refuses: they go to the shopper again."""
    order = returning.left(pieces=3)
    returning.signed(order)
    case = asked(operator, order)
    arrive = f"{RETURNS}/arrive?warehouse={order.warehouse_id}"
    operator.press(RETURNS, arrive, number=order.order_no)
    assert "其中缺件或不是原样" in operator.see(case).text
    for wrong in ("3", "x", "4"):
        answer = operator.press(case, f"{case}/check", location="R-01", unfit_1=wrong)
        assert (answer.status_code, "重新清点" in answer.text) == (422, True)

    operator.press(case, f"{case}/check", location="R-01", unfit_1="1")
    returning.work(1)

    assert "缺件或不是原样 1 件" in operator.see(case).text
    case_id = int(case.rsplit("/", 1)[1])
    assert "寄还顾客</button>" not in operator.see(case).text
    returning.hear(order, returning.answer(order, case_id, 100))
    returning.work(1)
    operator.press(case, f"{case}/send-back")
    shown = operator.see(case).text
    assert "海关不予退货" in shown
    assert "再次申报</button>" not in shown
    assert audits("send_back_refused")[0][1] == f"return_case:{case_id}"
    assert "登记退货" in operator.see(f"/back-office/orders/{order.id}/return").text


def test_a_granted_part_without_a_bill_says_what_it_waits_for(
    returning: Returning, operator: Operator
):
    """Customs' bill is void and the next not here: the page tells it, in plain words."""
    order = returning.left(pieces=3)
    returning.signed(order)
    case_id = returning.checked(order, pieces=1)
    returning.hear(order, returning.void(order), returning.answer(order, case_id, 399))
    returning.work()

    assert "在等这份清单的有效税单" in operator.see(f"{RETURNS}/{case_id}").text
