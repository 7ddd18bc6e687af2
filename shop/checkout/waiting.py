"""Decide who comes next where a group has no room: whoever came first, as a signed ticket says.

One line a group and event loop.  A ticket names when its form came first and belongs to the
form's key, so every process believes it and nobody can lend it.  Who was told to come again is
waited for a moment, so that nobody younger passes; the page around it is the storefront's.
"""

import asyncio
import hashlib
import hmac
from heapq import heappop, heappush
from typing import Any, NoReturn

from kernel import clock
from kernel.clock import MINUTE, SECOND, Instant
from kernel.errors import Unavailable
from kernel.groups import Group

WAITING_TICKET_FOR = 60 * MINUTE
COME_AGAIN_S = 1
EXPECTED_FOR = 2 * SECOND
"""So long whoever was told to come again is waited for: a second, and one for the way."""
AT_ONCE = 5_000
"""Requests that stand in one line; more are told to come again, and keep their age."""
STANDS_S = 10.0
LOOKS_S = 0.2
_LABEL = b"qianzhan waiting ticket 1"


class MustWait(Unavailable):
    """More people order than can be served now; nothing was done, and the ticket keeps the place."""

    code = "must_wait"

    def __init__(self, *, waiting_ticket: str) -> None:
        super().__init__(retry_after_s=COME_AGAIN_S, waiting_ticket=waiting_ticket)


def write_waiting_ticket(came_at: Instant, key: str, secret: str) -> str:
    """Return the signed text of when the form of ``key`` came first."""
    return f"{came_at}.{_mark(came_at, key, secret)}"


def read_waiting_ticket(
    waiting_ticket: str, key: str, secret: str, *, at: Instant
) -> Instant | None:
    """Return when the form of ``key`` came first; None for what is not ours, old or another's."""
    told, _, mark = waiting_ticket.partition(".")
    if not (told.isascii() and told.isdigit() and len(told) < 20):
        return None
    came_at = int(told)
    if not hmac.compare_digest(mark.encode(), _mark(came_at, key, secret).encode()):
        return None
    return came_at if at - WAITING_TICKET_FOR <= came_at <= at else None


def _mark(came_at: Instant, key: str, secret: str) -> str:
    own = hmac.digest(secret.encode(), _LABEL, hashlib.sha256)
    return hmac.digest(own, f"{came_at}.{key}".encode(), hashlib.sha256).hex()


class WaitingLine:
    """Who stands before one group; used by one event loop alone."""

    def __init__(self, group: Group[Any, Any], secret: str) -> None:
        self._group, self._secret = group, secret
        self._standing: list[tuple[Instant, int, asyncio.Future[None]]] = []
        self._expected: dict[str, tuple[Instant, Instant]] = {}
        self._ages: list[tuple[Instant, str]] = []
        self._number = self._called = 0
        self._looks: asyncio.TimerHandle | None = None

    @property
    def standing(self) -> int:
        """Return how many stand here."""
        return sum(not turn.done() for _, _, turn in self._standing)

    async def turn(self, key: str, waiting_ticket: str) -> None:
        """Return when the form of ``key`` may be handed in; ``go_on`` follows its answer.

        Raises ``MustWait`` for a newcomer where others wait, and where the turn does not come.
        """
        at = clock.now()
        known = self._expected.pop(key, None)
        came_at = (
            known[0] if known else read_waiting_ticket(waiting_ticket, key, self._secret, at=at)
        )
        self._forget(at)
        if self._free > 0 and not self._standing and not self._expected:
            return
        if came_at is None or len(self._standing) >= AT_ONCE:
            self.send_away(key, at if came_at is None else came_at)
        await self._stand(key, came_at)

    def send_away(self, key: str, came_at: Instant) -> NoReturn:
        """Raise ``MustWait``; the form of ``key`` is expected again."""
        self._expected[key] = (came_at, clock.now() + EXPECTED_FOR)
        heappush(self._ages, (came_at, key))
        raise MustWait(waiting_ticket=write_waiting_ticket(came_at, key, self._secret))

    async def _stand(self, key: str, came_at: Instant) -> None:
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._number += 1
        heappush(self._standing, (came_at, self._number, turn))
        if self._looks is None:
            self._look(loop)
        else:
            self.go_on()
        try:
            await asyncio.wait_for(turn, STANDS_S)
        except TimeoutError:
            self.send_away(key, came_at)
        finally:
            if not turn.cancelled() and turn.done():
                self._called -= 1

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look now and then while anybody stands: room may come without a word, and age pass."""
        self.go_on()
        self._looks = loop.call_later(LOOKS_S, self._look, loop) if self._standing else None

    def go_on(self) -> None:
        """Call whom there is room for, the oldest first."""
        at = clock.now()
        self._forget(at)
        while self._standing:
            came_at, _, turn = self._standing[0]
            if not turn.done():
                if self._free <= 0 or self._older_is_expected(came_at):
                    return
                self._called += 1
                turn.set_result(None)
            heappop(self._standing)

    @property
    def _free(self) -> int:
        return self._group.room - self._called

    def _older_is_expected(self, came_at: Instant) -> bool:
        while self._ages:
            age, key = self._ages[0]
            if key in self._expected and self._expected[key][0] == age:
                return age < came_at
            heappop(self._ages)
        return False

    def _forget(self, at: Instant) -> None:
        """Expect no longer who has not come."""
        for key, (_, until) in list(self._expected.items()):
            if until > at:
                return  # those behind were sent away later
            del self._expected[key]
