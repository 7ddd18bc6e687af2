"""Groups: who arrives together is committed together, each with a verdict of its own."""

import asyncio
import random
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import pytest

from kernel.errors import Refusal, Unavailable
from kernel.groups import Bell, Group, GroupBusy, Groups, GroupSilent, _Line, _Ticket
from tests.support.lanes import in_a_loop


class Kept:
    """A commit that keeps what it was given; ``gate`` holds it back until it is opened."""

    def __init__(self, judge: Callable[[int], int | Refusal] = lambda ask: ask * 10) -> None:
        self.groups: list[list[int]] = []
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.judge = judge
        self.gate.set()

    def __call__(self, asks: Sequence[int]) -> list[int | Refusal]:
        self.begun.set()
        assert self.gate.wait(10)
        self.groups.append(list(asks))
        return [self.judge(ask) for ask in asks]


@pytest.fixture
def hands():
    """Threads that hand in."""
    with ThreadPoolExecutor(max_workers=16) as pool:
        yield pool


def hand_in_behind(
    group: Group, kept: Kept, hands: ThreadPoolExecutor, asks: range
) -> list[Future]:
    """Hand in the first ask, and the others while the first is being committed."""
    kept.gate.clear()
    first = hands.submit(group.hand_in, asks[0])
    assert kept.begun.wait(10)
    others = [hands.submit(group.hand_in, ask) for ask in asks[1:]]
    _until(lambda: group._waiting.qsize() == len(others))
    kept.gate.set()
    return [first, *others]


def _until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_what_waits_is_committed_together(hands):
    """Nine arrive while one is being written: two commits, ten answers."""
    kept = Kept()
    group = Group("test", kept)

    told = hand_in_behind(group, kept, hands, range(10))

    assert [one.result(10) for one in told] == [ask * 10 for ask in range(10)]
    assert sorted(map(len, kept.groups)) == [1, 9]
    group.close()


def test_a_group_is_never_larger_than_its_most(hands):
    """Six wait, four fit into one commit."""
    kept = Kept()
    group = Group("test", kept, most=4)

    told = hand_in_behind(group, kept, hands, range(7))

    assert sorted(one.result(10) for one in told) == [ask * 10 for ask in range(7)]
    assert [len(asks) for asks in kept.groups] == [1, 4, 2]
    group.close()


def test_each_gets_its_own_verdict(hands):
    """One is refused: the others of its group stand."""
    kept = Kept(lambda ask: Refusal(ask=ask) if ask == 3 else ask)
    group = Group("test", kept)

    told = hand_in_behind(group, kept, hands, range(6))

    with pytest.raises(Refusal) as refused:
        told[3].result(10)
    assert refused.value.facts == {"ask": 3}
    assert [told[ask].result(10) for ask in (0, 1, 2, 4, 5)] == [0, 1, 2, 4, 5]
    group.close()


def test_a_failing_group_is_redone_singly(hands):
    """One ask makes the commit fail: it alone gets the error, the others their answers."""

    class Strict(Kept):
        def __call__(self, asks: Sequence[int]) -> list[int | Refusal]:
            answers = super().__call__(asks)
            if 4 in asks:
                raise RuntimeError("four cannot be written")
            return answers

    kept = Strict()
    group = Group("test", kept)

    told = hand_in_behind(group, kept, hands, range(6))

    with pytest.raises(RuntimeError, match="four"):
        told[4].result(10)
    assert [told[ask].result(10) for ask in (0, 1, 2, 3, 5)] == [0, 10, 20, 30, 50]
    assert [len(asks) for asks in kept.groups] == [1, 5, 1, 1, 1, 1, 1]
    group.close()


def test_a_commit_that_loses_answers_fails_its_asks_and_not_the_group(hands):
    """Two answers for one ask are the owner's mistake; the committer lives on."""
    given = iter([[1, 2], [7]])
    group = Group("test", lambda _asks: next(given))

    with pytest.raises(ValueError, match="answers"):
        group.hand_in(1)

    assert group.hand_in(2) == 7
    group.close()


def test_a_full_queue_is_busy_and_takes_nothing(hands):
    """Two may wait, a third is sent away with the word to come again."""
    kept = Kept()
    group = Group("test", kept, most_waiting=2)
    kept.gate.clear()
    first = hands.submit(group.hand_in, 0)
    assert kept.begun.wait(10)
    others = [hands.submit(group.hand_in, ask) for ask in (1, 2)]
    _until(lambda: group._waiting.qsize() == 2)

    with pytest.raises(GroupBusy) as busy:
        group.hand_in(3)
    kept.gate.set()

    assert isinstance(busy.value, Unavailable)
    assert busy.value.retry_after_s == 1
    assert [one.result(10) for one in (first, *others)] == [0, 10, 20]
    assert 3 not in [ask for asks in kept.groups for ask in asks]
    group.close()


def test_a_silent_group_says_that_nobody_knows(hands):
    """The commit takes longer than patience: the ask may yet stand, its key will tell."""
    kept = Kept()
    group = Group("test", kept, patience_s=0.05)
    kept.gate.clear()

    with pytest.raises(GroupSilent):
        group.hand_in(1)
    kept.gate.set()

    _until(lambda: kept.groups == [[1]])
    group.close()


