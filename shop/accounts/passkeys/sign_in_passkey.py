"""Decides that a staff member is signed in, by a passkey alone.

Leaves which page a role opens to shop.web.login.
"""

from sqlalchemy import Connection, Row, and_, literal, or_, select, update

from kernel import audit, clock, config, crypto, db
from kernel.errors import Problem
from shop.accounts.errors import PasskeyCounterBack, PasskeyRefused
from shop.accounts.passkeys.ceremony import (
    ask_to_prove,
    proved_count,
    read_answer,
    site_of,
    user_handle,
)
from shop.accounts.passkeys.challenges import asked, give_challenge, take_challenge
from shop.accounts.sessions import open_session
from shop.accounts.tables import passkey
from shop.accounts.throttle import (
    PASSKEY_NETWORKS,
    PASSKEY_SIGN_INS,
    forget_attempts,
    give_back_attempt,
    take_attempt,
)


def begin_sign_in(*, holder: str) -> str:
    """Return the JSON options with which a browser signs in; raises ``PasskeysNeedHostName``."""
    site = site_of(config.current().public_url)
    with db.write() as conn:
        challenge = give_challenge(conn, holder=holder, at=clock.now())
    return ask_to_prove(site, challenge)


def sign_in_with_passkey(sent: str, *, holder: str, network: str, device: str = "") -> str:
    """Return the token of a new staff session.

    Raises ``PasskeyRefused`` for an unknown, removed or unproved passkey alike,
    ``PasskeyChallengeGone``, ``PasskeyCounterBack``, which ends the passkey, and
    ``TooManyAttempts`` after five of one passkey from one network, or fifty of all, in a
    quarter of an hour.  A challenge is spent whatever follows.
    """
    site, answer = site_of(config.current().public_url), read_answer(sent)
    one = crypto.lookup(f"{answer.credential_id} {network}", "passkey_network")
    every = crypto.lookup(network, "network")
    with db.write() as conn:
        take_attempt(conn, PASSKEY_SIGN_INS, subject=one, at=clock.now())
        take_attempt(conn, PASSKEY_NETWORKS, subject=every, at=clock.now())
        taken = take_challenge(conn, holder=holder, at=clock.now())
        kept = _kept(conn, answer.credential_id)
    challenge = asked(taken)
    if kept is None or answer.user_handle != user_handle(kept.staff_id):
        raise PasskeyRefused
    count = proved_count(site, challenge, answer, public_key=kept.public_key)
    with db.write() as conn:
        refused = _use(conn, kept, count)
        if refused is None:
            forget_attempts(conn, PASSKEY_SIGN_INS, subject=one)
            give_back_attempt(conn, PASSKEY_NETWORKS, subject=every)
            return open_session(conn, at=clock.now(), staff_id=kept.staff_id, device=device)
    raise refused


def _kept(conn: Connection, credential_id: str) -> Row[int, int, bytes] | None:
    return conn.execute(
        select(passkey.c.id, passkey.c.staff_id, passkey.c.public_key).where(
            passkey.c.credential_id == credential_id, passkey.c.ended_at.is_(None)
        )
    ).first()


def _use(conn: Connection, kept: Row[int, int, bytes], count: int) -> Problem | None:
    """Count one use of a passkey; return the problem when it may not be used, or counts back.

    Who departs or is given another password ends the passkey, so this row says it all; of two
    answers with one counter the second comes too late.
    """
    onward = or_(passkey.c.sign_count < count, and_(passkey.c.sign_count == 0, literal(count) == 0))
    live = and_(passkey.c.id == kept.id, passkey.c.ended_at.is_(None))
    used = update(passkey).where(live, onward).values(sign_count=count, last_used_at=clock.now())
    detail = {"by": "passkey", "id": kept.id}
    if conn.execute(used).rowcount == 1:
        audit.record(conn, "sign_in_staff", subject=f"staff:{kept.staff_id}", detail=detail)
        return None
    ended = update(passkey).where(live).values(ended_at=clock.now(), ended_why="counter")
    if conn.execute(ended).rowcount != 1:
        return PasskeyRefused()
    detail = {"why": "counter", "id": kept.id, "count": count}
    audit.record(conn, "end_passkey", subject=f"staff:{kept.staff_id}", detail=detail)
    return PasskeyCounterBack()
