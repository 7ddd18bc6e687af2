"""Decide what an answer of customs does to the document it is about: moves it, or is only kept.

Rules of customs.md section 3 and rules.md section 4: newer return time first, then rank; a
refusal never changes what is accepted unless it names our latest sending.  Pure; rows and facts
are left to ``documents``, ``lists`` and ``facts``.
"""

from dataclasses import dataclass

from bonded_display.customs import states
from bonded_display.customs.receipt_classes import ReceiptClass, class_of
from bonded_display.customs.states import State
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
    note = _obstacle(standing, answer, rank)
    if note:
        return Verdict(taken=False, state=standing.state, rank=rank, note=note)
    return Verdict(taken=True, state=_state_of(answer), rank=rank, note="")


def _obstacle(standing: Standing, answer: Answer, rank: int) -> str:
    """Return why the answer changes nothing, or an empty text."""
    kind = answer.kind
    if kind is ReceiptClass.PRESENT:
        return "present"
    if kind is ReceiptClass.PROGRESS and answer.status not in states.STATE_OF_STATUS:
        return "unknown_status"
    if (answer.at, rank) <= (standing.return_at or 0, standing.return_rank or 0):
        return "older"
    if answer.names is not None and answer.names != standing.latest_guid:
        return "earlier_sending"
    refused = kind is not ReceiptClass.PROGRESS
    if refused and standing.state in states.SETTLED and answer.names is None:
        return "accepted_before"
    new = _state_of(answer)
    if new != standing.state and not states.may_move(standing.state, new):
        return "no_such_move"
    return ""


def _state_of(answer: Answer) -> State:
    kind = answer.kind
    if kind is ReceiptClass.PROGRESS:
        return states.STATE_OF_STATUS[answer.status]
    if kind is ReceiptClass.WAIT:
        return states.FORMAT_ERROR if answer.from_port else states.ERROR
    return states.FORMAT_ERROR if answer.from_port else states.REJECTED
