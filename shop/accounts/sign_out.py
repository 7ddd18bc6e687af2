"""Decides that a session is over.

Leaves taking the cookie away to shop.web.login.
"""

from kernel import clock, db
from shop.accounts.sessions import close_session, disbelieve


def sign_out(token: str) -> None:
    """End the session of a token, everywhere within five seconds and here at once."""
    with db.write() as conn:
        closed = close_session(conn, token, at=clock.now())
    disbelieve(closed)
