"""Decide what an answer of customs does to the document it is about: moves it, or is only kept.

Rules of customs.md section 3 and rules.md section 4: newer return time first, then rank; a
refusal never changes what is accepted unless it names our latest sending.  A paper stands where
all that was heard of it leads, whatever came first.  Pure; rows and facts are left to
``documents``, ``lists`` and ``facts``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bonded_display.customs import states
from bonded_display.customs.receipt_classes import ReceiptClass, class_of
from bonded_display.customs.states import LIST, Machine, State
from kernel.clock import Instant


@dataclass(frozen=True)
class Answer:
    """What was heard about one document."""

    status: int
    at: Instant
    """Customs' own time of it."""
    heard_at: Instant
    """When we learnt it."""
    info: str = ""
    names: str | None = None
    """The guid of a sending of ours, when the answer names one."""
    from_port: bool = False
    """True for CEB900: the message failed before customs saw it."""

    @property
    def turn(self) -> tuple[Instant, int]:
        """What decides between answers: customs' time, then the status' rank."""
        return (self.at, states.rank(self.status))

    @property
    def kind(self) -> ReceiptClass:
        """The class of the answer."""
        return class_of(self.status, self.info)


@dataclass(frozen=True)
class Standing:
    """Where the document stands."""

    state: State
    return_at: Instant | None
    return_rank: int | None
    latest_guid: str | None
    machine: Machine = LIST


@dataclass(frozen=True)
class Verdict:
    """What an answer changes."""

    taken: bool
    state: State
    rank: int
    note: str
    """Empty when taken; else why it was only kept."""


def judge(standing: Standing, answer: Answer) -> Verdict:
    """Return what ``answer`` does to a document that stands at ``standing``."""
    rank = states.rank(answer.status)
    note = _obstacle(standing, answer)
    if note:
        return Verdict(taken=False, state=standing.state, rank=rank, note=note)
    return Verdict(taken=True, state=_state_of(standing.machine, answer), rank=rank, note="")


@dataclass(frozen=True)
class Course:
    """Where a paper stands after all that was heard of it."""

    state: State
    in_force: Answer | None
    """The answer that brought it there; None when none did."""
    verdict: Verdict
    """What the answer asked about did."""

    def news(self, row: Any) -> dict[str, Any]:
        """Return what the paper's ``row`` must say from now on; empty when it says so already."""
        force = self.in_force
        if force is None:
            return {}
        at, rank = force.turn
        if (self.state, at, rank) == (row.state, row.return_at, row.return_rank):
            return {}
        return {
            "state": self.state,
            "return_status": force.status,
            "return_at": at,
            "return_rank": rank,
        }


def course(begun: Standing, heard: Iterable[Answer], asked: Answer) -> Course:
    """Return where ``begun``, a paper as it was sent, stands after all that was ``heard``.

    ``asked`` is one of ``heard``.  Answers act in the order of customs' time and rank, so
    repeats, lateness and disorder end in one state.  Source: rules.md section 4.
    """
    now, in_force, verdict = begun, None, judge(begun, asked)
    told = {_turn(answer): answer for answer in (*heard, asked)}
    for turn in sorted(told):
        said = judge(now, told[turn])
        if turn == _turn(asked):
            verdict = said
        if said.taken:
            in_force = told[turn]
            now = replace(now, state=said.state, return_at=in_force.at, return_rank=said.rank)
    if verdict.taken and in_force is not None and _turn(in_force) != _turn(asked):
        verdict = replace(verdict, taken=False, note="older")
    return Course(now.state, in_force, replace(verdict, state=now.state))


def _turn(answer: Answer) -> tuple[Instant, int, int, str]:
    return (*answer.turn, answer.status, answer.names or "")


def _obstacle(standing: Standing, answer: Answer) -> str:
    """Return why the answer changes nothing, or an empty text."""
    kind, machine = answer.kind, standing.machine
    if kind is ReceiptClass.PRESENT:
        return "present"
    if kind is ReceiptClass.PROGRESS and answer.status not in machine.of_status:
        return "unknown_status"
    if answer.turn <= (standing.return_at or 0, standing.return_rank or 0):
        return "older"
    if answer.names is not None and answer.names != standing.latest_guid:
        return "earlier_sending"
    refused = kind is not ReceiptClass.PROGRESS
    if refused and standing.state in machine.settled and answer.names is None:
        return "accepted_before"
    new = _state_of(machine, answer)
    if new != standing.state and not machine.may_move(standing.state, new):
        return "no_such_move"
    return ""


def _state_of(machine: Machine, answer: Answer) -> State:
    kind = answer.kind
    if kind is ReceiptClass.PROGRESS:
        return machine.of_status[answer.status]
    if kind is ReceiptClass.WAIT:
        return states.FORMAT_ERROR if answer.from_port else states.ERROR
    return states.FORMAT_ERROR if answer.from_port else states.REJECTED
