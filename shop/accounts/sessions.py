"""Decides who a session token speaks for.

Leaves cookies to shop.web.login and the proof of being somebody to the sign-in verbs.

Nothing of it is kept in a process: who is signed out in one is out in all of them at once.
"""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, insert, update

from kernel import clock, db, ids
from kernel.batch import Batch
from kernel.clock import DAY, HOUR, Instant
from shop.accounts.tables import login_session, session_device

SHOPPER_FOR = 30 * DAY
STAFF_FOR = 12 * HOUR


@dataclass(frozen=True)
class SignedIn:
    """Whom a live session speaks for; ``role`` is 'shopper' or the staff role."""

    kind: str
    id: int
    role: str
    outlet_id: int | None
    language: str | None
    expires_at: Instant


def token_hash(token: str) -> str:
    """Return what is kept of a token."""
    # 256 random bits need no key and no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    conn: Connection,
    *,
    at: Instant,
    account_id: int | None = None,
    staff_id: int | None = None,
    device: str = "",
) -> str:
    """Return the token of a new session of one account or one staff member.

    ``device`` is the browser in words, by which the person recognises the session later.
    """
    token, session_id = secrets.token_urlsafe(32), ids.new()
    conn.execute(
        insert(login_session).values(
            id=session_id,
            token_hash=token_hash(token),
            account_id=account_id,
            staff_id=staff_id,
            created_at=at,
            expires_at=at + (STAFF_FOR if account_id is None else SHOPPER_FOR),
        )
    )
    if device:
        conn.execute(insert(session_device).values(session_id=session_id, device=device[:60]))
    return token


def signed_in(token: str) -> SignedIn | None:
    """Return whom a token speaks for now, or None when its session is over or unknown."""
    with db.read() as conn:
        verdict = _read(conn, token_hash(token))
    return verdict if verdict is not None and clock.now() < verdict.expires_at else None


_SIGNED_IN = """
SELECT s.account_id, s.staff_id, s.expires_at, a.language, m.role, m.outlet_id
FROM login_session s
LEFT JOIN account a ON a.id = s.account_id
LEFT JOIN staff m ON m.id = s.staff_id
WHERE s.token_hash = :token_hash AND s.revoked_at IS NULL
"""


def _read(conn: Connection, key: str) -> SignedIn | None:
    with Batch(conn) as batch:
        found = batch.fetch(_SIGNED_IN, {"token_hash": key})
    for account_id, staff_id, expires_at, language, role, outlet_id in found():
        if account_id is not None:
            return SignedIn("account", account_id, "shopper", None, language, expires_at)
        return SignedIn("staff", staff_id, role, outlet_id, None, expires_at)
    return None


def close_session(conn: Connection, token: str, *, at: Instant) -> None:
    """End the session of a token; a token that is none ends nothing."""
    key = token_hash(token)
    conn.execute(
        update(login_session)
        .where(login_session.c.token_hash == key, login_session.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def end_sessions_of_staff(conn: Connection, staff_id: int, *, at: Instant) -> None:
    """End every session of a staff member: the password or the role they stand on is another."""
    conn.execute(
        update(login_session)
        .where(login_session.c.staff_id == staff_id, login_session.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
