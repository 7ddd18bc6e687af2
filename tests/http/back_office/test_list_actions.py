"""A list sent again, amended, withdrawn: by a form, after a second look, kept under a name."""

import re
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from bonded_display.customs import desk as customs_desk
from bonded_display.customs.transport import dxp
from bonded_display.warehouse.errors import NotNow
from bonded_display.warehouse.exit_batch import add_parcel, open_exit_batch
from bonded_display.warehouse.tables import pick_task
from kernel import db
from tests.http.back_office.house import Operator, Trade, audits
from tests.support.sample_house import one, rows
from tests.unit.customs.examples import signer


def life(order) -> str:
    return f"/back-office/lists/{order.declaration_list_id}"


def deeds(order) -> str:
    return f"/back-office/customs/{order.declaration_list_id}"


def offered(page: str) -> set[str]:
    """Return the deeds that a life offers."""
    return set(re.findall(r'href="/back-office/customs/\d+/(resend|amend|withdraw)', page))


def out(trade: Trade, kind: str) -> list[bytes]:
    """Return the business messages of a kind that lie in the out folder, oldest first."""
    files = sorted((trade.folder / "out").glob(f"{kind}-*"), key=lambda file: file.stat().st_mtime)
    return [dxp.unwrap(file.read_bytes()) for file in files]


def gather(order) -> None:
    """Put the order's parcel into an exit batch, as if it had been packed."""
    with db.write() as conn:
        conn.execute(
            pick_task.update()
            .where(pick_task.c.order_id == order.id)
            .values(state="packed", gross_e5=50_000)
        )
    batch_id = open_exit_batch(order.warehouse_id, vehicle_no="晋A12345")
    add_parcel(batch_id, waybill_no=order.waybill_no)


def test_only_what_a_verb_would_do_is_offered(trade: Trade, operator: Operator) -> None:
    """Sent: again or withdrawn; refused: amended or withdrawn; released: withdrawn; closed: nothing."""
    order = trade.sent()
    assert offered(operator.see(life(order)).text) == {"resend", "withdraw"}
    trade.answered(order, -621028)
    assert offered(operator.see(life(order)).text) == {"amend", "withdraw"}

    released = trade.released()
    assert offered(operator.see(life(released)).text) == {"withdraw"}
    trade.answered(released, 899)
    assert offered(operator.see(life(released)).text) == set()
    operator.see(f"{deeds(released)}/amend", 409)
    assert "不能撤单" in operator.see(f"{deeds(released)}/withdraw").text


def test_the_very_bytes_go_again_once_it_is_confirmed(trade: Trade, operator: Operator) -> None:
    """Lost on the way: the same file lies there again, under the same guid; who asked is kept."""
    order = trade.sent()
    (before,) = out(trade, "CEB621")
    for file in (trade.folder / "out").glob("CEB621-*"):
        file.unlink()
    message = one("SELECT MAX(id) FROM customs_message WHERE kind = 'CEB621'")
    page = f"{deeds(order)}/resend/{message}"
    assert (
        str(one("SELECT guid FROM customs_message WHERE id = :id", id=message))
        in operator.see(page).text
    )

    done = operator.press(page, page)

    assert done.location == life(order)
    assert out(trade, "CEB621") == [before]
    assert [subject for _, subject in audits("customs.resend")] == [f"customs_message:{message}"]
    assert "再次交出" in operator.see(life(order)).text


def test_an_answered_message_is_not_sent_again(trade: Trade, operator: Operator) -> None:
    """The page says why, and has no button; a form from before the answer is refused."""
    order = trade.sent()
    message = one("SELECT MAX(id) FROM customs_message WHERE kind = 'CEB621'")
    page = f"{deeds(order)}/resend/{message}"
    token = operator.see(page).text.split('name="csrf_token" value="')[1].split('"')[0]
    trade.answered(order, 800)

    assert 'method="post" action="/back-office/customs' not in operator.see(page).text
    late = operator.client.post(page, data={"csrf_token": token}, headers={"Accept": "text/html"})
    assert late.status_code == 409
    assert audits("customs.resend") == []
    other = trade.sent()
    operator.see(f"{deeds(other)}/resend/{message}", 404)


