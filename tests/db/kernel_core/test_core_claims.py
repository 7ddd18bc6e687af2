"""Claims: one worker at a time runs a delivery, and a dead one's is taken over."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kernel import deliveries
from kernel.deliveries import CLAIM_S
from kernel.errors import Refusal
from kernel.outbox import Fact
from tests.db.kernel_core.hearing import Heard, run, state_of, tell

pytestmark = pytest.mark.usefixtures("flow")


def test_a_dead_workers_claim_is_taken_over(database, clock):
    """It took the delivery and died: nobody runs it for a minute, then another does."""
    fact_id = tell(clock)
    assert len(deliveries.claim(most=20)) == 2
    heard = Heard()

    assert run(clock, declare=heard, wait_s=CLAIM_S) == 0
    assert run(clock, declare=heard, wait_s=1) == 2

    assert heard.facts == [("customs_order:1", 1)]
    assert state_of(fact_id)[0] == "done"


def test_a_worker_taken_for_dead_settles_nothing(database, clock):
    """It wakes after its claim passed to another: the other's state stands."""
    fact_id = tell(clock, name="order.gone")
    other: list[deliveries.Claim] = []

    def sleeps(_fact: Fact) -> None:
        clock.tick(CLAIM_S + 1)
        other.extend(deliveries.claim(most=1))
        raise Refusal

    deliveries.run_due({"declare": sleeps})

    assert len(other) == 1
    assert state_of(fact_id) == ("running", 0, None)


def test_a_slow_worker_begins_nothing_that_is_no_longer_its_own(database, clock):
    """The first handler took a minute; the second delivery of its claim runs elsewhere by now."""
    tell(clock, subject="customs_order:1", name="order.gone")
    tell(clock, subject="customs_order:2", name="order.gone")
    mine, elsewhere = [], []

    def slow(fact: Fact) -> None:
        mine.append(fact.subject)
        clock.tick(CLAIM_S + 1)
        elsewhere.extend(claim.fact.subject for claim in deliveries.claim(most=20))

    deliveries.run_due({"declare": slow})

    assert mine == ["customs_order:1"]
    assert "customs_order:2" in elsewhere


def test_two_workers_never_run_one_delivery_at_the_same_time(database, clock):
    """Four workers empty an outbox of forty orders, two facts each: each once, each in order."""
    for seq in (1, 2):
        for number in range(40):
            tell(clock, subject=f"customs_order:{number}", seq=seq, name="order.gone")
    guard, running, heard = threading.Lock(), set(), []

    def declare(fact: Fact) -> None:
        with guard:
            assert fact.subject not in running
            running.add(fact.subject)
        threading.Event().wait(0.001)
        with guard:
            running.discard(fact.subject)
            heard.append((fact.subject, fact.subject_seq))

    def worker() -> None:
        idle = 0
        while idle < 20:
            idle = 0 if deliveries.run_due({"declare": declare}, most=5) else idle + 1
            threading.Event().wait(0.001)

    with ThreadPoolExecutor(max_workers=4) as pool:
        for done in [pool.submit(worker) for _ in range(4)]:
            done.result(60)

    assert len(heard) == len(set(heard)) == 80
    for number in range(40):
        assert [s for o, s in heard if o == f"customs_order:{number}"] == [1, 2]
    assert deliveries.count_open() == {}
