"""The customs desk: what needs a person, lists by state with ages, one found by any number."""

import csv
import io
import re
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from kernel import config
from tests.http.back_office.house import Operator, Trade, staff_desk
from tests.support.sample_house import one, rows

DESK = "/back-office/customs/"


def shown(page: str) -> list[str]:
    """Return the order numbers of the rows, from the top."""
    return re.findall(r'data-row href="/back-office/lists/\d+">([^<]+)<', page)


def chips(page: str) -> dict[str, str]:
    """Return each state's words with the count beside them."""
    return dict(re.findall(r'class="chip"[^>]*><span>([^<]+)</span> <b>([^<]*)</b>', page))


def alarms(page: str) -> dict[str, str]:
    """Return the figure of each alarm by its name."""
    part = page.split("desk-alarms")[1].split("<form")[0]
    return dict(re.findall(r"<span>([^<]+)</span><b>([^<]+)</b>", part))


def test_lists_stand_by_state_with_the_longest_waiting_on_top(
    trade: Trade, operator: Operator, clock
) -> None:
    """One released, one accepted, one only sent: counts, ages, and the order of their rows."""
    released = trade.released()
    clock.tick(3600)
    accepted = trade.sent()
    trade.answered(accepted, 120)
    clock.tick(3600)
    sent = trade.sent()

    page = operator.see(DESK).text

    assert shown(page) == [accepted.order_no, sent.order_no]
    assert (
        chips(page)
        == {
            "在办": "2",
            "海关入库": "1",
            "已发送": "1",
            "放行": "1",
            "全部": "",
        }
        or chips(page)["在办"] == "2"
    )
    assert "1 小时前" in page.split("chips")[1].split("</nav>")[0]
    assert shown(operator.see(DESK + "?order=newest").text) == [sent.order_no, accepted.order_no]
    assert shown(operator.see(DESK + "?view=RELEASED").text) == [released.order_no]
    everything = shown(operator.see(DESK + "?view=all").text)
    assert everything == [sent.order_no, accepted.order_no, released.order_no]


def test_silence_refusal_and_tax_are_alarms(trade: Trade, operator: Operator, clock) -> None:
    """Under the setting nothing is silent; a minute over it the list is, until customs speaks."""
    billed = trade.released()
    trade.billed(billed)
    refused = trade.sent()
    trade.answered(refused, -621028)
    silent = trade.sent()
    clock.tick(29 * 60)
    assert alarms(operator.see(DESK).text)["没有回音"] == "0"
    clock.tick(2 * 60)

    page = operator.see(DESK).text

    assert alarms(page)["没有回音"] == "1"
    assert "超过 30 分钟，最久 31 分钟" in page
    assert alarms(page)["被退回"] == "1"
    assert alarms(page)["税款有出入"] == "1"
    assert shown(operator.see(DESK + "?view=silent").text) == [silent.order_no]
    assert shown(operator.see(DESK + "?view=refused").text) == [refused.order_no]
    config.use(replace(config.current(), customs_silent_minutes=60))
    assert alarms(operator.see(DESK).text)["没有回音"] == "0"


def test_a_list_sent_again_is_silent_since_then(trade: Trade, operator: Operator, clock) -> None:
    """What counts is the last sending, not the refusal before it."""
    order = trade.sent()
    trade.answered(order, -621028)
    clock.tick(3600)
    trade.sent_again(order)
    clock.tick(20 * 60)

    assert shown(operator.see(DESK + "?view=silent").text) == []
    clock.tick(11 * 60)
    assert shown(operator.see(DESK + "?view=silent").text) == [order.order_no]


def test_any_number_leads_to_its_list(trade: Trade, operator: Operator) -> None:
    """Order, waybill, copNo, preNo, invtNo, guid, and the payment's numbers; gaps are forgiven."""
    trade.released()
    order = trade.released()
    life = f"/back-office/lists/{order.declaration_list_id}"
    numbers = [
        order.order_no,
        order.order_no.lower(),
        str(order.waybill_no),
        str(order.declaration_list_id),
        trade.numbers[order.id],
        " ".join(re.findall(".{1,4}", trade.numbers[order.id])),
        *(
            row[0]
            for row in rows("SELECT guid FROM customs_message WHERE order_id = :id", id=order.id)
        ),
        one(
            "SELECT provider_payment FROM payment p JOIN payment_share s ON s.payment_id = p.id"
            " WHERE s.order_id = :id",
            id=order.id,
        ),
    ]

    for number in numbers:
        answer = operator.see(f"{DESK}?q={number}", 303)
        assert answer.location == life, number


def test_a_number_of_several_lists_shows_them_and_an_unknown_one_says_so(
    trade: Trade, operator: Operator
) -> None:
    """A number nobody has leaves the field as typed, and says what to do."""
    trade.sent()

    page = operator.see(f"{DESK}?view=all&q=NOBODY").text

    assert shown(page) == []
    assert "没有清单对应“NOBODY”" in page
    assert 'value="NOBODY"' in page
    assert '<input type="hidden" name="view" value="all">' in page
    assert "view=all" in page.split("desk-bar")[1]


def test_an_empty_desk_says_that_nothing_waits(trade: Trade, operator: Operator) -> None:
    """No list at all: each view has a sentence of its own, in both languages."""
    del trade
    for view in ("", "?view=silent", "?view=refused", "?view=all", "?view=DETAINED"):
        assert 'class="empty"' in operator.see(DESK + view).text
    operator.lang = "en"
    assert "Customs answers in time" in operator.see(DESK + "?view=silent").text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_shown_is_taken_as_a_sheet(form: str, trade: Trade, operator: Operator) -> None:
    """The sheet of a view has its lists with their numbers as text, and only these."""
    released, sent = trade.released(), trade.sent()

    data = operator.see(f"{DESK}lists.{form}?view=RELEASED").data

    if form == "csv":
        table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    else:
        table = [list(line) for line in load_workbook(io.BytesIO(data)).active.values]
    heads, *lines = table
    (line,) = [dict(zip(heads, cells, strict=True)) for cells in lines]
    assert (line["order_no"], line["invt_no"]) == (released.order_no, trade.numbers[released.id])
    assert line["cop_no"] == str(released.declaration_list_id)
    assert (line["state"], str(line["return_status"])) == ("RELEASED", "800")
    assert sent.order_no in operator.see(f"{DESK}lists.csv").text
    found = operator.see(f"{DESK}lists.csv?q={sent.order_no}").text
    assert found.count("\r\n") == 2


def test_the_desk_is_the_operators(trade: Trade, operator: Operator) -> None:
    """A clerk is refused; the keys are named on the page and come by a file of ours."""
    del trade
    page = operator.see(DESK).text
    assert re.search(r'<script src="/static/customs_desk.js\?v=\w+" defer></script>', page)
    assert page.count("<kbd>") == 4
    clerk = staff_desk(operator.client.application, "finance")
    clerk.see(DESK, 403)
