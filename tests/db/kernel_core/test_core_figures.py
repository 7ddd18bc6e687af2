"""What ``/metrics`` promises of facts and groups is counted where it happens."""

import pytest

from kernel import metrics
from kernel.deliveries import MOST_TRIES
from kernel.errors import Refusal, Unavailable
from kernel.groups import Group, _Ticket
from kernel.outbox import Wait
from tests.db.kernel_core.hearing import Heard, run, tell


def figure(name: str) -> float:
    """Return a figure by its name and labels as they are told, nought while there is none."""
    told = [line for line in metrics.render().splitlines() if line.startswith(f"{name} ")]
    return float(told[0].rsplit(" ", 1)[1]) if told else 0.0


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (None, "done"),
        (Wait(5, "411 is received"), "waiting"),
        (Unavailable(), "waiting"),
        (KeyError("once"), "failed"),
        (Refusal(), "parked"),
    ],
)
def test_a_delivery_is_counted_by_its_outcome_and_timed(flow, clock, trouble, outcome):
    """One runs: one more of its outcome, one more time it took."""
    del flow
    tell(clock)
    counted = f'facts_handled_total{{handler="declare",outcome="{outcome}"}}'
    timed = 'fact_handling_seconds_count{handler="declare"}'
    before = figure(counted), figure(timed)

    run(clock, declare=Heard(trouble) if trouble else Heard())

    assert (figure(counted), figure(timed)) == (before[0] + 1, before[1] + 1)


def test_what_failed_once_too_often_counts_as_parked(flow, clock):
    """Every try before it counted as failed."""
    del flow
    tell(clock)
    names = [
        f'facts_handled_total{{handler="declare",outcome="{outcome}"}}'
        for outcome in ("failed", "parked")
    ]
    before = [figure(name) for name in names]

    for _ in range(MOST_TRIES):
        run(clock, declare=Heard(*[KeyError("always")] * MOST_TRIES), wait_s=60)

    assert [figure(name) - b for name, b in zip(names, before, strict=True)] == [MOST_TRIES - 1, 1]


def test_a_group_is_timed_and_its_failing_counted():
    """Two asks, one of them bad: the group is redone singly."""

    def commit(asks):
        if "bad" in asks:
            raise ValueError("bad")
        return asks

    group = Group("figures", commit)
    told: list[object] = []
    for ask in ("good", "bad"):  # before the committer starts: they are one group
        group._waiting.put(_Ticket(ask, told.append), most=99)
    group._start()
    group.close()

    assert told[0] == "good"
    assert isinstance(told[1], ValueError)
    assert figure('groups_redone_total{group="figures"}') == 1
    assert figure('group_commit_seconds_count{group="figures"}') == 3
