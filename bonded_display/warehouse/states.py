"""Decide which state a pick task, an exit batch or a parcel that comes back may go to next.

What happens with a change is each verb's.
"""

from collections.abc import Mapping

from bonded_display.warehouse.errors import NotNow

Moves = Mapping[str, frozenset[str]]

TASK_MOVES: Moves = {
    "open": frozenset({"picking", "picked", "void"}),
    "picking": frozenset({"picked", "void"}),
    "picked": frozenset({"packed", "void"}),
    # Back again when customs opened the parcel, or kept samples of it.
    "packed": frozenset({"loaded", "picked", "picking", "void"}),
    "loaded": frozenset(),
    # Again once a withdrawal was refused: the order goes on.
    "void": frozenset({"open"}),
}

BATCH_MOVES: Moves = {
    "open": frozenset({"closed"}),
    # The zone is being asked; parcels stand still until it answered or one is taken out.
    "closed": frozenset({"listed", "open"}),
    "listed": frozenset({"pass_requested"}),
    "pass_requested": frozenset({"approved"}),
    "approved": frozenset({"gone"}),
    "gone": frozenset(),
}

RETURN_MOVES: Moves = {
    "asked": frozenset({"arrived", "given_up"}),
    "arrived": frozenset({"checked", "unfit"}),
    # Good as new: declared (625); the goods lie apart until customs has granted it, or will not.
    "checked": frozenset({"restored", "refused"}),
    "restored": frozenset(),
    # Customs refused it for good: the parcel goes to the shopper again.
    "refused": frozenset(),
    # Not as it left: nothing is declared, the parcel goes to the shopper again.
    "unfit": frozenset(),
    "given_up": frozenset(),
}


OPEN_RETURNS = tuple(state for state, ends in RETURN_MOVES.items() if ends)
"""States in which a return goes on: asked, arrived, checked."""

KEPT_RETURNS = ("refused", "unfit", "given_up")
"""States in which a return has ended and its pieces are the shopper's."""


def check_moves(moves: Moves) -> None:
    """Raise ``ValueError`` when a move leads to a state that is not in the table."""
    unknown = {to for targets in moves.values() for to in targets} - moves.keys()
    if unknown:
        raise ValueError(f"moves to unknown states: {sorted(unknown)}")


for _moves in (TASK_MOVES, BATCH_MOVES, RETURN_MOVES):
    check_moves(_moves)


def require_move(moves: Moves, *, subject: str, state: str, to: str) -> None:
    """Pass when ``state`` may become ``to``; else raise ``NotNow`` with both."""
    if to not in moves[state]:
        raise NotNow(subject=subject, state=state, to=to)
