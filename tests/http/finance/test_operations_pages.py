"""The administrators' pages: queues and parked work by two people; what machines are told."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kernel import db
from shop.operations.heartbeat import beat
from tests.http.finance.conftest import counted
from tests.support.sample_house import one, rows

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def parked(made) -> tuple[int, str]:
    """The paid order's check of the payer failed too often."""
    with db.write() as conn:
        conn.execute(
            text(
                "UPDATE delivery SET state = 'parked', tries = 8, trouble = 'payer_check: <b>'"
                " WHERE handler = 'check_payer' AND subject = :subject"
            ),
            {"subject": f"customs_order:{made.paid.order_id}"},
        )
    ((fact_id, handler),) = rows("SELECT fact_id, handler FROM delivery WHERE state = 'parked'")
    return fact_id, handler


def state(fact_id: int, handler: str) -> str:
    return one(
        "SELECT state FROM delivery WHERE fact_id = :fact_id AND handler = :handler",
        fact_id=fact_id,
        handler=handler,
    )


PAGES = (
    *("/operations/", "/operations/parked", "/operations/messages", "/operations/sessions"),
    "/staff/sessions",
)


def test_every_page_stands_within_twelve_queries(parked, enter):
    """In both languages, with work parked and a worker alive."""
    beat()
    for language in ("zh-CN", "en"):
        person = enter("admin", language)
        for path in PAGES:
            with counted() as told:
                answer = person.get(path)
            assert answer.status_code == 200, (path, answer.text)
            assert len(told) <= 12, (path, told)
            words = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])
            assert bool(re.search(r"[一-鿿]", words)) == (language == "zh-CN"), path


def test_the_queues_are_told(parked, enter):
    """What needs a person and what to do, depths by handler, the worker's sign of life."""
    beat()

    page = enter("admin").get("/operations/").text

    assert 'href="/operations/parked?handler=check_payer">1</a>' in page
    assert "<code>request_slip</code>" in page
    assert "在“搁置”页看原因，排除后让它重新办理。" in page
    assert "正常" in page


def test_two_people_give_work_up(parked, enter):
    """One asks with a reason, cannot confirm; the other sees why and confirms."""
    fact_id, handler = parked
    first, second = enter("admin", login="chen.yu"), enter("admin", login="li.na")
    path = f"/operations/parked/{fact_id}/{handler}"
    page = first.get("/operations/parked")
    assert "payer_check: &lt;b&gt;" in page.text

    asked = first.send(page, f"{path}/retry", reason="x")
    assert asked.status_code == 422
    assert "理由至少 5 个字" in asked.text
    assert 'value="x"' in asked.text

    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    typed = {"csrf_token": token[1], "reason": "支付机构确认付款人就是本人"}
    sent = first.client.post(f"{path}/discard", data=typed, headers=first.headers)
    assert sent.status_code == 303, sent.text
    own = first.get("/operations/parked").text
    assert "需要另一位管理员确认" in own
    assert "/confirm" not in own
    decision = one("SELECT id FROM parked_decision")
    forced = first.client.post(
        f"/operations/decisions/{decision}/confirm",
        data={"csrf_token": token[1]},
        headers=first.headers,
    )
    assert forced.status_code == 403
    assert "您不能确认自己的申请" in forced.text
    assert state(fact_id, handler) == "parked"

    shown = second.get("/operations/parked")
    assert "chen.yu 申请放弃" in shown.text
    assert typed["reason"] in shown.text
    second.send(shown, f"/operations/decisions/{decision}/confirm")

    assert state(fact_id, handler) == "discarded"
    assert "没有搁置的工作" in second.get("/operations/parked").text


def test_one_person_lets_work_run_again(parked, enter):
    """With a reason; pressed twice, the second is told that it is not parked."""
    fact_id, handler = parked
    person = enter("admin")
    page = person.get("/operations/parked")
    action = f"/operations/parked/{fact_id}/{handler}/retry"

    done = person.send(page, action, reason="支付机构已恢复")
    told = person.get("/operations/parked").text
    again = person.send(page, action, reason="支付机构已恢复")

    assert done.status_code == 303
    assert "将重新办理" in told
    assert again.status_code == 409
    assert state(fact_id, handler) == "waiting"


