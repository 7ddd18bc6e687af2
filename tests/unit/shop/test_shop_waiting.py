"""The waiting line: whoever came first goes in first, and a ticket is nobody else's."""

import asyncio
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from kernel.groups import Bell, Group
from shop.checkout import waiting
from shop.checkout.waiting import MustWait, WaitingLine, read_waiting_ticket, write_waiting_ticket
from tests.support.lanes import in_a_loop
from tests.support.seams import SECOND, START, FakeClock

SECRET = "a-secret-of-thirty-two-characters"
CLIENTS, NEAR = 200, 5


@dataclass(frozen=True)
class Ask:
    """One form; its outlet is its lane."""

    number: int
    lane: int


@dataclass
class Committer:
    """Commits once it may, and remembers in which order it judged."""

    may: threading.Event = field(default_factory=threading.Event)
    judged: list[int] = field(default_factory=list)

    def __call__(self, asks: Sequence[Ask]) -> list[int]:
        assert self.may.wait(20)
        self.judged.extend(ask.number for ask in asks)
        return [ask.number for ask in asks]


async def send(line: WaitingLine, group: Group, bell: Bell, ask: Ask, ticket: str = "") -> str:
    """Send one form; return the ticket it was sent away with, or nothing once it stands."""
    try:
        await line.turn(f"key-{ask.number}", ticket)
    except MustWait as must:
        return str(must.facts["waiting_ticket"])
    await bell.hand_in(group, ask)
    line.go_on()
    return ""


def test_two_hundred_are_admitted_in_the_order_in_which_they_came(clock: FakeClock):
    """The group is full; 200 of 20 outlets are sent away and come again in any order."""
    committer = Committer()
    group = full(committer, 5)

    async def rush() -> None:
        loop = asyncio.get_running_loop()
        bell, line = Bell(loop), WaitingLine(group, SECRET)
        clients = [Ask(number, number % 20) for number in range(CLIENTS)]
        tickets = {}
        for client in clients:
            tickets[client] = await send(line, group, bell, client)
            clock.set(clock.now() + 1_000)
        assert all(tickets.values())
        random.Random(6).shuffle(clients)
        again = [loop.create_task(send(line, group, bell, c, tickets[c])) for c in clients]
        await asyncio.sleep(0)
        committer.may.set()
        assert set(await asyncio.gather(*again)) == {""}

    in_a_loop(rush())
    group.close()

    order = [number for number in committer.judged if number >= 0]
    assert sorted(order) == [*range(CLIENTS)]
    assert max(abs(place - number) for place, number in enumerate(order)) <= NEAR
    assert group.room == 5, "afterwards nothing waits"


async def until(met) -> None:
    for _ in range(2_000):
        if met():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to that")


def full(committer: Committer, places: int = 1) -> Group:
    """Return a group whose places are taken, behind one that is being committed."""
    group = Group("test", committer, most=places, most_waiting=places)
    group.hand_over(Ask(-1, 0), lambda _: None)
    while group.room < places:
        threading.Event().wait(0.001)
    for number in range(places):
        group.hand_over(Ask(-2 - number, 0), lambda _: None)
    return group


def test_nobody_passes_who_came_later(clock: FakeClock):
    """One was told to come again; a newcomer finds room in that second and has to wait, too."""
    committer = Committer()
    group = full(committer)

    async def meet() -> tuple[str, str, str, str]:
        bell, line = Bell(asyncio.get_running_loop()), WaitingLine(group, SECRET)
        older = await send(line, group, bell, Ask(1, 1))
        committer.may.set()
        await until(lambda: group.room == 1)
        clock.set(clock.now() + SECOND)
        newcomer = await send(line, group, bell, Ask(2, 2))
        back = await send(line, group, bell, Ask(1, 1), older)
        return older, newcomer, back, await send(line, group, bell, Ask(2, 2), newcomer)

    older, newcomer, back, last = in_a_loop(meet())
    group.close()

    assert older
    assert newcomer
    assert (back, last) == ("", "")
    assert committer.judged == [-1, -2, 1, 2]


def test_who_does_not_come_again_holds_up_nobody(clock: FakeClock):
    """Two seconds later the one who left is expected no longer."""
    committer = Committer()
    group = full(committer)

    async def leave() -> str:
        bell, line = Bell(asyncio.get_running_loop()), WaitingLine(group, SECRET)
        assert await send(line, group, bell, Ask(1, 1))
        committer.may.set()
        await until(lambda: group.room == 1)
        clock.set(clock.now() + waiting.EXPECTED_FOR)
        return await send(line, group, bell, Ask(2, 2))

    assert in_a_loop(leave()) == ""
    group.close()


def test_whose_turn_does_not_come_is_sent_away_with_the_same_age(clock, monkeypatch):
    """The committer hangs: nobody stands for ever, and the place is kept."""
    monkeypatch.setattr(waiting, "STANDS_S", 0.05)
    committer = Committer()
    group = full(committer)

    async def stand() -> tuple[str, str]:
        bell, line = Bell(asyncio.get_running_loop()), WaitingLine(group, SECRET)
        first = await send(line, group, bell, Ask(1, 1))
        clock.set(clock.now() + SECOND)
        second = await send(line, group, bell, Ask(1, 1), first)
        assert line.standing == 0
        return first, second

    first, second = in_a_loop(stand())
    committer.may.set()
    group.close()

    assert first == second == write_waiting_ticket(START, "key-1", SECRET)


@pytest.mark.parametrize(
    "changed",
    [
        lambda ticket: ticket.replace(str(START), str(START - SECOND)),
        lambda ticket: ticket[:-1] + ("0" if ticket[-1] != "0" else "1"),
        lambda ticket: "",
        lambda ticket: "½." + ticket,
        lambda ticket: "9" * 40 + "." + "a" * 64,
    ],
    ids=["an older one", "another mark", "none", "no number", "a huge one"],
)
def test_a_ticket_that_is_not_ours_is_none(changed):
    """Whoever writes their own age comes as a newcomer."""
    ticket = write_waiting_ticket(START, "key-1", SECRET)

    assert read_waiting_ticket(ticket, "key-1", SECRET, at=START) == START
    assert read_waiting_ticket(changed(ticket), "key-1", SECRET, at=START) is None


def test_a_ticket_is_of_one_form_and_for_an_hour():
    """It is no other form's, no other secret's, and not for ever."""
    ticket = write_waiting_ticket(START, "key-1", SECRET)

    assert read_waiting_ticket(ticket, "key-2", SECRET, at=START) is None
    assert read_waiting_ticket(ticket, "key-1", SECRET[::-1], at=START) is None
    assert (
        read_waiting_ticket(ticket, "key-1", SECRET, at=START + waiting.WAITING_TICKET_FOR) == START
    )
    assert (
        read_waiting_ticket(ticket, "key-1", SECRET, at=START + waiting.WAITING_TICKET_FOR + 1)
        is None
    )
