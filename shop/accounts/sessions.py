"""Decides who a session token speaks for, and for how long this process may believe it.

Leaves cookies to shop.web.login and the proof of being somebody to the sign-in verbs.

A verdict is believed for at most five seconds in each process, so that placing an order
asks the database nothing; a session signed out elsewhere ends within that time, one signed
out here at once.
"""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, insert, update

from kernel import clock, db, ids
from kernel.batch import Batch
from kernel.clock import DAY, MINUTE, Instant
from shop.accounts.tables import login_session, session_device

SHOPPER_FOR = 30 * DAY
STAFF_FOR = 12 * 60 * MINUTE
BELIEVED_FOR = 5 * MINUTE // 60
_KEPT = 20_000


@dataclass(frozen=True)
class SignedIn:
    """Whom a live session speaks for; ``role`` is 'shopper' or the staff role."""

    kind: str
    id: int
    role: str
    outlet_id: int | None
    language: str | None
    expires_at: Instant


_believed: dict[str, tuple[Instant, SignedIn | None]] = {}
_ended: list[int] = [0]
"""How often a session was ended here: a verdict read meanwhile may be of the time before."""


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
    at, key = clock.now(), token_hash(token)
    known = _believed.get(key)
    if known is not None and known[0] <= at < known[0] + BELIEVED_FOR:
        verdict = known[1]
    else:
        ended = _ended[0]
        with db.read() as conn:
            verdict = _read(conn, key)
        if len(_believed) >= _KEPT:
            _believed.clear()
        _believed[key] = (at, verdict)
        if ended != _ended[0]:
            _believed.pop(key, None)
    return verdict if verdict is not None and at < verdict.expires_at else None


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


def close_session(conn: Connection, token: str, *, at: Instant) -> str:
    """End the session of a token; a token that is none ends nothing.

    Returns the hash that the caller disbelieves after the commit.
    """
    key = token_hash(token)
    conn.execute(
        update(login_session)
        .where(login_session.c.token_hash == key, login_session.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return key


def disbelieve(*kept_hashes: str) -> None:
    """Ask the database anew about the sessions of token hashes; called after their end is committed.

    Before the commit it would be in vain: another request reads the session as it still stands,
    and believes it.
    """
    _ended[0] += 1
    for kept_hash in kept_hashes:
        _believed.pop(kept_hash, None)


def end_sessions_of_staff(conn: Connection, staff_id: int, *, at: Instant) -> list[str]:
    """End every session of a staff member: the password or the role they stand on is another.

    Returns the hashes that the caller disbelieves after the commit.
    """
    ended = conn.execute(
        update(login_session)
        .where(login_session.c.staff_id == staff_id, login_session.c.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(login_session.c.token_hash)
    )
    return list(ended.scalars())


def forget_believed() -> None:
    """Drop what this process believes; for tests and for a change of database."""
    _believed.clear()