def test_a_refused_list_is_amended_after_a_second_look(trade: Trade, operator: Operator) -> None:
    """A weight and a code are typed; the look shows old and new; nothing moved until it is sent."""
    order = trade.sent()
    trade.answered(order, -621028)
    standing = "SELECT gross_e5, state FROM declaration_list WHERE order_id = :id"
    (before,) = rows(standing, id=order.id)
    form, look = f"{deeds(order)}/amend", f"{deeds(order)}/amend/look"
    typed = {"0.gross_e5": "9.5", "1.gmodel": "改正后的规格"}

    shown = operator.press(form, look, **typed)

    assert shown.status_code == 200
    assert re.findall(r'type="hidden" name="(\d\.\w+)" value="([^"]+)"', shown.text) == [
        *typed.items()
    ]
    assert rows(standing, id=order.id) == [before]
    assert before[1] == "REJECTED"
    token = shown.text.split('name="csrf_token" value="')[1].split('"')[0]
    done = operator.client.post(
        form, data={"csrf_token": token, **typed}, headers={"Accept": "text/html"}
    )
    assert done.location == life(order)
    assert rows(standing, id=order.id) == [(950_000, "SENT_LOCAL")]
    assert any("改正后的规格".encode() in sent for sent in out(trade, "CEB621"))
    assert [subject for _, subject in audits("amend_list")] == [
        f"declaration_list:{order.declaration_list_id}"
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"0.gross_e5": "schwer"}, "schwer"),
        ({"1.hs_code": ""}, "hs_code"),
    ],
)
def test_what_cannot_be_read_stays_in_its_field(
    typed: dict[str, str], said: str, trade: Trade, operator: Operator
) -> None:
    """A word for a weight, an emptied code: said above the form, typed text kept, nothing changed."""
    order = trade.sent()
    trade.answered(order, -621028)

    answer = operator.press(f"{deeds(order)}/amend", f"{deeds(order)}/amend/look", **typed)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert said in answer.text
    ((key, value),) = typed.items()
    assert f'name="{key}" value="{value}"' in answer.text


def test_a_rule_of_the_message_is_said_above_the_form(trade: Trade, operator: Operator) -> None:
    """Net above gross: the message is not built, the list stays refused, what was typed is kept."""
    order = trade.sent()
    trade.answered(order, -621028)

    answer = operator.press(
        f"{deeds(order)}/amend", f"{deeds(order)}/amend/look", **{"1.unit1_code": "WRONG"}
    )
    token = answer.text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = operator.client.post(
        f"{deeds(order)}/amend",
        data={"csrf_token": token, "1.unit1_code": "WRONG"},
        headers={"Accept": "text/html"},
    )

    assert sent.status_code == 409
    assert 'name="1.unit1_code" value="WRONG"' in sent.text
    assert one("SELECT state FROM declaration_list WHERE order_id = :id", id=order.id) == "REJECTED"


def confirmed(operator: Operator, form: str, shown: str) -> TestResponse:
    """Press the button of the second look at a withdrawal."""
    token = shown.split('name="csrf_token" value="')[1].split('"')[0]
    typed = {"csrf_token": token, "reason": "购买人取消订单"}
    return operator.client.post(form, data=typed, headers={"Accept": "text/html"})


