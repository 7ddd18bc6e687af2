"""Decide that requests which arrive together commit together, each with its own verdict.

What a group judges and writes is the ``commit`` function that its owner hands in.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kernel import metrics
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


@dataclass(slots=True)
class _Ticket(Generic[Ask, Answer]):
    ask: Ask
    answer: Answer | Exception | None = None
    settled: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.settled.acquire()

    def settle(self, answer: Answer | Exception) -> None:
        self.answer = answer
        self.settled.release()


class Group(Generic[Ask, Answer]):
    """A queue and one committer thread, started at first use.

    ``commit`` takes what waits (at most ``most`` asks), writes it in one transaction and
    returns for each ask its answer or the ``Problem`` that it was refused with.  When it
    raises, each ask is committed singly, so that one bad ask harms no other.
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
        self._patience_s = patience_s
        self._waiting: queue.SimpleQueue[_Ticket[Ask, Answer] | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._committer: threading.Thread | None = None

    def hand_in(self, ask: Ask) -> Answer:
        """Wait for the group that takes ``ask`` and return its answer.

        Raises the ``Problem`` it was refused with, ``GroupBusy`` before anything was done,
        ``GroupSilent`` when the answer is not known in time.
        """
        if self._waiting.qsize() >= self._most_waiting:
            raise GroupBusy(retry_after_s=1)
        if self._committer is None:
            self._start()
        ticket: _Ticket[Ask, Answer] = _Ticket(ask)
        self._waiting.put(ticket)
        if not ticket.settled.acquire(timeout=self._patience_s):
            raise GroupSilent(retry_after_s=2)
        if isinstance(ticket.answer, Exception):
            raise ticket.answer
        return ticket.answer  # type: ignore[return-value]  # settled: an answer is there

    def close(self) -> None:
        """Finish what was taken in, then stop the committer."""
        with self._starting:
            committer, self._committer = self._committer, None
        if committer is not None:
            self._waiting.put(None)
            committer.join(timeout=self._patience_s)

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
            answers = self._commit([ticket.ask for ticket in taken])
            if len(answers) != len(taken):
                raise ValueError(f"{self.name}: {len(answers)} answers to {len(taken)} asks")
        except Exception as error:  # noqa: BLE001  # each ask gets its own error
            if len(taken) == 1:
                taken[0].settle(error)
                return
            log.warning("group_redone_singly", group=self.name, asks=len(taken), error=repr(error))
            for ticket in taken:
                self._settle([ticket])
            return
        for ticket, answer in zip(taken, answers, strict=True):
            ticket.settle(answer)


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
