"""Decides that a shopper's ID number may no longer be used for new orders.

Leaves orders already declared as they are: customs holds them by law.
"""

from kernel import audit, clock, db
from kernel.actor import Actor
from shop.accounts.consents import end_consent


def withdraw_consent(actor: Actor) -> bool:
    """Return whether a consent was in force and has now ended."""
    with db.write() as conn:
        ended = end_consent(conn, actor.id, at=clock.now()) > 0
        if ended:
            audit.record(conn, "withdraw_consent", subject=actor.owner, detail={})
    return ended
