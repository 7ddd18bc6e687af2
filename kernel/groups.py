"""Decide that requests which arrive together commit together, each with its own verdict.

What a group judges and writes is the ``commit`` function that its owner hands in.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from kernel import metrics
from kernel.db import DatabaseAway
from kernel.errors import Problem, Unavailable
from kernel.logs import log

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


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
    """A queue and one committer thread, started at first use.

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
        most_waiting: int = 2_000,
        patience_s: float = 15.0,
    ) -> None:
        self.name = name
        self._commit = commit
        self._most = most
        self._most_waiting = most_waiting
        self.patience_s = patience_s
        self._waiting: queue.SimpleQueue[_Ticket[Ask, Answer] | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._committer: threading.Thread | None = None

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
        if self._waiting.qsize() >= self._most_waiting:
            raise GroupBusy(retry_after_s=1)
        if self._committer is None:
            self._start()
        self._waiting.put(_Ticket(ask, tell))

    def close(self) -> None:
        """Finish what was taken in, then stop the committer."""
        with self._starting:
            committer, self._committer = self._committer, None
        if committer is not None:
            self._waiting.put(None)
            committer.join(timeout=self.patience_s)

    def _start(self) -> None:
        with self._starting:
            if self._committer is None:
                self._committer = threading.Thread(
                    target=self._work, name=f"group-{self.name}", daemon=True
                )
                self._committer.start()

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            taken, stop = self._take(first)
            self._settle(taken)
            if stop:
                return

    def _take(self, first: _Ticket[Ask, Answer]) -> tuple[list[_Ticket[Ask, Answer]], bool]:
        taken = [first]
        while len(taken) < self._most:
            try:
                ticket = self._waiting.get_nowait()
            except queue.Empty:
                break
            if ticket is None:
                return taken, True
            taken.append(ticket)
        return taken, False

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
        self, name: str, commit: Callable[[Sequence[Ask]], Sequence[Answer | Problem]]
    ) -> None:
        self._name = name
        self._commit = commit
        self._starting = threading.Lock()
        self._groups: dict[int, Group[Ask, Answer]] = {}

    def of(self, key: int) -> Group[Ask, Answer]:
        """Return the group of ``key``."""
        with self._starting:
            if key not in self._groups:
                self._groups[key] = Group(self._name, self._commit)
            return self._groups[key]

    def close(self) -> None:
        """Finish what the groups took in, then stop them; the next ask starts anew."""
        with self._starting:
            closing = list(self._groups.values())
            self._groups.clear()
        for group in closing:
            group.close()
