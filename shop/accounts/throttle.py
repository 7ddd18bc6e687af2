"""Decides whether one more attempt is allowed, exactly, by one conditional statement.

Leaves what an attempt is, and what follows when none is left, to the verbs.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kernel.clock import MINUTE, Instant
from shop.accounts.errors import TooManyAttempts
from shop.accounts.tables import attempt

SECOND = MINUTE // 60


@dataclass(frozen=True)
class Throttle:
    """At most ``most`` attempts in ``window``, none sooner than ``gap`` after the last (µs)."""

    purpose: str
    most: int
    window: int
    gap: int = 0


CODES = Throttle("code", most=5, window=60 * MINUTE, gap=MINUTE)
# Of a login from one network; who tries from elsewhere does not shut a colleague out.
STAFF_SIGN_INS = Throttle("staff_sign_in", most=5, window=15 * MINUTE)
# Of a login from all networks together: ten of them would have to be worn out.
STAFF_LOGINS = Throttle("staff_login", most=50, window=15 * MINUTE)
# Of a passkey from one network, and of all passkeys from one network: an outlet behind one line.
PASSKEY_SIGN_INS = Throttle("passkey_sign_in", most=5, window=15 * MINUTE)
PASSKEY_NETWORKS = Throttle("passkey_network", most=50, window=15 * MINUTE)
IDENTITIES = Throttle("identity", most=5, window=24 * 60 * MINUTE)


def take_attempt(conn: Connection, throttle: Throttle, *, subject: str, at: Instant) -> None:
    """Count one attempt of a subject, or raise ``TooManyAttempts`` with the seconds to wait."""
    insert = (postgresql if conn.dialect.name == "postgresql" else sqlite).insert(attempt)
    over = attempt.c.window_from_at <= at - throttle.window
    rested = attempt.c.last_at <= at - throttle.gap
    taken = conn.execute(
        insert.values(
            purpose=throttle.purpose, subject=subject, window_from_at=at, last_at=at, attempts=1
        )
        .on_conflict_do_update(
            index_elements=["purpose", "subject"],
            set_={
                "window_from_at": case((over, at), else_=attempt.c.window_from_at),
                "attempts": case((over, 1), else_=attempt.c.attempts + 1),
                "last_at": at,
            },
            where=and_(rested, or_(over, attempt.c.attempts < throttle.most)),
        )
        .returning(attempt.c.attempts)
    ).first()
    if taken is None:
        raise TooManyAttempts(wait_s=_wait_s(conn, throttle, subject, at))


def give_back_attempt(conn: Connection, throttle: Throttle, *, subject: str) -> None:
    """Uncount one attempt that nobody judged: an outage is not the subject's doing."""
    conn.execute(
        update(attempt)
        .where(attempt.c.purpose == throttle.purpose, attempt.c.subject == subject)
        .where(attempt.c.attempts > 0)
        .values(attempts=attempt.c.attempts - 1)
    )


def forget_attempts(conn: Connection, throttle: Throttle, *, subject: str) -> None:
    """Drop a subject's count after it succeeded."""
    conn.execute(
        delete(attempt).where(attempt.c.purpose == throttle.purpose, attempt.c.subject == subject)
    )


def _wait_s(conn: Connection, throttle: Throttle, subject: str, at: Instant) -> int:
    row = conn.execute(
        select(attempt.c.window_from_at, attempt.c.last_at, attempt.c.attempts).where(
            attempt.c.purpose == throttle.purpose, attempt.c.subject == subject
        )
    ).one()
    until = int(row.last_at) + throttle.gap
    if int(row.attempts) >= throttle.most:
        until = max(until, int(row.window_from_at) + throttle.window)
    return max(1, -(-(until - at) // SECOND))
