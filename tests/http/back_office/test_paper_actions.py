"""A refused order document is corrected and sent, a refused waybill declared anew, from the desk."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bonded_display.customs.handed import Parties
from bonded_display.customs.messages import business
from bonded_display.customs.messages.ceb311 import CEB311
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.submit_order import submit_order
from bonded_display.warehouse.tables import waybill_declaration
from kernel import clock, config, db
from settlement.payments.declarer import cause_declaration, learn_declaration
from settlement.payments.provider import Declared
from shop.duties import ask_of_payments_again, ask_of_waybills_again
from shop.handovers.customs_desk import order_document
from tests.db.warehouse.other_side import OtherSide
from tests.http.back_office.house import Operator, Trade, audits
from tests.http.back_office.test_list_actions import out
from tests.support.sample_house import one
from tests.unit.customs.examples import PARTIES
from tests.unit.customs.receipts import order_receipt

STATE = "SELECT state FROM document WHERE order_id = :id AND kind = :kind"


def refused(trade: Trade, *, status: int = -10102):
    """Return a paid order whose 311 customs refused."""
    order = trade.paid()
    submit_order(order_document(order, paid_by=None))
    parties = Parties.from_text(order.parties)
    text = order_receipt(
        order.order_no,
        status=status,
        time=clock.china_text_ms(clock.now()),
        platform=parties.platform.code,
    )
    trade.hear(text.replace(PARTIES.merchant.code, parties.merchant.code))
    assert one(STATE, id=order.id, kind="order") in ("REJECTED", "ERROR")
    return order


def page_of(order, kind: str = "order") -> str:
    return f"/back-office/customs/papers/{order.id}/{kind}"


def said(raw: bytes):
    (document,) = business.read(CEB311, read_xml(raw))
    return document


def confirm(operator: Operator, action: str, shown: str, *, status: int = 303):
    """Press the button of a second look with what it carries."""
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', shown))
    answer = operator.client.post(action, data=hidden, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.text[:2000]
    return answer


def test_a_refused_order_document_is_corrected_seen_and_sent(
    trade: Trade, operator: Operator
) -> None:
    """The reason in words, the fields, what differs, then a new guid; what was typed stands later."""
    order = refused(trade)
    (first,) = out(trade, "CEB311")
    page = operator.see(page_of(order)).text
    assert "企业编码无效" in page
    assert "/heard/" in page
    shown = operator.press(
        page_of(order), f"{page_of(order)}/look", **{"1.gmodel": "改正后的规格", "0.note": "说明"}
    ).text
    cells = re.findall(r"<code>(\w+)</code></td>", shown)
    assert cells == ["note", "gmodel"]
    assert len(out(trade, "CEB311")) == 1
    assert audits("customs.amend_order") == []

    done = confirm(operator, page_of(order), shown)

    assert done.location == f"/back-office/orders/{order.id}"
    assert one(STATE, id=order.id, kind="order") == "SENT_LOCAL"
    (second,) = [raw for raw in out(trade, "CEB311") if raw != first]
    assert said(second).head["guid"] != said(first).head["guid"]
    assert said(second).head["note"] == "说明"
    assert said(second).lines[0]["gmodel"] == "改正后的规格"
    staff = one("SELECT id FROM staff")
    assert audits("customs.amend_order") == [(f"staff:{staff}", f"customs_order:{order.id}")]
    assert "已签名并发送" in operator.see(done.location).text


def test_what_was_corrected_once_stands_when_it_is_refused_again(
    trade: Trade, operator: Operator, clock
) -> None:
    """The second form begins with what was sent last, not with the order's own text."""
    order = refused(trade)
    shown = operator.press(page_of(order), f"{page_of(order)}/look", **{"1.gmodel": "第二稿"}).text
    confirm(operator, page_of(order), shown)
    clock.tick(60)
    parties = Parties.from_text(order.parties)
    text = order_receipt(
        order.order_no, status=-10101, time="20291124100100000", platform=parties.platform.code
    )
    trade.hear(text.replace(PARTIES.merchant.code, parties.merchant.code))

    page = operator.see(page_of(order)).text

    assert 'value="第二稿"' in page
    assert "企业类型不符" in page
    shown = operator.press(page_of(order), f"{page_of(order)}/look").text
    assert "完全相同" in shown


