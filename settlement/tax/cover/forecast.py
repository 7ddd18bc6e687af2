"""Decide when a guarantee is told to run out, and at which hour it will at the present rate.

Who reads the warning, and files a further guarantee, is a person's business.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from kernel import ids, outbox
from kernel.clock import HOUR, Instant, china_date, china_time
from kernel.logs import log
from settlement.tax import tables
from settlement.tax.cover.queue import FORGOTTEN

WARN_BP = 8_000
"""The share from which it is told: 80 %.  Source: rules.md section 5."""

WINDOW = 6 * HOUR
"""The last hours whose rate is taken for the next (K)."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """How a guarantee stands, in fen; ``full_at`` None: at this rate it never runs out.

    ``waiting`` documents need ``waiting_fen`` under guarantees of its purpose.
    """

    guarantee_id: int
    purpose: str
    assure_code: str
    limit_fen: int
    held_fen: int
    full_at: Instant | None
    waiting: int = 0
    waiting_fen: int = 0

    @property
    def left_fen(self) -> int:
        """Return the room that is left; below nought when a bill went past the limit."""
        return self.limit_fen - self.held_fen

    @property
    def full(self) -> bool:
        """Return whether the next document has to wait."""
        return self.left_fen <= 0 or self.waiting > 0

    @property
    def full_hour(self) -> str:
        """Return the hour in China at which it runs out, to be shown; a dash: never at this rate."""
        return "—" if self.full_at is None else f"{china_time(self.full_at):%Y-%m-%d %H:00}"

    @property
    def share_bp(self) -> int:
        """Return the part of the limit that is held, rounded down."""
        return self.held_fen * 10_000 // self.limit_fen

    @property
    def warns(self) -> bool:
        """Return whether somebody is to be told."""
        return self.share_bp >= WARN_BP


def forecasts(conn: Connection, *, at: Instant) -> list[Forecast]:
    """Return how each guarantee in force stands, the fullest first; three statements."""
    guarantee, on = tables.guarantee.c, china_date(at)
    filed = conn.execute(
        select(tables.guarantee).where(guarantee.valid_from_on <= on, guarantee.valid_to_on >= on)
    ).all()
    queue = tables.guarantee_queue.c
    waiting = {
        row.purpose: (int(row.documents), int(row.fen))
        for row in conn.execute(
            select(
                queue.purpose,
                func.count().label("documents"),
                func.sum(queue.amount_fen).label("fen"),
            )
            .where(queue.asked_at >= at - FORGOTTEN)
            .group_by(queue.purpose)
        )
    }
    growth = _growth(conn, at)
    found = [
        Forecast(
            row.id,
            row.purpose,
            row.assure_code,
            row.limit_fen,
            row.held_fen,
            full_at(row.limit_fen - row.held_fen, *growth.get(row.id, (0, HOUR)), at=at),
            *waiting.get(row.purpose, (0, 0)),
        )
        for row in filed
    ]
    return sorted(found, key=lambda one: -one.share_bp)


def roomiest(conn: Connection, *, purpose: str, at: Instant) -> Forecast | None:
    """Return the guarantee with most room, under which documents are held; None: none in force."""
    of_purpose = [one for one in forecasts(conn, at=at) if one.purpose == purpose]
    return max(of_purpose, key=lambda one: one.left_fen, default=None)


def full_at(left_fen: int, grown_fen: int, within: Instant, *, at: Instant) -> Instant | None:
    """Return when ``left_fen`` is used up if ``grown_fen`` more are held every ``within``.

    ``at`` itself when nothing is left; None while nothing grows.
    """
    if left_fen <= 0:
        return at
    return at + left_fen * within // grown_fen if grown_fen > 0 else None


def _growth(conn: Connection, at: Instant) -> dict[int, tuple[int, Instant]]:
    """Return what each guarantee grew by in the last hours, and in how long; at least an hour.

    What the paid period sets free is left out: it comes once a month, not every hour.
    """
    movement = tables.guarantee_movement.c
    rows = conn.execute(
        select(
            movement.guarantee_id,
            func.sum(movement.amount_fen).label("fen"),
            func.min(movement.at).label("first_at"),
        )
        .where(movement.id >= ids.earliest(at - WINDOW), movement.kind != "restore")
        .group_by(movement.guarantee_id)
    )
    return {
        row.guarantee_id: (int(row.fen), max(HOUR, min(WINDOW, at - row.first_at))) for row in rows
    }


def tell_when_low(conn: Connection, guarantee_id: int, *, by_fen: int, at: Instant) -> None:
    """Record the fact ``guarantee.low`` when ``by_fen`` more have just reached 80 % of the limit.

    It carries ``full_at``, the forecast instant of exhaustion, or null.
    """
    table = tables.guarantee
    row = conn.execute(select(table).where(table.c.id == guarantee_id)).one()
    if row.held_fen > row.limit_fen:
        log.error("guarantee_over_limit", guarantee_id=str(guarantee_id), held_fen=row.held_fen)
    line_fen = -(-row.limit_fen * WARN_BP // 10_000)
    if not row.held_fen - by_fen < line_fen <= row.held_fen:
        return
    grown, within = _growth(conn, at).get(guarantee_id, (0, HOUR))
    outbox.record(
        conn,
        "guarantee.low",
        subject=f"guarantee:{guarantee_id}",
        subject_seq=1,
        payload={
            "purpose": row.purpose,
            "assure_code": row.assure_code,
            "limit_fen": row.limit_fen,
            "held_fen": row.held_fen,
            "full_at": full_at(row.limit_fen - row.held_fen, grown, within, at=at),
        },
        at=at,
    )