def test_an_operator_sees_parked_work_and_asks_for_its_end(parked, enter):
    """The morning page counts it and leads there; to confirm takes an administrator."""
    fact_id, handler = parked
    operator, admin = enter("operator", login="li.wei"), enter("admin", login="chen.yu")
    assert 'href="/operations/parked">停下来的事项：1 件' in operator.get("/back-office/").text
    page = operator.get("/operations/parked")
    assert 'href="/operations/sessions"' not in page.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    typed = {"csrf_token": token[1], "reason": "支付机构确认付款人就是本人"}

    def press(path: str) -> int:
        answer = operator.client.post(path, data=typed, headers=operator.headers)
        return int(answer.status_code)

    assert press(f"/operations/parked/{fact_id}/{handler}/discard") == 303
    decision = f"/operations/decisions/{one('SELECT id FROM parked_decision')}"
    assert press(f"{decision}/confirm") == 403
    assert "/confirm" not in operator.get("/operations/parked").text
    admin.send(admin.get("/operations/parked"), f"{decision}/confirm")

    assert state(fact_id, handler) == "discarded"


def test_an_operator_lets_parked_work_run_again(parked, enter):
    """As an administrator does: with a reason."""
    fact_id, handler = parked
    operator = enter("operator")

    path = f"/operations/parked/{fact_id}/{handler}/retry"
    done = operator.send(operator.get("/operations/parked"), path, reason="支付机构已恢复")

    assert done.status_code == 303
    assert state(fact_id, handler) == "waiting"


def test_who_may_not_is_told_whose_page_it_is(enter):
    """In words of their language, with a way back to the room of their own."""
    operator = enter("operator")

    told = operator.get("/operations/sessions")
    back = operator.get("/staff/")

    assert told.status_code == 403
    assert "这里需要的岗位是：管理员" in told.text
    assert 'class="button" href="/staff/"' in told.text
    assert (back.status_code, back.location) == (303, "/back-office/")


def test_the_pages_are_the_administrators(parked, enter, app):
    """Every other role is refused, on the buttons too; strangers are led to the sign-in."""
    fact_id, handler = parked
    finance = enter("finance")
    token = re.search(r'csrf_token" value="([^"]+)"', finance.get("/finance/").text)
    assert token
    for path in PAGES[:3]:
        assert finance.get(path).status_code == 403
        assert app.test_client().get(path, headers={"Accept": "text/html"}).status_code == 303

    for path in (f"parked/{fact_id}/{handler}/retry", f"parked/{fact_id}/{handler}/discard"):
        answer = finance.client.post(
            f"/operations/{path}",
            data={"csrf_token": token[1], "reason": "because I want to"},
            headers=finance.headers,
        )
        assert answer.status_code == 403

    assert state(fact_id, handler) == "parked"


def test_metrics_tell_depth_and_age_of_the_queues(parked, enter, app):
    """Read when asked: one parked, nought when it runs again and is done, whoever did it."""
    machine = app.test_client()
    handler = one("SELECT handler FROM delivery WHERE state = 'parked'")
    depth = f'facts_open{{handler="{handler}",state="parked"}} '
    age = f'facts_oldest_seconds{{handler="{handler}"}} '

    before = machine.get("/metrics").text
    with db.write() as conn:
        conn.execute(text("UPDATE delivery SET state = 'done'"))
    after = machine.get("/metrics").text

    assert depth + "1.0" in before
    assert age in before
    assert depth + "0.0" in after
    assert age + "0.0" in after


@pytest.mark.parametrize(
    "trouble", [OperationalError("SELECT 1", None, ConnectionError("no route")), db.DatabaseAway()]
)
def test_a_silent_database_is_told_from_a_dead_process(app, monkeypatch, trouble):
    """Alive, not ready; what was counted so far is still told."""

    def silent() -> None:
        raise trouble

    machine = app.test_client()
    monkeypatch.setattr(db, "read", silent)

    ready = machine.get("/readyz")

    assert (ready.status_code, ready.get_json()) == (503, {"state": "database_silent"})
    assert machine.get("/healthz").status_code == 200
    assert "http_requests_total{" in machine.get("/metrics").text


def test_readyz_tells_what_stands_behind_its_yes(parked, app):
    """Depths, age of the oldest, workers, schema; no personal data."""
    beat()

    told = app.test_client().get("/readyz").get_json()

    assert told["state"] == "ready"
    assert told["deliveries"]["parked"] == 1
    assert told["workers_alive"] == 1
    assert told["oldest_open_s"] == 0
    assert told["database"] == "sqlite"
    assert told["schema"] == one("SELECT version_num FROM alembic_version")