def test_a_fault_is_told_at_the_look_and_nothing_goes(trade: Trade, operator: Operator) -> None:
    """An emptied specification, then a district of five digits: the words, and what was typed."""
    order = refused(trade)
    empty = operator.press(page_of(order), f"{page_of(order)}/look", **{"1.gmodel": " "})
    short = operator.press(page_of(order), f"{page_of(order)}/look", **{"0.district_code": "14010"})

    assert (empty.status_code, short.status_code) == (422, 409)
    assert "consigneeDistrict" in short.text
    assert 'value="14010"' in short.text
    assert len(out(trade, "CEB311")) == 1


def test_only_a_refused_document_of_a_living_order_is_corrected(
    trade: Trade, operator: Operator, app
) -> None:
    """Accepted: no form; ended: no sending; a form without its token, or no operator: refused."""
    accepted = trade.sent()
    operator.see(page_of(accepted), 409)
    operator.see(page_of(accepted, "waybill"), 409)
    order = refused(trade)
    assert operator.client.post(page_of(order)).status_code == 403
    assert app.test_client().get(page_of(order)).status_code == 403
    shown = operator.press(page_of(order), f"{page_of(order)}/look").text
    with db.write() as conn:
        conn.exec_driver_sql(f"UPDATE customs_order SET state = 'refused' WHERE id = {order.id}")
    confirm(operator, page_of(order), shown, status=409)
    assert len(out(trade, "CEB311")) == 2  # that of the accepted order, and the refused one


@pytest.fixture
def courier(app) -> Iterator[OtherSide]:
    """The courier at the other end of the line."""
    del app
    side = OtherSide()
    config.use(replace(config.current(), courier_url=side.url))
    yield side
    side.close()


def test_a_refused_waybill_is_declared_anew_and_its_answer_learnt(
    trade: Trade, operator: Operator, courier: OtherSide
) -> None:
    """One press: the courier sends anew; the worker asks until customs has answered; once is enough."""
    order = trade.paid()
    with db.write() as conn:
        conn.execute(
            waybill_declaration.insert().values(
                order_id=order.id,
                request_no=f"WB{order.id}",
                waybill_no=order.waybill_no,
                state="rejected",
                caused_at=0,
            )
        )
    record_acceptance(order.id, "waybill", status="-10102", return_time_text="20261124100100")
    assert "企业编码无效" in operator.see(page_of(order, "waybill")).text
    assert page_of(order, "waybill") in operator.see(f"/back-office/orders/{order.id}").text

    operator.press(page_of(order, "waybill"), page_of(order, "waybill"))
    operator.press(page_of(order, "waybill"), page_of(order, "waybill"))
    ask_of_waybills_again()

    assert len(courier.bodies(f"/waybills/{order.waybill_no}/redeclare")) == 1
    assert one(STATE, id=order.id, kind="waybill") in ("ERROR", "REJECTED")
    courier.accept(str(order.waybill_no))
    ask_of_waybills_again()
    assert one(STATE, id=order.id, kind="waybill") == "ACCEPTED"
    assert len(audits("customs.redeclare_waybill")) == 2


def test_a_refused_payment_is_declared_anew_and_its_answer_learnt(
    trade: Trade, operator: Operator
) -> None:
    """The company declared wrongly and customs said so: asked once, learnt by the worker."""
    order = trade.paid()
    cause_declaration(order.id, ebp_code="1401962001", ebp_name="前展")
    number = f"PT-P{order.id}"
    refusal = ("-10102", "20261124100100")
    trade.wallet.customs = Declared("rejected", number, "1100962003", "盒付", *refusal)
    learn_declaration(order.id)
    record_acceptance(order.id, "payment", status=refusal[0], return_time_text=refusal[1])
    assert page_of(order, "payment") in operator.see("/back-office/refused").text
    assert "企业编码无效" in operator.see(page_of(order, "payment")).text

    trade.wallet.customs = Declared("sent", number, "1100962003", "盒付")
    operator.press(page_of(order, "payment"), page_of(order, "payment"))
    operator.press(page_of(order, "payment"), page_of(order, "payment"))
    ask_of_payments_again()

    assert trade.wallet.redeclared == [f"P{order.id}"]
    assert one(STATE, id=order.id, kind="payment") in ("ERROR", "REJECTED")
    accepted = ("120", "20261124110100")
    trade.wallet.customs = Declared("accepted", number, "1100962003", "盒付", *accepted)
    ask_of_payments_again()
    assert one(STATE, id=order.id, kind="payment") == "ACCEPTED"
    operator.see(page_of(order, "payment"), 409)
