"""The customs desk over ten thousand lists: few statements, none of which reads a table through."""

import html
import re
import statistics
import sys
import time

import pytest

from kernel.db import Database
from shop.duties import ask_of_payments_again, ask_of_waybills_again
from tests.http.back_office.house import Operator, Trade
from tests.support.many_lists import MANY, copy_order, listened, settle_statistics, whole_reads

DESK = "/back-office/customs/"
STATISTICS = "/back-office/statistics?first=2026-11-23&last=2026-11-24"
MOST_QUERIES = 12
PAGES = [
    *("", "?order=newest", "?view=all", "?view=RELEASED", "?view=REJECTED"),
    *("?view=silent", "?view=refused", "?q=QZMANY00000077x", "?view=ACCEPTED&order=newest"),
]
NUMBERS = [
    *("QZMANY00005000", "JSMANY00005000", "B00000000000005000", "05012026I000005000"),
    *(
        "PAYMANY000005000",
        "R000005000",
        "pi_many_5000",
        "00000000-0311-4000-8000-000000001388",
        "00000000-0621-4000-8000-000000001388",
    ),
]


@pytest.fixture
def many(trade: Trade, database: Database) -> list[int]:
    """One real order that was sent, and ten thousand copies of it."""
    list_ids = copy_order(trade.sent().id)
    settle_statistics(database)
    return list_ids


def test_every_view_of_ten_thousand_lists_takes_few_statements_on_indexes(
    many: list[int], operator: Operator, database: Database
) -> None:
    """Each view, a page deep in it, and each number: at most twelve statements, all on indexes."""
    took_ms, most = [], 0
    operator.see(DESK)  # the templates are read once a process
    deep = [f"?view=RELEASED&beyond={many[5_000]}", f"?view=all&beyond={many[9_000]}"]
    for path in [*PAGES, *deep, *(f"?q={number}" for number in NUMBERS)]:
        begun = time.perf_counter()
        with listened(database) as said:
            operator.see(DESK + path, 303 if path[3:] in NUMBERS else 200)
        took_ms.append((time.perf_counter() - begun) * 1_000)

        most = max(most, len(said))
        assert len(said) <= MOST_QUERIES, (path, [one.statement for one in said])
        assert whole_reads(database, said) == [], path

    assert len(many) == MANY
    for path in (f"/back-office/lists/{many[77]}", "/back-office/readiness", STATISTICS):
        with listened(database) as said:
            operator.see(path)
        assert len(said) <= MOST_QUERIES, (path, [one.statement for one in said])
        assert whole_reads(database, said) == [], path
    for ask in (ask_of_payments_again, ask_of_waybills_again):
        with listened(database) as said:
            ask()
        assert whole_reads(database, said) == []
    p95_ms = statistics.quantiles(took_ms, n=20)[-1]
    sys.stdout.write(f"{database.dialect}: p95 {p95_ms:.0f} ms, at most {most} statements\n")


def test_pages_turned_to_the_end_show_each_list_once(
    trade: Trade, operator: Operator, database: Database
) -> None:
    """Six hundred refused, fifty a page: none twice, none left out; their sheet has them all."""
    copy_order(trade.sent().id, count=6_000)
    settle_statistics(database)
    seen: list[str] = []
    path = "?view=REJECTED"
    while path:
        page = operator.see(DESK + path).text
        seen += re.findall(r'data-row href="([^"]+)"', page)
        onward = re.search(r'class="pager"><a class="button" href="[^"?]+([^"]+)"', page)
        path = html.unescape(onward[1]) if onward else ""

    assert len(seen) == len(set(seen)) == 600
    sheet = operator.see(f"{DESK}lists.csv?view=REJECTED").text
    assert sheet.count("\r\n") == 601
