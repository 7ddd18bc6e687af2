"""Decide which state a list or a document may pass to, and which receipt brings it there.

States are the authority's words (customs.md sections 2 and 3).  Which receipts are ours, and
what happens after a move, is left to ``receipts``.
"""

from typing import Final

State = str

ACCEPTED: Final = "ACCEPTED"
REJECTED: Final = "REJECTED"
RELEASED: Final = "RELEASED"
DRAFT: Final = "DRAFT"
SENT_LOCAL: Final = "SENT_LOCAL"
FORMAT_ERROR: Final = "FORMAT_ERROR"
ERROR: Final = "ERROR"

_ON_THE_WAY = {"PORT_SAVED", "PORT_DECLARING", "SENT", "SEND_FAILED", ACCEPTED}
_REFUSED = {REJECTED, ERROR, FORMAT_ERROR}
_IN_CUSTOMS = {"MANUAL_REVIEW", "REVIEWED", "INSPECTION", "DETAINED", "RETURNED_OUT"}
_AFTER = {RELEASED, "CLOSED"}
_LATER = _IN_CUSTOMS | _AFTER
_UNDONE = {REJECTED, "CANCELLED"}

MOVES: dict[State, frozenset[State]] = {
    # Steps may be missing, so each state reaches every later one: one recorded chain is 2, 120, 800.
    DRAFT: frozenset({SENT_LOCAL}),
    SENT_LOCAL: frozenset(_ON_THE_WAY | _REFUSED | _LATER),
    "PORT_SAVED": frozenset((_ON_THE_WAY | _REFUSED | _LATER) - {"PORT_SAVED"}),
    "PORT_DECLARING": frozenset({"SENT", "SEND_FAILED", ACCEPTED} | _REFUSED | _LATER),
    "SENT": frozenset({"SEND_FAILED", ACCEPTED} | _REFUSED | _LATER),
    "SEND_FAILED": frozenset({"PORT_DECLARING", "SENT", ACCEPTED} | _REFUSED | _LATER),
    FORMAT_ERROR: frozenset({SENT_LOCAL}),
    ERROR: frozenset({SENT_LOCAL, REJECTED, ACCEPTED} | _LATER),
    REJECTED: frozenset({SENT_LOCAL, "CANCELLED"}),
    ACCEPTED: frozenset(_UNDONE | _LATER),
    "MANUAL_REVIEW": frozenset((_UNDONE | _LATER) - {"MANUAL_REVIEW"}),
    "REVIEWED": frozenset((_UNDONE | _LATER) - {"REVIEWED"}),
    "INSPECTION": frozenset((_UNDONE | _LATER) - {"INSPECTION"}),
    "DETAINED": frozenset({"INSPECTION", "RETURNED_OUT"} | _AFTER),
    "RETURNED_OUT": frozenset({"CLOSED"}),
    RELEASED: frozenset({"CLOSED"}),
    "CLOSED": frozenset(),
    "CANCELLED": frozenset(),
}
"""Of a declaration list; order, payment and waybill documents use the part up to ACCEPTED."""

STATES: Final = tuple(MOVES)

UNSENT_OR_REFUSED: Final = frozenset({DRAFT, REJECTED, ERROR, FORMAT_ERROR})
SETTLED: Final = frozenset({ACCEPTED} | _LATER)
"""ACCEPTED or later: a refusal that names no sending of ours changes none of these."""

STATE_OF_STATUS: dict[int, State] = {
    1: "PORT_SAVED",
    2: "PORT_DECLARING",
    3: "SENT",
    4: "SEND_FAILED",
    100: REJECTED,
    120: ACCEPTED,
    300: "MANUAL_REVIEW",
    399: "REVIEWED",
    500: "INSPECTION",
    501: "DETAINED",
    502: "DETAINED",
    503: "DETAINED",
    599: "DETAINED",
    700: "RETURNED_OUT",
    800: RELEASED,
    899: "CLOSED",
}

_LOWEST_REFUSAL_RANK = 100

for _state, _targets in MOVES.items():
    if not _targets <= MOVES.keys():
        raise ValueError(f"{_state} moves to unknown states {_targets - MOVES.keys()}")
if not set(STATE_OF_STATUS.values()) <= MOVES.keys():
    raise ValueError("a receipt status names an unknown state")


class IllegalMove(Exception):
    """A program asked for a move that the table does not have: a fault of ours, never customs'."""


def rank(status: int) -> int:
    """Return what decides between receipts of one instant: 1 < 2 < 3 < 120 < 300 < ... < 899."""
    return status if status > 0 else _LOWEST_REFUSAL_RANK


def may_move(old: State, new: State) -> bool:
    """Say whether the table has the move."""
    return new in MOVES[old]


def check_move(old: State, new: State) -> State:
    """Return ``new``; ``IllegalMove`` when the table does not have the move."""
    if not may_move(old, new):
        raise IllegalMove(f"{old} -> {new}")
    return new
