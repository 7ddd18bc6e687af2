"""Facts and their deliveries: written with the change, heard in order, waited for, parked."""

import pytest
from sqlalchemy import text

from kernel import actor, db, deliveries, outbox
from kernel.clock import SECOND
from kernel.deliveries import MOST_TRIES, DeliveryNotParked
from kernel.errors import Refusal, Unavailable
from kernel.outbox import Fact, Wait
from tests.db.kernel_core.hearing import Heard, run, run_all, state_of, tell

pytestmark = pytest.mark.usefixtures("flow")


def undone(clock) -> None:
    """Tell a fact in a transaction that fails afterwards."""
    with db.write() as connection:
        outbox.record(
            connection, "order.paid", subject="x:1", subject_seq=1, payload={}, at=clock.now()
        )
        raise ZeroDivisionError


def test_a_fact_stands_with_the_change_or_not_at_all(database, clock):
    """The transaction is undone: neither fact nor delivery is there."""
    with pytest.raises(ZeroDivisionError):
        undone(clock)

    with db.read() as connection:
        for table in ("fact", "delivery"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_each_handler_of_the_flow_gets_the_fact_once(database, clock):
    """Two handlers, one fact, payload, actor and correlation as they were told; then rest."""
    seen: list[Fact] = []
    with actor.acting(actor.Actor("account", 7)), actor.correlated("visit-9"):
        fact_id = tell(clock)

    handlers = {"declare": seen.append, "print": seen.append}
    assert deliveries.run_due(handlers) == 2
    assert deliveries.run_due(handlers) == 0

    assert [(fact.id, dict(fact.payload)) for fact in seen] == [(fact_id, {"order_id": "1"})] * 2
    assert {(fact.actor, fact.correlation) for fact in seen} == {("account:7", "visit-9")}
    assert state_of(fact_id)[0] == state_of(fact_id, "print")[0] == "done"
    assert deliveries.count_open() == {}


def test_a_fact_without_a_handler_is_only_kept(database, clock):
    """Nobody acts on it in this release."""
    tell(clock, name="order.admired")

    assert run(clock, declare=Heard()) == 0


def test_one_subject_is_heard_in_its_own_order(database, clock):
    """Written late, the earlier one still comes first; other subjects do not wait."""
    tell(clock, seq=2)
    tell(clock, seq=1)
    tell(clock, subject="customs_order:2", seq=5, name="order.gone")
    heard = Heard()

    run_all(clock, heard)

    assert [seq for subject, seq in heard.facts if subject == "customs_order:1"] == [1, 2]
    assert ("customs_order:2", 5) in heard.facts


def test_two_facts_of_one_count_go_by_age(database, clock):
    """Neither waits for the other for ever."""
    first, second = tell(clock, seq=1), tell(clock, seq=1, name="order.gone")
    heard: list[int] = []

    for _ in range(3):
        deliveries.run_due({"declare": lambda fact: heard.append(fact.id), "print": Heard()})

    assert heard == [first, second]


def test_a_waiting_handler_is_called_again_in_time(database, clock):
    """Nothing to do yet: it is asked in five seconds, not before, and no try is counted."""
    fact_id = tell(clock)
    heard = Heard(Wait(5, "411 is received"))

    run(clock, declare=heard)
    assert state_of(fact_id) == ("waiting", 0, "411 is received")
    assert run(clock, declare=heard, wait_s=4) == 0
    assert run(clock, declare=heard, wait_s=1) == 1

    assert state_of(fact_id) == ("done", 0, None)


def test_what_is_down_is_tried_for_ever_and_slower(database, clock):
    """The courier's program is stopped: half a second, then longer, at most ten; never parked."""
    fact_id = tell(clock)
    heard = Heard(*[Unavailable()] * 20)

    run(clock, declare=heard)
    assert run(clock, declare=heard) == 0
    for _ in range(19):
        assert run(clock, declare=heard, wait_s=10) == 1
    assert state_of(fact_id)[0] == "waiting"
    run(clock, declare=heard, wait_s=10)

    assert state_of(fact_id)[0] == "done"
    assert len(heard.facts) == 21


def test_a_refusal_parks_at_once_and_stops_only_its_subject(database, clock):
    """The later fact of the order waits behind it; another handler and another order go on."""
    parked = tell(clock, seq=1)
    behind = tell(clock, seq=2)
    heard, printed = Heard(Refusal(no="QZ1")), Heard()

    run(clock, declare=heard, print=printed)
    tell(clock, subject="customs_order:2")
    for _ in range(3):
        run(clock, declare=heard, print=printed, wait_s=60)

    assert state_of(parked) == ("parked", 1, "refusal: {'no': 'QZ1'}")
    assert state_of(behind)[0] == "waiting"
    assert heard.facts == [("customs_order:1", 1), ("customs_order:2", 1)]
    assert ("customs_order:1", 2) in printed.facts
    assert deliveries.count_open() == {"parked": 1, "waiting": 1}


def test_an_unforeseen_failure_parks_after_eight_tries(database, clock):
    """A bug may pass by itself; a lasting one waits for a person."""
    fact_id = tell(clock)
    heard = Heard(*[KeyError("x")] * MOST_TRIES)

    for number in range(MOST_TRIES):
        assert state_of(fact_id)[:2] == ("waiting", number)
        assert run(clock, declare=heard, wait_s=10) >= 1

    assert state_of(fact_id) == ("parked", MOST_TRIES, "KeyError('x')")


def test_an_outage_uses_up_no_try_of_a_failure(database, clock):
    """Down for long, then one unforeseen failure: it is tried again, not parked."""
    fact_id = tell(clock)
    heard = Heard(*[Unavailable()] * 12, KeyError("x"))

    for _ in range(13):
        run(clock, declare=heard, wait_s=10)

    assert state_of(fact_id)[0] == "waiting"


@pytest.mark.parametrize(
    ("decide", "state"),
    [(deliveries.release_parked, "done"), (deliveries.discard_parked, "discarded")],
)
def test_a_person_decides_a_parked_one_with_a_reason(database, clock, decide, state):
    """Released it runs again, discarded it does not; either way the subject goes on."""
    parked, behind = tell(clock, seq=1), tell(clock, seq=2)
    heard = Heard(Refusal())
    run_all(clock, heard)

    decide(parked, "declare", reason="the courier corrected its number")
    run_all(clock, heard)

    assert state_of(parked)[0] == state
    assert state_of(behind)[0] == "done"
    with db.read() as connection:
        rows = connection.execute(text("SELECT verb, subject, detail FROM audit_line")).all()
    assert [(row.verb, row.subject) for row in rows] == [("decide_parked", f"fact:{parked}")]
    assert "the courier corrected its number" in str(rows[0].detail)


@pytest.mark.parametrize("decide", [deliveries.release_parked, deliveries.discard_parked])
def test_only_a_parked_one_can_be_decided(database, clock, decide):
    """It waits or is done: nothing is changed and nothing noted."""
    fact_id = tell(clock)

    with pytest.raises(DeliveryNotParked):
        decide(fact_id, "declare", reason="x")

    assert state_of(fact_id)[0] == "waiting"
    with db.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_line")).scalar_one() == 0


def test_a_due_time_of_a_fact_to_come_is_kept(database, clock):
    """Told for later, it is delivered later."""
    with db.write() as connection:
        outbox.record(
            connection,
            "order.gone",
            subject="x:1",
            subject_seq=1,
            payload={},
            at=clock.now() + 5 * SECOND,
        )

    assert run(clock, declare=Heard(), wait_s=4) == 0
    assert run(clock, declare=Heard(), wait_s=1) == 1
