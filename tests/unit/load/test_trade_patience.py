"""The other side is asked again after the machine's own seconds, however far the clock jumped."""

import pytest

from kernel.actor import SYSTEM
from kernel.outbox import Fact, Wait
from load.trade.patience import Patience

FACT = Fact(1, "order.paid", 1, "customs_order:7", 1, 0, f"{SYSTEM}", "", 0, {})


class Answering:
    """A handler that waits for an answer until it is there; ``asked`` counts."""

    def __init__(self) -> None:
        self.asked = 0
        self.there = False

    def __call__(self, fact: Fact) -> None:
        self.asked += 1
        if not self.there:
            raise Wait(0.5, "411 is sent")


def test_a_jump_of_the_clock_does_not_ask_again():
    """Only the machine's own seconds do, and then until the answer is there."""
    handler, now = Answering(), [100.0]
    patient = Patience({"declare": handler}, every_s=1.0, now=lambda: now[0]).handlers["declare"]
    with pytest.raises(Wait):
        patient(FACT)

    with pytest.raises(Wait) as early:
        patient(FACT)
    assert (handler.asked, early.value.seconds) == (1, 1.0)

    now[0] += 1.1
    handler.there = True
    patient(FACT)
    patient(FACT)
    assert handler.asked == 3
