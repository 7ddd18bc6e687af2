"""Decides that a session is over.

Leaves taking the cookie away to shop.web.login.
"""

from kernel import clock, db
from shop.accounts.sessions import close_session


def sign_out(token: str) -> None:
    """End the session of a token, in every process at once."""
    with db.write() as conn:
        close_session(conn, token, at=clock.now())
