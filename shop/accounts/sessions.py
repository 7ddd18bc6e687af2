"""Decides who a session token speaks for, and for how long this process may believe it.

Leaves cookies to shop.web.login and the proof of being somebody to the sign-in verbs.

A verdict is believed for at most five seconds in each process, so that placing an order
asks the database nothing; a session signed out elsewhere ends within that time, one signed
out here at once.
"""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from kernel import clock, db, ids
from kernel.clock import DAY, MINUTE, Instant
from shop.accounts.tables import account, login_session, staff

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


def _token_hash(token: str) -> str:
    # 256 random bits need no key and no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    conn: Connection, *, at: Instant, account_id: int | None = None, staff_id: int | None = None
) -> str:
    """Return the token of a new session of one account or one staff member."""
    token = secrets.token_urlsafe(32)
    conn.execute(
        insert(login_session).values(
            id=ids.new(),
            token_hash=_token_hash(token),
            account_id=account_id,
            staff_id=staff_id,
            created_at=at,
            expires_at=at + (STAFF_FOR if account_id is None else SHOPPER_FOR),
        )
    )
    return token


def signed_in(token: str) -> SignedIn | None:
    """Return whom a token speaks for now, or None when its session is over or unknown."""
    at, key = clock.now(), _token_hash(token)
    known = _believed.get(key)
    if known is not None and known[0] <= at < known[0] + BELIEVED_FOR:
        verdict = known[1]
    else:
        with db.read() as conn:
            verdict = _read(conn, key)
        if len(_believed) >= _KEPT:
            _believed.clear()
        _believed[key] = (at, verdict)
    return verdict if verdict is not None and at < verdict.expires_at else None


def _read(conn: Connection, key: str) -> SignedIn | None:
    row = conn.execute(
        select(
            login_session.c.account_id,
            login_session.c.staff_id,
            login_session.c.expires_at,
            account.c.language,
            staff.c.role,
            staff.c.outlet_id,
        )
        .select_from(login_session)
        .outerjoin(account, account.c.id == login_session.c.account_id)
        .outerjoin(staff, staff.c.id == login_session.c.staff_id)
        .where(login_session.c.token_hash == key, login_session.c.revoked_at.is_(None))
    ).first()
    if row is None:
        return None
    if row.account_id is not None:
        return SignedIn("account", row.account_id, "shopper", None, row.language, row.expires_at)
    return SignedIn("staff", row.staff_id, row.role, row.outlet_id, None, row.expires_at)


def close_session(conn: Connection, token: str, *, at: Instant) -> None:
    """End the session of a token; a token that is none ends nothing."""
    key = _token_hash(token)
    conn.execute(
        update(login_session)
        .where(login_session.c.token_hash == key, login_session.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    _believed.pop(key, None)


def forget_believed() -> None:
    """Drop what this process believes; for tests and for a change of database."""
    _believed.clear()
