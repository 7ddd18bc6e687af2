"""Decide which state a paper may pass to, and which receipt brings it there: one table a kind.

States are the authority's words (customs.md sections 2 and 3).  Which receipts are ours, and
what happens after a move, is left to ``receipts``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

State = str

ACCEPTED: Final = "ACCEPTED"
REJECTED: Final = "REJECTED"
RELEASED: Final = "RELEASED"
DRAFT: Final = "DRAFT"
SENT_LOCAL: Final = "SENT_LOCAL"
FORMAT_ERROR: Final = "FORMAT_ERROR"
ERROR: Final = "ERROR"
REVIEWED: Final = "REVIEWED"
CANCELLED: Final = "CANCELLED"
INSPECTION: Final = "INSPECTION"
DETAINED: Final = "DETAINED"
RETURNED_OUT: Final = "RETURNED_OUT"
ISSUED: Final = "ISSUED"
SUMMARISED: Final = "SUMMARISED"
VOID: Final = "VOID"

_ON_THE_WAY = {"PORT_SAVED", "PORT_DECLARING", "SENT", "SEND_FAILED", ACCEPTED}
_REFUSED = {REJECTED, ERROR, FORMAT_ERROR}
_IN_CUSTOMS = {"MANUAL_REVIEW", "REVIEWED", "INSPECTION", "DETAINED", "RETURNED_OUT"}
_AFTER = {RELEASED, "CLOSED"}
_LATER = _IN_CUSTOMS | _AFTER
_UNDONE = {REJECTED, CANCELLED}

_TO_THE_PORT: dict[State, frozenset[State]] = {
    DRAFT: frozenset({SENT_LOCAL, CANCELLED}),
    SENT_LOCAL: frozenset(_ON_THE_WAY | _REFUSED),
    "PORT_SAVED": frozenset((_ON_THE_WAY | _REFUSED) - {"PORT_SAVED"}),
    "PORT_DECLARING": frozenset({"SENT", "SEND_FAILED", ACCEPTED} | _REFUSED),
    "SENT": frozenset({"SEND_FAILED", ACCEPTED} | _REFUSED),
    "SEND_FAILED": frozenset({"PORT_DECLARING", "SENT", ACCEPTED} | _REFUSED),
    FORMAT_ERROR: frozenset({SENT_LOCAL, CANCELLED, REJECTED, ACCEPTED}),
    ERROR: frozenset({SENT_LOCAL, CANCELLED, REJECTED, ACCEPTED}),
    REJECTED: frozenset({SENT_LOCAL, CANCELLED}),
}
"""What every paper of ours goes through before customs has accepted it.

