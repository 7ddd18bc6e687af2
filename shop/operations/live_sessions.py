"""Decides which sessions a person is shown, and that any of them can be ended.

Leaves opening one to the sign-in verbs and believing one to ``sessions``.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, update

from kernel import audit, clock, db
from kernel.actor import Actor
from kernel.clock import Instant
from shop.accounts.errors import SessionUnknown
from shop.accounts.sessions import token_hash
from shop.accounts.tables import login_session, session_device, staff


@dataclass(frozen=True, slots=True)
class LiveSession:
    """One session that is open now; ``current`` is the one that asks."""

    id: int
    login: str
    role: str
    device: str
    created_at: Instant
    expires_at: Instant
    current: bool


def sessions_of(conn: Connection, who: Actor, *, token: str | None) -> list[LiveSession]:
    """Return the live sessions of a shopper or staff member, the newest first."""
    return _rows(conn, _live(token).where(_owned_by(who)))


def staff_sessions(
    conn: Connection, *, token: str | None, before: int | None = None, most: int
) -> list[LiveSession]:
    """Return the live sessions of all staff, the newest first, at most ``most``."""
    asked = _live(token).where(login_session.c.staff_id.is_not(None))
    if before is not None:
        asked = asked.where(login_session.c.id < before)
    return _rows(conn, asked.limit(most))


def end_session(session_id: int, *, of: Actor | None) -> None:
    """End one session: of ``of``, or with None of any staff member, as an administrator may.

    It opens nothing from then on, in any process.  Raises ``SessionUnknown``.
    """
    whose = login_session.c.staff_id.is_not(None) if of is None else _owned_by(of)
    if _end((login_session.c.id == session_id) & whose) != 1:
        raise SessionUnknown


def end_other_sessions(of: Actor, *, token: str | None) -> int:
    """End every session of a person but the one that asks; return how many."""
    other = login_session.c.token_hash != token_hash(token or "")
    return _end(_owned_by(of) & other)


def _end(which: ColumnElement[bool]) -> int:
    at = clock.now()
    with db.write() as conn:
        ended = conn.execute(
            update(login_session)
            .where(which, login_session.c.revoked_at.is_(None), login_session.c.expires_at > at)
            .values(revoked_at=at)
            .returning(login_session.c.id)
        ).all()
        for row in ended:
            audit.record(conn, "end_session", subject=f"login_session:{row.id}")
    return len(ended)


def _owned_by(who: Actor) -> ColumnElement[bool]:
    own = login_session.c.account_id if who.kind == "account" else login_session.c.staff_id
    return own == who.id


def _live(token: str | None) -> Select[Any]:
    kept, own = login_session.c, token_hash(token or "")
    return (
        select(
            kept.id,
            func.coalesce(staff.c.login, ""),
            func.coalesce(staff.c.role, "shopper"),
            func.coalesce(session_device.c.device, ""),
            *(kept.created_at, kept.expires_at, kept.token_hash == own),
        )
        .select_from(login_session)
        .outerjoin(staff, staff.c.id == kept.staff_id)
        .outerjoin(session_device, session_device.c.session_id == kept.id)
        .where(kept.revoked_at.is_(None), kept.expires_at > clock.now())
        .order_by(kept.id.desc())
    )


def _rows(conn: Connection, asked: Select[Any]) -> list[LiveSession]:
    return [LiveSession(*row) for row in conn.execute(asked)]
