"""Decides whether an account's consent to one purpose is in force.

Leaves the texts to the pages and the acts of giving and withdrawing to the verbs.
"""

from sqlalchemy import Connection, insert, select, update

from kernel import ids
from kernel.clock import Instant
from shop.accounts.tables import consent

ID_NUMBER = "id_number"
# The version of the text on the identity page; a new text gets a new one and asks again.
ID_NUMBER_VERSION = "2026-11"


def consent_in_force(conn: Connection, account_id: int) -> bool:
    """Return whether the use of the ID number is agreed to, in the text now shown."""
    found = conn.execute(
        select(consent.c.id).where(
            consent.c.account_id == account_id,
            consent.c.purpose == ID_NUMBER,
            consent.c.version == ID_NUMBER_VERSION,
            consent.c.withdrawn_at.is_(None),
        )
    ).first()
    return found is not None


def write_consent(conn: Connection, account_id: int, *, version: str, at: Instant) -> None:
    """Put a consent in force; an older version ends with it, the same one stays as it was."""
    in_force = conn.execute(
        select(consent.c.version).where(
            consent.c.account_id == account_id,
            consent.c.purpose == ID_NUMBER,
            consent.c.withdrawn_at.is_(None),
        )
    ).scalar()
    if in_force == version:
        return
    end_consent(conn, account_id, at=at)
    conn.execute(
        insert(consent).values(
            id=ids.new(), account_id=account_id, purpose=ID_NUMBER, version=version, given_at=at
        )
    )


def end_consent(conn: Connection, account_id: int, *, at: Instant) -> int:
    """Return how many consents ended: 1, or 0 when none was in force."""
    return conn.execute(
        update(consent)
        .where(
            consent.c.account_id == account_id,
            consent.c.purpose == ID_NUMBER,
            consent.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=at)
    ).rowcount
