"""Decides which state of a customs order may follow which; who moves it is the verbs' business."""

from kernel.errors import Refusal

MOVES: dict[str, frozenset[str]] = {
    "placed": frozenset({"paid", "expired", "cancelled", "owed"}),
    "paid": frozenset({"declared", "released", "refused"}),
    "declared": frozenset({"released", "refused"}),
    "released": frozenset({"left_zone", "refused"}),
    "left_zone": frozenset({"signed_for", "returned"}),
    "signed_for": frozenset({"returned"}),
    "returned": frozenset(),
    "refused": frozenset(),
    "expired": frozenset({"owed"}),
    "cancelled": frozenset({"owed"}),
    "owed": frozenset(),
}
"""``declared``: the list is accepted; ``owed``: money came that could not be honoured;
``returned``: all of it is back in the zone, and customs has granted that.
"""

assert all(after in MOVES for moves in MOVES.values() for after in moves)

RANK = {"placed": 0, "paid": 1, "declared": 2, "released": 3, "left_zone": 4, "signed_for": 5}
"""How far along the way of a sale that goes well."""


class IllegalMove(Refusal):
    """The order's state does not allow the move; nothing was changed."""

    code = "illegal_move"

    def __init__(self, *, before: str, after: str) -> None:
        super().__init__(before=before, after=after)


def move(before: str, after: str) -> str:
    """Return ``after``; ``IllegalMove`` when it may not follow ``before``."""
    if after not in MOVES[before]:
        raise IllegalMove(before=before, after=after)
    return after
