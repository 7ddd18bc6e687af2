"""Decide that requests which arrive together commit together, each with its own verdict.

What a group judges and writes is the ``commit`` function that its owner hands in.
"""

import asyncio
import queue
import threading
import weakref
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from kernel import metrics
from kernel.db import DatabaseAway
from kernel.errors import Problem, Unavailable
from kernel.logs import log

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")

MOST_WAITING = 2_000


class GroupBusy(Unavailable):
    """Too many requests wait for this group; nothing was done."""

    code = "group_busy"


class GroupSilent(Unavailable):
    """The group did not answer in time; whether it was done shows under the same key."""

    code = "group_silent"


@dataclass(frozen=True, slots=True)
class _Ticket(Generic[Ask, Answer]):
    ask: Ask
    tell: Callable[[Answer | Exception], None]


class _Line(Generic[Ask, Answer]):
    """What waits, by lanes: one of each lane, then the next of each; a lane keeps its order.

    So whoever asks most waits behind their own, and not everybody behind them.  What is put into
    ``rung`` wakes the committer.
    """

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._lanes: dict[Hashable, deque[_Ticket[Ask, Answer]]] = {}
        self._turns: deque[Hashable] = deque()
        self._count = 0
        self.rung: queue.SimpleQueue[None] = queue.SimpleQueue()

    def qsize(self) -> int:
        """Return how many wait."""
        return self._count

    def put(self, ticket: _Ticket[Ask, Answer], *, most: int) -> bool:
        """Let one more wait in the lane its ask names, if any; False where ``most`` wait."""
        key: Hashable = getattr(ticket.ask, "lane", None)
        with self._changing:
            if self._count >= most:
                return False
            if key not in self._lanes:
                self._lanes[key] = deque()
                self._turns.append(key)
            self._lanes[key].append(ticket)
            self._count += 1
            if self._count == 1:
                self.rung.put(None)
        return True

    def take(self, most: int) -> list[_Ticket[Ask, Answer]]:
        """Return whose turn it is, at most so many."""
        taken: list[_Ticket[Ask, Answer]] = []
        with self._changing:
            while self._turns and len(taken) < most:
                key = self._turns.popleft()
                lane = self._lanes[key]
                taken.append(lane.popleft())
                if lane:
                    self._turns.append(key)
                else:
                    del self._lanes[key]
            self._count -= len(taken)
        return taken


class _Waiter(Generic[Answer]):
    """A thread that stands still until it is told."""

    __slots__ = ("_answer", "_told")

    def __init__(self) -> None:
        self._told = threading.Lock()
        self._told.acquire()
        self._answer: Answer | Exception | None = None

    def tell(self, answer: Answer | Exception) -> None:
        self._answer = answer
        self._told.release()

    def answer(self, patience_s: float) -> Answer:
        if not self._told.acquire(timeout=patience_s):
            raise GroupSilent(retry_after_s=2)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer  # type: ignore[return-value]  # told: an answer is there


