"""Decides that a shopper agrees to the use of the ID number for customs.

Leaves checking the number to verify_identity.py.
"""

from kernel import audit, clock, db
from kernel.actor import Actor
from shop.accounts.consents import ID_NUMBER_VERSION, write_consent
from shop.accounts.errors import ConsentNotGiven


def give_consent(actor: Actor, version: str) -> None:
    """Put the consent in force; raises ``ConsentNotGiven`` for a text no longer shown."""
    if version != ID_NUMBER_VERSION:
        raise ConsentNotGiven
    with db.write() as conn:
        write_consent(conn, actor.id, version=version, at=clock.now())
        audit.record(conn, "give_consent", subject=actor.owner, detail={"version": version})
