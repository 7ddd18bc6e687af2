"""Decides which question a browser may answer: one, once, within three minutes.

Leaves what is asked to ceremony.py and the browser's token to its cookie.
"""

import hashlib
import secrets

from sqlalchemy import Connection, delete, insert, select

from kernel import ids
from kernel.clock import MINUTE, Instant
from shop.accounts.errors import PasskeyChallengeGone
from shop.accounts.tables import passkey_challenge

CHALLENGE_FOR = 3 * MINUTE
_SWEPT = 100


def give_challenge(
    conn: Connection, *, holder: str, at: Instant, staff_id: int | None = None
) -> bytes:
    """Return 32 random bytes that the browser with the token ``holder`` must have signed.

    With ``staff_id`` they are for adding a passkey of that person, else for signing in.
    What this browser was asked before, and what nobody answered in time, is thrown away.
    """
    challenge = secrets.token_bytes(32)
    _sweep(conn, at)
    conn.execute(delete(passkey_challenge).where(passkey_challenge.c.holder_hash == _hash(holder)))
    conn.execute(
        insert(passkey_challenge).values(
            id=ids.new(),
            holder_hash=_hash(holder),
            purpose="sign_in" if staff_id is None else "add",
            staff_id=staff_id,
            challenge=challenge,
            expires_at=at + CHALLENGE_FOR,
        )
    )
    return challenge


def take_challenge(
    conn: Connection, *, holder: str, at: Instant, staff_id: int | None = None
) -> bytes | None:
    """Return what this browser was asked for this purpose and forget it; None when nothing."""
    kept = passkey_challenge.c
    whose = kept.staff_id.is_(None) if staff_id is None else kept.staff_id == staff_id
    taken = conn.execute(
        delete(passkey_challenge)
        .where(kept.holder_hash == _hash(holder), whose, kept.expires_at > at)
        .returning(kept.challenge)
    ).scalar()
    return None if taken is None else bytes(taken)


def asked(challenge: bytes | None) -> bytes:
    """Return a challenge that was taken; raises ``PasskeyChallengeGone`` when none was."""
    if challenge is None:
        raise PasskeyChallengeGone
    return challenge


def _sweep(conn: Connection, at: Instant) -> None:
    """Delete what nobody answered, but for what somebody else deletes now."""
    kept = passkey_challenge.c
    late = select(kept.id).where(kept.expires_at <= at).limit(_SWEPT)
    gone = list(conn.execute(late.with_for_update(skip_locked=True)).scalars())
    if gone:
        conn.execute(delete(passkey_challenge).where(kept.id.in_(gone)))


def _hash(holder: str) -> str:
    # 256 random bits need no key and no slow hash.
    return hashlib.sha256(holder.encode()).hexdigest()