def test_closing_finishes_what_was_taken_in(hands):
    """Five wait when the house closes: each gets its answer, then the committer ends."""
    kept = Kept()
    group = Group("test", kept)
    told = hand_in_behind(group, kept, hands, range(6))

    group.close()

    assert [one.result(1) for one in told] == [0, 10, 20, 30, 40, 50]
    assert not [one for one in threading.enumerate() if one.name == "group-test"]


def test_after_closing_the_next_ask_starts_anew():
    """A house that opens again in the same process places again."""
    groups = Groups("again", Kept())
    first = groups.of(7)
    assert first.hand_in(1) == 10

    groups.close()

    assert groups.of(7).hand_in(2) == 20
    assert groups.of(7) is not first
    assert groups.of(8) is not groups.of(7)
    groups.close()


def test_a_loop_hears_every_answer_without_a_thread():
    """Ten tasks of one loop hand in, one is refused; what is told while it works rings once."""
    group = Group("test", Kept(lambda ask: Refusal(ask=ask) if ask == 3 else ask))
    rung: list[object] = []

    async def all_of_them() -> list[object]:
        loop = asyncio.get_running_loop()
        bell = Bell(loop)
        ring = loop.call_soon_threadsafe
        loop.call_soon_threadsafe = lambda *told: (rung.append(told), ring(*told))
        tasks = [loop.create_task(bell.hand_in(group, ask)) for ask in range(10)]
        await asyncio.sleep(0)
        _until(lambda: len(bell._told) == 10)
        return await asyncio.gather(*tasks, return_exceptions=True)

    told = in_a_loop(all_of_them())
    group.close()

    assert isinstance(told.pop(3), Refusal)
    assert told == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert len(rung) == 1


def test_a_loop_is_told_that_a_group_is_silent_and_goes_on():
    """The answer that comes too late, and to a loop that is closed, harms nobody."""
    kept = Kept()
    group = Group("test", kept, patience_s=0.05)

    async def one(ask: int) -> object:
        return await Bell(asyncio.get_running_loop()).hand_in(group, ask)

    kept.gate.clear()
    with pytest.raises(GroupSilent):
        in_a_loop(one(1))
    kept.gate.set()
    group.patience_s = 10

    assert in_a_loop(one(2)) == 20
    assert [ask for asks in kept.groups for ask in asks] == [1, 2]
    group.close()


class Ask(NamedTuple):
    """What somebody asks, in whose lane."""

    lane: str
    number: int


def test_lanes_take_turns_and_each_keeps_its_order():
    """A busy outlet sent nine, two others one each: in a group of four all three are heard."""
    groups: list[list[Ask]] = []
    group = Group("test", lambda asks: groups.append(list(asks)) or list(asks), most=4)
    asks = [*(Ask("busy", number) for number in range(9)), Ask("calm", 0), Ask("quiet", 0)]
    group._committer = threading.current_thread()  # nobody commits while they arrive
    for ask in asks:
        group.hand_over(ask, lambda _: None)
    group._committer = None

    group.hand_in(Ask("late", 0))

    assert groups[0] == [Ask("busy", 0), Ask("calm", 0), Ask("quiet", 0), Ask("late", 0)]
    assert [ask.number for asks in groups for ask in asks if ask.lane == "busy"] == [*range(9)]
    group.close()


def served_at(arrivals: list[Ask], *, each: int, most: int, room: int) -> dict[str, list[int]]:
    """Let ``each`` arrive a turn and ``most`` be served a turn; return each lane's waits.

    One turn is one commit: the service is counted, not timed.  Whom there is no room for waits
    outside, in the order of arrival.
    """
    line: _Line[Ask, int] = _Line()
    outside: deque[Ask] = deque()
    waits: dict[str, list[int]] = {}
    turn, left = 0, deque(arrivals)
    while left or outside or line.qsize():
        outside.extend(Ask(left.popleft().lane, turn) for _ in range(min(each, len(left))))
        while outside and line.put(_Ticket(outside[0], lambda _: None), most=room):
            outside.popleft()
        for ticket in line.take(most):
            waits.setdefault(ticket.ask.lane, []).append(turn - ticket.ask.number + 1)
        turn += 1
    return waits


@pytest.mark.parametrize("busy", [1, 20], ids=["all alike", "one asks twenty times as much"])
def test_at_twice_the_capacity_no_outlet_waits_twice_as_long_as_the_median(busy):
    """Forty outlets send twice what is served, for sixty commits; then everything drains."""
    lanes = [f"outlet-{number}" for number in range(1, 41)] + ["outlet-0"] * busy
    asks = [Ask(lanes[place % len(lanes)], place) for place in range(60 * 40)]
    random.Random(6).shuffle(asks)

    waits = served_at(asks, each=40, most=20, room=40)

    p99 = {lane: sorted(told)[int(len(told) * 0.99)] for lane, told in waits.items()}
    middle = statistics.median(p99.values())
    assert max(p99.values()) <= 2 * middle
    assert sum(map(len, waits.values())) == len(asks)
