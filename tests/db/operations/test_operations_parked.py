"""Parked work: one person lets it run again; giving it up takes two, whoever presses first."""

import json

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from kernel import actor, clock, db, deliveries, outbox
from kernel.actor import Actor
from kernel.audit import audit_line
from kernel.deliveries import DeliveryNotParked
from kernel.outbox import delivery
from shop.accounts.put_staff import put_staff
from shop.operations import parked
from shop.operations.errors import (
    DecisionAsked,
    DecisionOver,
    DeliveryUnknown,
    ReasonMissing,
    SecondPersonNeeded,
)
from shop.operations.heartbeat import SILENT_AFTER, beat
from shop.operations.queues import list_parked, overview
from shop.operations.tables import parked_decision

HANDLER, WHY = "declare_payment", "the company has it under another number"


@pytest.fixture
def people(database) -> tuple[Actor, Actor]:
    """Two administrators."""
    logins = ("chen.yu", "li.na")
    ids = [put_staff(login, "a long and quiet word", role="admin") for login in logins]
    return Actor("staff", ids[0]), Actor("staff", ids[1])


@pytest.fixture
def fact_id(database) -> int:
    """One fact whose only delivery is parked, another that waits behind it."""
    outbox.use_flow({"order.paid": (HANDLER,)})
    with db.write() as conn:
        first, _ = (
            outbox.record(
                conn,
                "order.paid",
                subject="customs_order:1",
                subject_seq=seq,
                payload={"order_id": "1"},
                at=clock.now(),
            )
            for seq in (1, 2)
        )
        conn.execute(
            update(delivery)
            .where(delivery.c.fact_id == first)
            .values(state="parked", tries=8, trouble="other_side_down")
        )
    yield first
    outbox.use_flow({})


def state(fact_id: int) -> str:
    with db.read() as conn:
        return conn.execute(
            select(delivery.c.state).where(delivery.c.fact_id == fact_id)
        ).scalar_one()


def decisions() -> list[tuple[str, int, int | None]]:
    with db.read() as conn:
        table = parked_decision.c
        rows = conn.execute(select(table.state, table.asked_by, table.decided_by))
        return [tuple(row) for row in rows]


def audited(verb: str) -> list[tuple[str, dict[str, str]]]:
    with db.read() as conn:
        table = audit_line.c
        rows = conn.execute(select(table.actor, table.detail).where(table.verb == verb))
        return [(row.actor, json.loads(row.detail)) for row in rows]


def test_one_person_lets_it_run_again(people, fact_id):
    """The other side is back: the delivery waits for the worker, the reason is in the audit."""
    with actor.acting(people[0]):
        parked.retry(fact_id, HANDLER, reason="the other side is back")

    detail = {"handler": HANDLER, "reason": "the other side is back", "state": "waiting"}
    assert state(fact_id) == "waiting"
    assert audited("decide_parked") == [(people[0].owner, detail)]


def test_giving_up_takes_two_people(people, fact_id):
    """One asks and nothing changes; the other confirms; both stand in the books."""
    with actor.acting(people[0]):
        decision = parked.ask_discard(fact_id, HANDLER, reason=WHY)
    assert state(fact_id) == "parked"

    with actor.acting(people[1]):
        parked.confirm_discard(decision)

    assert state(fact_id) == "discarded"
    assert decisions() == [("confirmed", people[0].id, people[1].id)]
    assert audited("ask_discard")[0][0] == people[0].owner
    assert audited("decide_parked")[0] == (
        people[1].owner,
        {"handler": HANDLER, "reason": WHY, "state": "discarded"},
    )


def test_who_asked_cannot_confirm(people, fact_id):
    """The same person in another window; the database would not take it either."""
    with actor.acting(people[0]):
        decision = parked.ask_discard(fact_id, HANDLER, reason=WHY)
        with pytest.raises(SecondPersonNeeded):
            parked.confirm_discard(decision)

    with db.write() as conn, pytest.raises(IntegrityError), conn.begin_nested():
        conn.execute(
            update(parked_decision).values(
                state="confirmed", decided_by=people[0].id, decided_at=clock.now()
            )
        )

    assert state(fact_id) == "parked"
    assert decisions() == [("asked", people[0].id, None)]


