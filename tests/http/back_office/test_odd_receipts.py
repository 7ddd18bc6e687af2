"""An answer that breaks its schema counts, and the desk shows where it does, in both languages."""

import re

import pytest
from sqlalchemy import insert

from bonded_display.customs.handed import Parties
from bonded_display.customs.tables import customs_mail, customs_receipt
from kernel import clock, db, ids
from kernel.db import Database
from tests.http.back_office.house import Operator, Trade, audits, counted
from tests.support.many_lists import STATES, copy_order, listened, settle_statistics, whole_reads
from tests.support.sample_house import one
from tests.unit.customs.examples import PARTIES
from tests.unit.customs.receipts import list_receipt

DESK, ODD = "/back-office/customs/", "/back-office/customs/odd"
GUID = f'guid="{"G" * 36}"'


def answer(order, *, status: int, number: str = "", more: str = "") -> str:
    """Return customs' answer to the order's list, in a frame that fits."""
    text = list_receipt(
        number or str(order.declaration_list_id),
        status=status,
        time=clock.china_text_ms(clock.now()),
        more=more,
    )
    text = text.replace('guid="PORT"', GUID)
    return text.replace(PARTIES.agent.code, Parties.from_text(order.parties).agent.code)


def test_an_odd_answer_counts_and_is_marked(trade: Trade, operator: Operator) -> None:
    """A preNo of 19 characters and an element nobody knows: accepted, listed, marked, read."""
    order = trade.sent()
    odd = answer(order, status=120, more="<strange>甲</strange>").replace("<preNo>B2", "<preNo>B20")
    trade.hear(odd)
    life = f"/back-office/lists/{order.declaration_list_id}"
    receipt = one("SELECT MAX(id) FROM customs_receipt")

    listed, page = operator.see(ODD).text, operator.see(life).text
    counted_odd = one("SELECT COUNT(*) FROM customs_receipt WHERE odd IS NOT NULL")
    assert f'<b class="digits">{counted_odd}</b>' in operator.see(DESK).text
    paper = operator.press(life, f"{life}/heard/{receipt}").text

    assert order.order_no in listed
    assert f'href="{life}#heard-{receipt}"' in listed
    for text in (listed, page):
        assert "InventoryReturn.strange" in text
        assert "长度不对" in text
        assert "甲" not in text
    assert f'id="heard-{receipt}"' in page
    assert one("SELECT state FROM declaration_list WHERE order_id = :id", id=order.id) == "ACCEPTED"
    marked = re.findall(r'odd-line"><a class="anchor" id="odd-\d"></a><code>&lt;(\w+)&gt;', paper)
    assert set(marked) == {"preNo", "strange"}
    assert re.search(r"恰好 18 个字符.*?B20\d+", paper, re.S)
    assert "<b>甲</b>" in paper
    operator.lang = "en"
    assert "has the wrong length" in operator.see(ODD).text


def test_answers_that_fit_are_not_listed(trade: Trade, operator: Operator) -> None:
    """The page says that there are none; the life has no mark."""
    order = trade.sent()
    with db.write() as conn:
        conn.execute(customs_receipt.update().values(odd=None))  # the frames of the tests' own mail
    trade.hear(answer(order, status=120))

    assert "收到的回执都合格式" in operator.see(ODD).text
    assert "said-odd" not in operator.see(f"/back-office/lists/{order.declaration_list_id}").text


def test_an_odd_answer_about_nothing_of_ours_is_read_and_kept(
    trade: Trade, operator: Operator
) -> None:
    """Another company's number: it has no list to stand on; the reading is audited all the same."""
    order = trade.sent()
    trade.hear(answer(order, status=120, number="999999", more="<strange>x</strange>"))
    receipt = one("SELECT MAX(id) FROM customs_receipt")
    ours = one("SELECT MAX(id) FROM customs_receipt WHERE order_id = :id", id=order.id)

    paper = operator.press(ODD, f"{ODD}/{receipt}").text

    assert "odd-line" in paper
    mail = one("SELECT mail_id FROM customs_receipt WHERE id = :id", id=receipt)
    assert [subject for _, subject in audits("customs.message_read")] == [f"customs_mail:{mail}"]
    token = paper.split('name="csrf_token" value="')[1].split('"')[0]
    other = operator.client.post(
        f"{ODD}/{ours}", data={"csrf_token": token}, headers={"Accept": "text/html"}
    )
    assert other.status_code == 404
    assert operator.client.post(f"{ODD}/{receipt}").status_code == 403


@pytest.fixture
def flood(trade: Trade, database: Database) -> list[int]:
    """Ten thousand lists and as many answers, each eleventh odd; the lists' ids."""
    order, mail_id = trade.sent(), ids.new()
    with db.write() as conn:
        conn.execute(
            insert(customs_mail).values(
                id=mail_id, name="m", sha256="x" * 64, raw_sealed=b"", taken_at=clock.now()
            )
        )
        conn.execute(
            insert(customs_receipt),
            [
                {
                    **{"id": ids.new(), "mail_id": mail_id, "place": 0, "kind": "CEB622"},
                    **{"doc_key": f"k{n}", "order_id": order.id, "return_status": 120},
                    **{
                        "list_id": order.declaration_list_id,
                        "return_time_text": "2",
                        "taken": True,
                    },
                    **{"return_at": 1, "note": "", "heard_at": clock.now()},
                    "odd": None if n % 11 else "InventoryReturn.preNo: missing",
                }
                for n in range(10_000)
            ],
        )
    list_ids = copy_order(order.id)
    settle_statistics(database, "customs_receipt")
    return list_ids


def test_odd_answers_among_ten_thousand_are_found_on_their_index(
    flood: list[int], operator: Operator, database: Database
) -> None:
    """Few statements, none through the table; fifty a page, and the next page goes on."""
    with counted(database) as said:
        operator.see(ODD)
    assert len(said) <= 12
    with listened(database) as plans:
        page = operator.see(ODD).text
    assert whole_reads(database, plans, "customs_receipt") == []
    assert len(re.findall("data-row ", page)) == 50
    assert "before=" in page
    refused = flood[STATES.index("REJECTED")]
    with listened(database) as plans:
        life = operator.see(f"/back-office/lists/{refused}").text
    assert "/amend" in life
    assert len(plans) <= 12
    assert whole_reads(database, plans, "customs_receipt") == []
