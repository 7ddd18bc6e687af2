"""A message holds personal data: it is read on demand only, and every reading is kept."""

import re

from tests.http.back_office.house import (
    Operator,
    Trade,
    audits,
)
from tests.support.sample_house import one


def test_a_resent_list_is_read_with_its_differences(
    trade: Trade, operator: Operator, clock
) -> None:
    """Refused, sent again: both sendings stand in the life; reading one is kept and marked."""
    order = trade.sent()
    clock.tick(60)
    trade.answered(order, -621028)
    clock.tick(60)
    trade.sent_again(order)
    path = f"/back-office/lists/{order.declaration_list_id}"
    last = one("SELECT MAX(id) FROM customs_message")

    life = operator.see(path).text
    assert audits("customs.message_read") == []
    paper = operator.press(path, f"{path}/sent/{last}").text

    assert re.findall(r"<b>(\d{3})</b>", life).count("621") == 2
    assert "-621028" in life
    assert "第 2 次" in life
    marked = re.findall(r"differs-changed\"><code>&lt;(?:ceb:)?(\w+)&gt;", paper)
    assert marked == ["guid", "appType", "appTime"]
    assert order.open_buyer().id_number in paper
    assert "no-store" in operator.see(path).headers["Cache-Control"]
    staff = one("SELECT id FROM staff")
    assert audits("customs.message_read") == [(f"staff:{staff}", f"customs_message:{last}")]


def test_an_answer_is_read_without_its_envelope_and_taken_with_it(
    trade: Trade, operator: Operator
) -> None:
    """The page shows what customs said; the file has the very bytes that came; both are kept."""
    order = trade.released()
    path = f"/back-office/lists/{order.declaration_list_id}"
    answer = one("SELECT MAX(id) FROM customs_receipt WHERE kind = 'CEB622'")

    page = operator.press(path, f"{path}/heard/{answer}").text
    sheet = operator.press(path, f"{path}/heard/{answer}", **{"as": "file"})

    assert "&lt;returnStatus&gt;<mark>800</mark>" in page
    assert "DxpMsg" not in page
    assert b"DxpMsg" in sheet.data
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    assert len(audits("customs.message_read")) == 2


def test_a_message_is_read_only_through_its_own_list(trade: Trade, operator: Operator) -> None:
    """The number of another order's message leads nowhere, and nothing is audited."""
    order, other = trade.sent(), trade.sent()
    path = f"/back-office/lists/{order.declaration_list_id}"
    theirs = one("SELECT MAX(id) FROM customs_message WHERE order_id = :id", id=other.id)
    token = operator.see(path).text.split('name="csrf_token" value="')[1].split('"')[0]

    answer = operator.client.post(
        f"{path}/sent/{theirs}", data={"csrf_token": token}, headers={"Accept": "text/html"}
    )

    assert answer.status_code == 404
    assert audits("customs.message_read") == []
