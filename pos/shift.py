"""Decides what a shift is, as terminal and server tell it to each other.

Closing is a numbered snapshot of sales that do not change any more: from which to which, how
many, what they sum to, what was counted.  It always succeeds; the difference is a figure, not a
reason to refuse.
"""

from dataclasses import asdict, dataclass
from typing import Any

from kernel.clock import Instant
from pos.errors import ShiftUnreadable
from pos.sale import is_uuid7
from pos.shapes import typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A shift; ``closed_at`` is 0 while it is open, and then all below it are 0 too.

    ``seq_from`` and ``seq_to`` are its first and last sale (0: none), ``voids`` the baskets given
    up before payment.
    """

    id: str
    shift_no: int
    clerk_no: str
    opened_at: Instant
    opening_cash_fen: int
    closed_at: Instant = 0
    counted_cash_fen: int = 0
    seq_from: int = 0
    seq_to: int = 0
    sales: int = 0
    sales_fen: int = 0
    voids: int = 0

    @property
    def expected_cash_fen(self) -> int:
        """What must lie in the drawer: what it began with and what the sales brought."""
        return self.opening_cash_fen + self.sales_fen

    @property
    def difference_fen(self) -> int:
        """Counted less expected; 0 while open."""
        return self.counted_cash_fen - self.expected_cash_fen if self.closed_at else 0


def shift_to_json(shift: Shift) -> dict[str, Any]:
    """Return a shift as it is sent."""
    return asdict(shift)


def shift_from_json(body: object) -> Shift:
    """Return the shift that was sent; raises ``ShiftUnreadable`` naming the field."""
    shift = Shift(**typed(body, Shift, _unreadable))
    if not is_uuid7(shift.id):
        raise _unreadable("id", shift.id)
    return shift


def _unreadable(field: str, given: str) -> ShiftUnreadable:
    return ShiftUnreadable(field=field, given=given[:40])