def test_it_is_asked_once_at_a_time(people, fact_id):
    """Two people want to give it up: the second is told that a question waits."""
    with actor.acting(people[0]):
        parked.ask_discard(fact_id, HANDLER, reason=WHY)

    with actor.acting(people[1]), pytest.raises(DecisionAsked):
        parked.ask_discard(fact_id, HANDLER, reason=WHY)

    assert len(decisions()) == 1


def test_declined_it_may_be_asked_again(people, fact_id):
    """No, says the second; the answer is final, another question is not barred."""
    with actor.acting(people[0]):
        decision = parked.ask_discard(fact_id, HANDLER, reason=WHY)
    with actor.acting(people[1]):
        parked.decline_discard(decision)
        with pytest.raises(DecisionOver):
            parked.confirm_discard(decision)

    with actor.acting(people[0]):
        parked.ask_discard(fact_id, HANDLER, reason=WHY)

    assert state(fact_id) == "parked"
    assert sorted(row[0] for row in decisions()) == ["asked", "declined"]


def test_running_again_makes_the_question_moot(people, fact_id):
    """Someone mends it while the question waits: a late yes gives nothing up."""
    with actor.acting(people[0]):
        decision = parked.ask_discard(fact_id, HANDLER, reason=WHY)
    with actor.acting(people[1]):
        parked.retry(fact_id, HANDLER, reason="it was mended")

        with pytest.raises(DecisionOver):
            parked.confirm_discard(decision)

    assert state(fact_id) == "waiting"
    assert [row[0] for row in decisions()] == ["moot"]


def test_a_worker_that_was_quicker_is_not_overruled(people, fact_id):
    """The delivery is no longer parked when the second person says yes: all stays as it is."""
    with actor.acting(people[0]):
        decision = parked.ask_discard(fact_id, HANDLER, reason=WHY)
    deliveries.release_parked(fact_id, HANDLER, reason="from the command line")

    with actor.acting(people[1]), pytest.raises(DeliveryNotParked):
        parked.confirm_discard(decision)

    assert state(fact_id) == "waiting"
    assert [row[0] for row in decisions()] == ["asked"]


@pytest.mark.parametrize("verb", [parked.retry, parked.ask_discard])
def test_nothing_is_decided_without_a_reason(people, fact_id, verb):
    """Blanks are none; work that is not there, or waits, is not decided about."""
    with actor.acting(people[0]):
        for reason in ("", "    ", "ok  "):
            with pytest.raises(ReasonMissing):
                verb(fact_id, HANDLER, reason=reason)
        with pytest.raises(DeliveryUnknown):
            verb(1, HANDLER, reason=WHY)
        with pytest.raises(DeliveryUnknown):
            verb(fact_id, "no_handler", reason=WHY)
        with pytest.raises(DeliveryNotParked):
            verb(_waiting(), HANDLER, reason=WHY)

    assert state(fact_id) == "parked"
    assert decisions() == []


def _waiting() -> int:
    with db.read() as conn:
        return conn.execute(
            select(delivery.c.fact_id).where(delivery.c.state == "waiting")
        ).scalar_one()


def test_the_list_shows_the_question_that_waits(people, fact_id):
    """Parked work with who asked and why; after a no, without."""
    with actor.acting(people[0]):
        decision = parked.ask_discard(fact_id, HANDLER, reason=WHY)

    with db.read() as conn:
        (row,) = list_parked(conn, most=10)
        assert list_parked(conn, handler="other", most=10) == []
        assert list_parked(conn, before=fact_id, most=10) == []
    with actor.acting(people[1]):
        parked.decline_discard(decision)
    with db.read() as conn:
        (after,) = list_parked(conn, most=10)

    assert (row.fact_id, row.reason, row.asked_by_login) == (fact_id, WHY, "chen.yu")
    assert after.decision_id is None


def test_the_overview_counts_what_is_open_and_who_lives(database, fact_id, clock):
    """One parked, one due behind it; a worker that is silent for half a minute is dead."""
    beat()
    clock.tick(5)
    beat()

    with db.read() as conn:
        told = overview(conn)
    clock.tick(SILENT_AFTER // 1_000_000)
    with db.read() as conn:
        later = overview(conn)

    (queue,) = told.queues
    assert (queue.handler, queue.waiting, queue.parked, queue.late) == (HANDLER, 1, 1, 1)
    assert told.parked == 1
    assert told.oldest_at == queue.oldest_at
    assert [worker.alive for worker in told.workers] == [True]
    assert told.workers[0].at - told.workers[0].started_at >= 5_000_000
    assert [worker.alive for worker in later.workers] == [False]
