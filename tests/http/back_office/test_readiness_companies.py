"""Payment company, courier and zone each say whether they are alive; none of them closes a shelf."""

import socket
import time

import pytest
from sqlalchemy import insert, text

from bonded_display.warehouse.tables import exit_batch
from kernel import clock as house_clock
from kernel import config, db, ids
from kernel.clock import MINUTE
from kernel.outbox import delivery, fact_table
from shop.operations import alive
from shop.operations.alive import ask_alive, forget_alive
from tests.http.back_office.house import Operator, Trade
from tests.http.back_office.test_readiness_page import (
    PAGE,
    checks,
    listening,
    ready,
    red,
)

COMPANIES = ("payment_company", "courier", "zone")
__all__ = ["listening", "ready"]


def question(handler: str, *, minutes: int, trouble: str | None = "other_side_down") -> None:
    """Write work of a handler that began so long ago and waits."""
    fact_id, at = ids.new(), house_clock.now() - minutes * MINUTE
    with db.write() as conn:
        conn.execute(
            insert(fact_table).values(
                **{"id": fact_id, "name": "payer.accepted", "version": 1, "subject": "x:1"},
                **{"subject_seq": 1, "at": at, "actor": "system", "correlation": "c"},
                **{"shard": 0, "payload": "{}"},
            )
        )
        conn.execute(
            insert(delivery).values(
                **{"fact_id": fact_id, "handler": handler, "subject": "x:1", "subject_seq": 1},
                **{"state": "waiting", "due_at": 0, "tries": 3, "claimed_until": 0},
                trouble=trouble,
            )
        )


def test_companies_that_take_connections_are_green(ready: Trade, operator: Operator) -> None:
    """Each with its last answer or none."""
    del ready
    found = checks(operator.see(PAGE).text)

    assert [found[name][0] for name in COMPANIES] == ["good"] * 3


def test_a_refused_connection_is_red_and_closes_no_shelf(
    ready: Trade, operator: Operator, listening: socket.socket
) -> None:
    """Nobody listens there: all three red, lists and parcels wait; a look is kept a while."""
    operator.see(PAGE)
    listening.close()
    assert red(operator).isdisjoint(COMPANIES)
    forget_alive()

    found = checks(operator.see(PAGE).text)

    assert all("拒绝连接" in found[name][1] for name in COMPANIES)
    assert "不停售：照常下单" in found["courier"][1]
    assert "只有装车出区要等" in found["zone"][1]
    assert ready.sample.shown().closed is None
    operator.lang = "en"
    assert "refuses connections" in operator.see(PAGE).text


@pytest.mark.parametrize(
    ("handler", "kind"), [("declare_payment", "payment_company"), ("declare_waybill", "courier")]
)
def test_a_question_nobody_answered_is_red_after_the_setting(
    ready: Trade, operator: Operator, handler: str, kind: str
) -> None:
    """Young: to be watched, with its age; older than the setting: red; other waiting: nothing."""
    del ready
    question(handler, minutes=200, trouble="411 is received")
    assert checks(operator.see(PAGE).text)[kind][0] == "good"
    question(handler, minutes=3)
    level, said = checks(operator.see(PAGE).text)[kind]
    assert level == "wait"
    assert "1 件询问" in said

    question(handler, minutes=config.current().customs_silent_minutes + 1)

    level, said = checks(operator.see(PAGE).text)[kind]
    assert level == "bad"
    assert "2 件询问" in said


def test_a_batch_that_the_zone_did_not_answer_is_red(ready: Trade, operator: Operator) -> None:
    """Its pass was asked for an hour ago."""
    with db.write() as conn:
        warehouse = conn.execute(text("SELECT MIN(id) FROM warehouse")).scalar_one()
        conn.execute(
            exit_batch.insert().values(
                **{"id": ids.new(), "warehouse_id": warehouse, "no": "XB-1", "contents": 1},
                **{"state": "pass_requested", "bonded_inventory_list_no": "H1", "seq": 3},
                **{"vehicle_no": "晋A1", "opened_at": house_clock.now() - 60 * MINUTE},
            )
        )

    assert red(operator) == {"zone"}
    assert ready


def test_looking_takes_half_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts that say nothing at all are tried side by side, in bounded time, and kept."""
    asked: list[tuple[object, float]] = []

    def never(where: object, timeout: float) -> None:
        asked.append((where, timeout))
        raise TimeoutError

    monkeypatch.setattr(alive.socket, "create_connection", never)
    forget_alive()
    urls = {"a": "http://127.0.0.1:1", "b": "https://127.0.0.1", "c": "http://127.0.0.1:1"}

    assert ask_alive(urls) == {"a": "silent", "b": "silent", "c": "silent"}
    assert ask_alive(urls)["a"] == "silent"

    assert sorted(asked) == [(("127.0.0.1", 1), 0.5), (("127.0.0.1", 443), 0.5)]
    monkeypatch.setattr(alive.time, "monotonic", lambda: time.time() + 10**9)
    ask_alive({"a": "http://127.0.0.1:1"})
    assert len(asked) == 3
    forget_alive()