A refusal without a code of its own is overtaken by acceptance; one that customs spoke is not.
"""

_HEARD_LATER = frozenset(_TO_THE_PORT) - {DRAFT, REJECTED}

MOVES: dict[State, frozenset[State]] = {
    # Steps may be missing, so each state reaches every later one: one recorded chain is 2, 120, 800.
    **{
        state: after | (_LATER if state in _HEARD_LATER else frozenset())
        for state, after in _TO_THE_PORT.items()
    },
    ACCEPTED: frozenset(_UNDONE | _LATER),
    "MANUAL_REVIEW": frozenset((_UNDONE | _LATER) - {"MANUAL_REVIEW"}),
    REVIEWED: frozenset((_UNDONE | _LATER) - {REVIEWED}),
    INSPECTION: frozenset((_UNDONE | _LATER) - {INSPECTION}),
    DETAINED: frozenset({INSPECTION, RETURNED_OUT} | _AFTER),
    RETURNED_OUT: frozenset({"CLOSED"}),
    RELEASED: frozenset({"CLOSED", CANCELLED}),
    "CLOSED": frozenset({CANCELLED}),
    CANCELLED: frozenset(),
}
"""Of a declaration list.  After release it is cancelled before the gate (rules.md 9), or when all
its goods came back within the term; a part of them leaves it released (customs.md section 3).
"""

STATES: Final = tuple(MOVES)

REFUSED: Final = frozenset({REJECTED, ERROR, FORMAT_ERROR})
UNSENT_OR_REFUSED: Final = REFUSED | {DRAFT}
SETTLED: Final = frozenset({ACCEPTED} | _LATER)
"""ACCEPTED or later: a refusal that names no sending of ours changes none of these."""

_PORT_STATUS: dict[int, State] = {
    1: "PORT_SAVED",
    2: "PORT_DECLARING",
    3: "SENT",
    4: "SEND_FAILED",
    100: REJECTED,
    120: ACCEPTED,
}

STATE_OF_STATUS: dict[int, State] = {
    **_PORT_STATUS,
    300: "MANUAL_REVIEW",
    399: REVIEWED,
    500: INSPECTION,
    501: DETAINED,
    502: DETAINED,
    503: DETAINED,
    599: DETAINED,
    700: RETURNED_OUT,
    800: RELEASED,
    899: "CLOSED",
}


@dataclass(frozen=True)
class Machine:
    """How the papers of one kind move."""

    name: str
    moves: Mapping[State, frozenset[State]]
    of_status: Mapping[int, State]
    """The state that a status of its receipts brings; any other status is unknown."""
    settled: frozenset[State]
    """A refusal that names no sending of ours changes none of these."""

    def may_move(self, old: State, new: State) -> bool:
        """Say whether the table has the move."""
        return new in self.moves[old]

    def check_move(self, old: State, new: State) -> State:
        """Return ``new``; ``IllegalMove`` when the table does not have the move."""
        if not self.may_move(old, new):
            raise IllegalMove(f"{self.name}: {old} -> {new}")
        return new


class IllegalMove(Exception):
    """A program asked for a move that the table does not have: a fault of ours, never customs'."""


LIST: Final = Machine("declaration_list", MOVES, STATE_OF_STATUS, SETTLED)

DOCUMENT: Final = Machine(
    "document",
    {**_TO_THE_PORT, ACCEPTED: frozenset({REJECTED, CANCELLED}), CANCELLED: frozenset()},
    {**_PORT_STATUS, 399: ACCEPTED},
    frozenset({ACCEPTED}),
)
"""Of order, payment and waybill documents; 399 says of them no more than 120 does."""

REQUEST: Final = Machine(
    "request",
    {
        **{
            state: after | ({REVIEWED} if state in _HEARD_LATER else set())
            for state, after in _TO_THE_PORT.items()
        },
        ACCEPTED: frozenset({REVIEWED, REJECTED, CANCELLED}),
        REVIEWED: frozenset(),
        CANCELLED: frozenset(),
    },
    {**_PORT_STATUS, 399: REVIEWED},
    frozenset({ACCEPTED, REVIEWED}),
)
"""Of withdrawals (623) and goods returns (625): REVIEWED grants it, CANCELLED needs it no more."""

TAX_BILL: Final = Machine(
    "tax_bill",
    {
        DRAFT: frozenset({ISSUED, SUMMARISED, VOID}),
        ISSUED: frozenset({SUMMARISED, VOID}),
        SUMMARISED: frozenset({VOID}),
        VOID: frozenset(),
    },
    {1: ISSUED, 2: SUMMARISED, 3: VOID},
    frozenset(),
)
"""Of tax bills (816, 818); DRAFT: none was heard of yet.  Payment is finance's, not customs'."""

MACHINES: Final = (LIST, DOCUMENT, REQUEST, TAX_BILL)

_LOWEST_REFUSAL_RANK = 100

for _machine in MACHINES:
    _known = _machine.moves.keys()
    for _state, _targets in _machine.moves.items():
        if not _targets <= _known:
            raise ValueError(f"{_machine.name}: {_state} moves to unknown {_targets - _known}")
    if not {*_machine.of_status.values(), *_machine.settled} <= _known:
        raise ValueError(f"{_machine.name}: a receipt status names an unknown state")


def rank(status: int) -> int:
    """Return what decides between receipts of one instant: 1 < 2 < 3 < 120 < 300 < ... < 899."""
    return status if status > 0 else _LOWEST_REFUSAL_RANK


def check_move(old: State, new: State) -> State:
    """Return ``new`` for a list; ``IllegalMove`` when its table does not have the move."""
    return LIST.check_move(old, new)
