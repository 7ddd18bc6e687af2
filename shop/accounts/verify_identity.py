"""Decides that an account belongs to a person of age who agreed to the use of the ID number.

Leaves the answer itself to the identity service and the yearly limit to settlement.tax.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select

from kernel import audit, clock, crypto, db, ids, register
from kernel.actor import Actor
from kernel.clock import Instant, china_date
from shop.accounts.consents import consent_in_force
from shop.accounts.errors import (
    ConsentNotGiven,
    IdentityMinor,
    IdentityMismatch,
    IdentitySettled,
    IdentityUnavailable,
    NameInvalid,
)
from shop.accounts.id_number import checked_id_number
from shop.accounts.identity_service import IdentityAnswer, IdentityVerifier
from shop.accounts.tables import account, identity
from shop.accounts.throttle import IDENTITIES, give_back_attempt, take_attempt

_NAME = re.compile(r"[^\W\d_]+(?:[·. ][^\W\d_]+)*")


@dataclass(frozen=True)
class _Asked:
    account_id: int
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    person_lookup: str


def checked_name(typed: str) -> str:
    """Return a name as an ID card has it, 2 to 50 letters; raises ``NameInvalid``."""
    name = " ".join(unicodedata.normalize("NFKC", typed).split()).replace("•", "·")
    if not 2 <= len(name) <= 50 or not _NAME.fullmatch(name):
        raise NameInvalid
    return name


def verify_identity(actor: Actor, name: str, id_number: str, *, verifier: IdentityVerifier) -> None:
    """Verify the account as a person; a second time with the same person changes nothing.

    Raises ``NameInvalid``, ``IdNumberInvalid``, ``IdentityMinor``, ``ConsentNotGiven``,
    ``TooManyAttempts`` (five a day), ``IdentityMismatch``, ``IdentitySettled`` and
    ``IdentityUnavailable``.  The verifier is asked between two transactions.
    """
    at = clock.now()
    number = checked_id_number(id_number, on=china_date(at))
    asked = _Asked(actor.id, checked_name(name), number, register.person_lookup(number))
    with db.write() as conn:
        if not consent_in_force(conn, actor.id):
            raise ConsentNotGiven
        if _already(conn, asked):
            return
        take_attempt(conn, IDENTITIES, subject=str(actor.id), at=at)
    answer = _ask(asked, verifier)
    with db.write() as conn:
        _keep(conn, asked, answer, at)
    if answer.result == "minor":
        raise IdentityMinor
    if answer.result == "mismatch":
        raise IdentityMismatch


def _ask(asked: _Asked, verifier: IdentityVerifier) -> IdentityAnswer:
    """Return the verifier's answer; one that it cannot give is no attempt of the person's."""
    try:
        return verifier.verify(asked.name, asked.id_number)
    except IdentityUnavailable:
        with db.write() as conn:
            give_back_attempt(conn, IDENTITIES, subject=str(asked.account_id))
        raise


def _already(conn: Connection, asked: _Asked) -> bool:
    """Return whether the account is this person already; raises if it is another one."""
    kept = conn.execute(
        select(identity.c.person_lookup).where(
            identity.c.account_id == asked.account_id, identity.c.result == "match"
        )
    ).scalar()
    if kept is not None and kept != asked.person_lookup:
        raise IdentitySettled
    return kept is not None


def _keep(conn: Connection, asked: _Asked, answer: IdentityAnswer, at: Instant) -> None:
    # The account's row is the place where two answers for one account wait for each other.
    conn.execute(select(account.c.id).where(account.c.id == asked.account_id).with_for_update())
    if _already(conn, asked):
        return
    identity_id = ids.new()
    person = {"name": asked.name, "id_number": asked.id_number}
    sealed = crypto.seal_json(person, f"identity.person:{identity_id}")
    conn.execute(delete(identity).where(identity.c.account_id == asked.account_id))
    conn.execute(
        insert(identity).values(
            id=identity_id,
            account_id=asked.account_id,
            person_lookup=asked.person_lookup,
            person_sealed=sealed if answer.result == "match" else None,
            result=answer.result,
            source=answer.source,
            evidence_no=answer.evidence_no,
            verified_at=at,
        )
    )
    audit.record(
        conn,
        "verify_identity",
        subject=f"account:{asked.account_id}",
        detail={
            "result": answer.result,
            "source": answer.source,
            "evidence_no": answer.evidence_no,
        },
    )
