"""Decides which passkeys a staff member has, and that one is added or removed.

Leaves the proof that it was made for this site to ceremony.py.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, or_, select, update

from kernel import audit, clock, config, db, ids
from kernel.clock import Instant
from shop.accounts.errors import (
    PasskeyKnown,
    PasskeyLastWayIn,
    PasskeysEnough,
    PasskeyUnknown,
)
from shop.accounts.passkeys.ceremony import ask_to_make, made_passkey, site_of
from shop.accounts.passkeys.challenges import asked, give_challenge, take_challenge
from shop.accounts.tables import passkey, staff

MOST_PASSKEYS = 10
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """A passkey as its owner sees it; ``ended`` is one whose counter went back."""

    id: int
    name: str
    made_at: Instant
    last_used_at: Instant | None
    ended: bool


def passkeys_of(conn: Connection, staff_id: int) -> list[OwnPasskey]:
    """Return a person's passkeys, the newest first, with those a gone-back counter ended."""
    kept = passkey.c
    seen = or_(kept.ended_at.is_(None), kept.ended_why == "counter")
    rows = conn.execute(
        select(kept.id, kept.name, kept.made_at, kept.last_used_at, kept.ended_at.is_not(None))
        .where(kept.staff_id == staff_id, seen)
        .order_by(kept.id.desc())
    )
    return [OwnPasskey(*row) for row in rows]


def begin_passkey(staff_id: int, *, holder: str) -> str:
    """Return the JSON options with which a browser makes a passkey for a staff member.

    Raises ``PasskeysNeedHostName`` and ``PasskeysEnough``.
    """
    site = site_of(config.current().public_url)
    with db.write() as conn:
        known = _live(conn, staff_id)
        if len(known) >= MOST_PASSKEYS:
            raise PasskeysEnough(most=MOST_PASSKEYS)
        login = conn.execute(select(staff.c.login).where(staff.c.id == staff_id)).scalar_one()
        challenge = give_challenge(conn, holder=holder, at=clock.now(), staff_id=staff_id)
    return ask_to_make(site, challenge, staff_id=staff_id, login=login, known=known)


def add_passkey(staff_id: int, sent: str, *, name: str, holder: str) -> int:
    """Return the id of the passkey that a browser made for what it was asked.

    Raises ``PasskeyChallengeGone``, ``PasskeyNotAdded``, ``PasskeyKnown`` and
    ``PasskeysEnough``; a challenge is spent whatever follows.
    """
    site = site_of(config.current().public_url)
    with db.write() as conn:
        taken = take_challenge(conn, holder=holder, at=clock.now(), staff_id=staff_id)
    made = made_passkey(site, asked(taken), sent)
    passkey_id = ids.new()
    with db.write() as conn:
        _person(conn, staff_id)
        if len(_live(conn, staff_id)) >= MOST_PASSKEYS:
            raise PasskeysEnough(most=MOST_PASSKEYS)
        same = select(passkey.c.id).where(passkey.c.credential_id == made.credential_id)
        if conn.execute(same).first() is not None:
            raise PasskeyKnown
        conn.execute(
            insert(passkey).values(
                id=passkey_id,
                staff_id=staff_id,
                credential_id=made.credential_id,
                public_key=made.public_key,
                sign_count=made.sign_count,
                name=" ".join(name.split())[:LONGEST_NAME],
                made_at=clock.now(),
            )
        )
        audit.record(conn, "add_passkey", subject=f"staff:{staff_id}", detail={"id": passkey_id})
    return passkey_id


def remove_passkey(staff_id: int, passkey_id: int) -> None:
    """End a passkey of a person; one that its counter ended leaves their list.

    Raises ``PasskeyUnknown``, and ``PasskeyLastWayIn`` when neither a password nor another
    passkey is left to sign in with.
    """
    kept = passkey.c
    with db.write() as conn:
        has_password = _person(conn, staff_id)
        row = conn.execute(
            select(kept.ended_at, kept.ended_why).where(
                kept.id == passkey_id, kept.staff_id == staff_id
            )
        ).first()
        if row is None or row.ended_why not in (None, "counter"):
            raise PasskeyUnknown
        if row.ended_at is None and not has_password and len(_live(conn, staff_id)) == 1:
            raise PasskeyLastWayIn
        conn.execute(
            update(passkey)
            .where(kept.id == passkey_id)
            .values(ended_at=func.coalesce(kept.ended_at, clock.now()), ended_why="removed")
        )
        detail = {"id": passkey_id}
        audit.record(conn, "remove_passkey", subject=f"staff:{staff_id}", detail=detail)


def _person(conn: Connection, staff_id: int) -> bool:
    """Say whether a staff member has a password; two deeds on their passkeys take turns."""
    kept = conn.execute(
        select(staff.c.password_hash).where(staff.c.id == staff_id).with_for_update(key_share=True)
    )
    return bool(kept.scalar_one())


def _live(conn: Connection, staff_id: int) -> list[str]:
    """Return the credential ids of the passkeys a person can sign in with."""
    live = select(passkey.c.credential_id).where(
        passkey.c.staff_id == staff_id, passkey.c.ended_at.is_(None)
    )
    return list(conn.execute(live).scalars())
