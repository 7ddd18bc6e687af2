"""Decides that a staff member is signed in, by login and password.

Leaves which page a role opens to shop.web.login.
"""

from sqlalchemy import select

from kernel import audit, clock, crypto, db
from shop.accounts.errors import StaffSignInWrong
from shop.accounts.passwords import NOBODY, password_fits
from shop.accounts.sessions import open_session
from shop.accounts.tables import staff
from shop.accounts.throttle import STAFF_SIGN_INS, forget_attempts, take_attempt


def sign_in_staff(login: str, password: str) -> str:
    """Return the token of a new staff session.

    Raises ``StaffSignInWrong`` for an unknown login and a wrong password alike and
    ``TooManyAttempts`` after five in a quarter of an hour.  The slow hash is compared
    outside any transaction.
    """
    name = login.strip().lower()
    subject = crypto.lookup(name, "staff_login")
    with db.write() as conn:
        take_attempt(conn, STAFF_SIGN_INS, subject=subject, at=clock.now())
        row = conn.execute(
            select(staff.c.id, staff.c.password_hash).where(staff.c.login == name)
        ).first()
    fits = password_fits(row.password_hash if row else NOBODY, password)
    if row is None or not fits:
        raise StaffSignInWrong
    with db.write() as conn:
        forget_attempts(conn, STAFF_SIGN_INS, subject=subject)
        audit.record(conn, "sign_in_staff", subject=f"staff:{row.id}", detail={})
        return open_session(conn, at=clock.now(), staff_id=row.id)