def test_a_list_is_withdrawn_with_its_reason_after_a_second_look(
    trade: Trade, operator: Operator
) -> None:
    """Accepted and numbered: 623 goes with the reason; its answer stands in the life."""
    order = trade.sent()
    trade.answered(order, 120)
    form, look = f"{deeds(order)}/withdraw", f"{deeds(order)}/withdraw/look"

    short = operator.press(form, look, reason="不")
    assert (short.status_code, 'value="不"' in short.text) == (422, True)
    shown = operator.press(form, look, reason="购买人取消订单")
    assert out(trade, "CEB623") == []
    done = confirmed(operator, form, shown.text)

    assert done.location == life(order)
    page = operator.see(life(order)).text
    assert (
        one("SELECT reason FROM list_withdrawal WHERE order_id = :id", id=order.id)
        == "购买人取消订单"
    )
    assert [subject for _, subject in audits("customs.withdraw_list")] == [
        f"declaration_list:{order.declaration_list_id}"
    ]
    assert "撤单办理中" in page
    assert "withdraw" not in offered(page)


def test_a_packed_parcel_joins_no_vehicle_once_the_form_is_sent(
    trade: Trade, operator: Operator
) -> None:
    """Before any worker runs: customs may let the list go while the parcel drives off."""
    order = trade.released()
    form = f"{deeds(order)}/withdraw"

    shown = operator.press(form, f"{form}/look", reason="购买人取消订单")
    confirmed(operator, form, shown.text)

    assert len(out(trade, "CEB623")) == 1
    assert rows("SELECT state FROM pick_task") == [("void",)]
    batch_id = open_exit_batch(order.warehouse_id, vehicle_no="晋A12345")
    with pytest.raises(NotNow):
        add_parcel(batch_id, waybill_no=order.waybill_no)
    assert rows("SELECT * FROM exit_parcel") == []


def test_a_withdrawal_that_cannot_be_signed_leaves_the_picker_at_work(
    trade: Trade, operator: Operator
) -> None:
    """The key is another company's: nothing was asked of customs, so nothing else has changed."""
    order = trade.released()
    form = f"{deeds(order)}/withdraw"
    shown = operator.press(form, f"{form}/look", reason="购买人取消订单")
    customs_desk.use(replace(customs_desk.current(), signer=signer("4403960001")))

    refused = confirmed(operator, form, shown.text)

    assert refused.status_code >= 400
    assert rows("SELECT id FROM list_withdrawal") == []
    assert rows("SELECT state FROM pick_task") == [("open",)]
    assert audits("customs.withdraw_list") == []


def test_a_parcel_on_a_vehicle_is_not_withdrawn(trade: Trade, operator: Operator) -> None:
    """Released and gathered into an exit batch: the page says to take it out first."""
    order = trade.released()
    assert "withdraw" in offered(operator.see(life(order)).text)
    rows_before = one("SELECT COUNT(*) FROM list_withdrawal")
    gather(order)

    assert offered(operator.see(life(order)).text) == set()
    assert "出区批次" in operator.see(f"{deeds(order)}/withdraw").text
    assert one("SELECT COUNT(*) FROM list_withdrawal") == rows_before


def test_two_answers_are_read_with_their_differences(trade: Trade, operator: Operator) -> None:
    """Accepted, then released: the second answer is marked against the first."""
    order = trade.sent()
    trade.answered(order, 120)
    trade.answered(order, 800)
    last = one("SELECT MAX(id) FROM customs_receipt WHERE kind = 'CEB622'")

    page = operator.press(life(order), f"{life(order)}/heard/{last}").text

    marked = re.findall(r'differs-changed"><code>&lt;(?:\w+:)?(\w+)&gt;<mark>', page)
    assert "returnStatus" in marked
    assert "与上一份回执" in page


def test_a_list_that_hears_nothing_after_present_says_what_can_be_done(
    trade: Trade, operator: Operator, clock
) -> None:
    """Customs has the first copy and then nothing: resend, look at the mail, ask at the window."""
    order = trade.sent()
    assert "没有回音" not in operator.see(life(order)).text
    clock.tick(60)
    trade.answered(order, -621004)
    clock.tick(3 * 3_600)

    page = operator.see(life(order)).text

    assert "海关说已有首份，之后 181 分钟没有下文" in page
    assert page.count("/resend/") == 2
    assert "到海关窗口询问" in page
    trade.answered(order, 800)
    assert "海关窗口" not in operator.see(life(order)).text
