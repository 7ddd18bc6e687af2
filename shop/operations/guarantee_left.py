"""Decide how much a tax guarantee still has room for, and when it will be used up as things go.

Holding and restoring are ``settlement.tax.guarantees``'; what is closed by it, ``standing``'s.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, Connection, cast, func, select

from kernel import ids
from kernel.clock import DAY, Instant, china_date
from settlement.tax.tables import guarantee, guarantee_movement

WARNS_AT_BP = 8_000
"""Source: rules section 5: at 80 % a warning with the hour of exhaustion at today's rate."""
ALL_BP = 10_000


@dataclass(frozen=True, slots=True)
class GuaranteeLeft:
    """One guarantee in force; sums in fen, ``day_fen`` is what its use grew by in 24 hours."""

    assure_code: str
    purpose: str
    limit_fen: int
    held_fen: int
    valid_to_on: date
    day_fen: int

    @property
    def left_fen(self) -> int:
        """Return what can still be held, fen."""
        return max(0, self.limit_fen - self.held_fen)

    @property
    def used_bp(self) -> int:
        """Return how much is used, 1/100 %, cut off."""
        return self.held_fen * ALL_BP // self.limit_fen

    @property
    def level(self) -> str:
        """Return '' below 80 %, wait from there on, bad when nothing is left."""
        return "bad" if not self.left_fen else "wait" if self.used_bp >= WARNS_AT_BP else ""

    def used_up_at(self, at: Instant) -> Instant | None:
        """Return when nothing will be left at the rate of the last 24 hours; None: never."""
        return at + self.left_fen * DAY // self.day_fen if self.day_fen > 0 else None


def guarantees_left(conn: Connection, *, at: Instant) -> list[GuaranteeLeft]:
    """Return the guarantees in force on the day of ``at``, the fullest first; one statement."""
    table, movement, on = guarantee.c, guarantee_movement.c, china_date(at)
    grew = (
        select(cast(func.coalesce(func.sum(movement.amount_fen), 0), BigInteger))
        .where(movement.guarantee_id == table.id, movement.id >= ids.earliest(at - DAY))
        .scalar_subquery()
    )
    rows = conn.execute(
        select(
            *(table.assure_code, table.purpose, table.limit_fen, table.held_fen),
            *(table.valid_to_on, grew),
        )
        .where(table.valid_from_on <= on, table.valid_to_on >= on)
        .order_by(table.id)
    )
    found = [GuaranteeLeft(*row) for row in rows]
    return sorted(found, key=lambda one: -one.used_bp)
