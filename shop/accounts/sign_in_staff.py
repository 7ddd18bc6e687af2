"""Decides that a staff member is signed in, by login and password.

Leaves which page a role opens to shop.web.login, and passkeys to the folder of that name.
"""

from sqlalchemy import Connection, select

from kernel import audit, clock, crypto, db
from shop.accounts.errors import StaffSignInWrong
from shop.accounts.passwords import NOBODY, password_fits
from shop.accounts.sessions import open_session
from shop.accounts.tables import departed_staff, staff
from shop.accounts.throttle import (
    STAFF_LOGINS,
    STAFF_SIGN_INS,
    forget_attempts,
    give_back_attempt,
    take_attempt,
)


def sign_in_staff(login: str, password: str, *, device: str = "", network: str = "") -> str:
    """Return the token of a new staff session.

    Raises ``StaffSignInWrong`` for an unknown login and a wrong password alike, and
    ``TooManyAttempts`` after five of one login from one ``network``, or fifty of it from all,
    in a quarter of an hour.  The slow hash is compared outside any transaction.
    """
    name = login.strip().lower()
    here = crypto.lookup(f"{name} {network}", "staff_login_network")
    anywhere = crypto.lookup(name, "staff_login")
    with db.write() as conn:
        take_attempt(conn, STAFF_SIGN_INS, subject=here, at=clock.now())
        take_attempt(conn, STAFF_LOGINS, subject=anywhere, at=clock.now())
        row = conn.execute(
            select(staff.c.id, staff.c.password_hash).where(staff.c.login == name)
        ).first()
    fits = password_fits(row.password_hash if row else NOBODY, password)
    if row is None or not fits:
        raise StaffSignInWrong
    with db.write() as conn:
        if not _still_stands(conn, row.id, row.password_hash):
            raise StaffSignInWrong
        forget_attempts(conn, STAFF_SIGN_INS, subject=here)
        give_back_attempt(conn, STAFF_LOGINS, subject=anywhere)
        detail = {"by": "password"}
        audit.record(conn, "sign_in_staff", subject=f"staff:{row.id}", detail=detail)
        return open_session(conn, at=clock.now(), staff_id=row.id, device=device)


def _still_stands(conn: Connection, staff_id: int, password_hash: str) -> bool:
    """Say whether the person works here and the password compared is theirs still."""
    kept = conn.execute(
        select(staff.c.password_hash).where(staff.c.id == staff_id).with_for_update(key_share=True)
    ).scalar_one()
    departed = conn.execute(
        select(departed_staff.c.staff_id).where(departed_staff.c.staff_id == staff_id)
    ).first()
    return bool(kept == password_hash) and departed is None