class Group(Generic[Ask, Answer]):
    """A bounded line and one committer thread, started at first use.

    Asks that have a ``lane`` (an outlet) take turns by it.

    ``commit`` takes what waits (at most ``most`` asks), writes it in one transaction and
    returns for each ask its answer or the ``Problem`` that it was refused with.  When it
    raises, each ask is committed singly, so that one bad ask harms no other; where the database
    is away all are told so at once, for each alone would only wait the longer.
    """

    def __init__(
        self,
        name: str,
        commit: Callable[[Sequence[Ask]], Sequence[Answer | Problem]],
        *,
        most: int = 200,
        most_waiting: int = MOST_WAITING,
        patience_s: float = 15.0,
    ) -> None:
        self.name = name
        self._commit = commit
        self._most = most
        self.most_waiting = most_waiting
        self.patience_s = patience_s
        self._waiting: _Line[Ask, Answer] = _Line()
        self._starting = threading.Lock()
        self._committer: threading.Thread | None = None
        self._ends = threading.Event()
        metrics.lines.append(weakref.ref(self))

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return self._waiting.qsize()

    @property
    def room(self) -> int:
        """Return how many more may wait."""
        return max(0, self.most_waiting - self.waiting)

    def hand_in(self, ask: Ask) -> Answer:
        """Wait for the group that takes ``ask`` and return its answer.

        Raises the ``Problem`` it was refused with, ``GroupBusy`` before anything was done,
        ``GroupSilent`` when the answer is not known in time.
        """
        waiter: _Waiter[Answer] = _Waiter()
        self.hand_over(ask, waiter.tell)
        return waiter.answer(self.patience_s)

    def hand_over(self, ask: Ask, tell: Callable[[Answer | Exception], None]) -> None:
        """Let the group take ``ask`` and return at once; the committer's thread calls ``tell``.

        ``tell`` must neither wait nor raise.  Raises ``GroupBusy`` before anything was done.
        """
        if not self._waiting.put(_Ticket(ask, tell), most=self.most_waiting):
            raise GroupBusy(retry_after_s=1)
        if self._committer is None:
            self._start()

    def close(self) -> None:
        """Finish what was taken in, then stop the committer."""
        with self._starting:
            committer, self._committer = self._committer, None
            self._ends.set()
        if committer is not None:
            self._waiting.rung.put(None)
            committer.join(timeout=self.patience_s)

    def _start(self) -> None:
        with self._starting:
            if self._committer is None:
                self._ends = threading.Event()
                self._committer = threading.Thread(
                    target=self._work, args=(self._ends,), name=f"group-{self.name}", daemon=True
                )
                self._committer.start()

    def _work(self, ends: threading.Event) -> None:
        while True:
            self._waiting.rung.get()
            while taken := self._waiting.take(self._most):
                self._settle(taken)
            if ends.is_set():
                return

    def _settle(self, taken: list[_Ticket[Ask, Answer]]) -> None:
        metrics.group_size.labels(group=self.name).observe(len(taken))
        try:
            with metrics.group_commit_seconds.labels(group=self.name).time():
                answers = self._commit([ticket.ask for ticket in taken])
            if len(answers) != len(taken):
                raise ValueError(f"{self.name}: {len(answers)} answers to {len(taken)} asks")
        except DatabaseAway as away:
            for ticket in taken:
                ticket.tell(away)
            return
        except Exception as error:  # noqa: BLE001  # each ask gets its own error
            if len(taken) == 1:
                taken[0].tell(error)
                return
            metrics.groups_redone.labels(group=self.name).inc()
            log.warning("group_redone_singly", group=self.name, asks=len(taken), error=repr(error))
            for ticket in taken:
                self._settle([ticket])
            return
        for ticket, answer in zip(taken, answers, strict=True):
            ticket.tell(answer)


class Bell:
    """Brings answers of groups to one event loop: those of one commit wake it once, together."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._telling = threading.Lock()
        self._told: list[tuple[asyncio.Future[Any], Any]] = []

    async def hand_in(self, group: Group[Ask, Answer], ask: Ask) -> Answer:
        """Do as ``Group.hand_in`` does, in the loop of this bell and without a thread."""
        heard: asyncio.Future[Answer | Exception] = self.loop.create_future()
        group.hand_over(ask, lambda answer: self._ring(heard, answer))
        silent = GroupSilent(retry_after_s=2)
        patience = self.loop.call_later(group.patience_s, _settle, heard, silent)
        try:
            answer = await heard
        finally:
            patience.cancel()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _ring(self, heard: asyncio.Future[Any], answer: object) -> None:
        with self._telling:
            self._told.append((heard, answer))
            if len(self._told) > 1:  # it rings already
                return
        try:
            self.loop.call_soon_threadsafe(self._tell)
        except RuntimeError:
            log.warning("answer_unheard", why="the loop that waited is closed")

    def _tell(self) -> None:
        with self._telling:
            told, self._told = self._told, []
        for heard, answer in told:
            _settle(heard, answer)


def _settle(heard: asyncio.Future[Any], answer: object) -> None:
    if not heard.done():  # who asked may be gone
        heard.set_result(answer)


class Groups(Generic[Ask, Answer]):
    """One group a key (a warehouse), each started when it is first asked for."""

    def __init__(
        self,
        name: str,
        commit: Callable[[Sequence[Ask]], Sequence[Answer | Problem]],
        *,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._name = name
        self._commit = commit
        self._most_waiting = most_waiting
        self._starting = threading.Lock()
        self._groups: dict[int, Group[Ask, Answer]] = {}

    def of(self, key: int) -> Group[Ask, Answer]:
        """Return the group of ``key``."""
        with self._starting:
            if key not in self._groups:
                self._groups[key] = Group(self._name, self._commit, most_waiting=self._most_waiting)
            return self._groups[key]

    def close(self) -> None:
        """Finish what the groups took in, then stop them; the next ask starts anew."""
        with self._starting:
            closing = list(self._groups.values())
            self._groups.clear()
        for group in closing:
            group.close()
