"""Decides that a person works here, with one role, or works here no longer.

Leaves signing in to sign_in_staff.py and passkeys/.
"""

from sqlalchemy import Connection, delete, insert, select, update

from kernel import audit, clock, db, ids
from kernel.clock import Instant
from shop.accounts.errors import StaffUnknown
from shop.accounts.passwords import hashed_password
from shop.accounts.sessions import end_sessions_of_staff
from shop.accounts.tables import departed_staff, passkey, staff


def put_staff(login: str, password: str, *, role: str, outlet_id: int | None = None) -> int:
    """Return the id of the staff member with this login, made or changed.

    What they are signed in with ends, for it stood on the password before; so do passkeys,
    which somebody who knew that password may have added.

    Raises ``PasswordTooShort``; the database refuses an unknown role and a clerk without
    an outlet.
    """
    values = {"password_hash": hashed_password(password), "role": role, "outlet_id": outlet_id}
    name = login.strip().lower()
    with db.write() as conn:
        staff_id = _staff_id(conn, name)
        if staff_id is None:
            staff_id = ids.new()
            conn.execute(
                insert(staff).values(id=staff_id, login=name, created_at=clock.now(), **values)
            )
        else:
            conn.execute(update(staff).where(staff.c.id == staff_id).values(**values))
            conn.execute(delete(departed_staff).where(departed_staff.c.staff_id == staff_id))
            _end_ways_in(conn, staff_id, at=clock.now())
        audit.record(conn, "put_staff", subject=f"staff:{staff_id}", detail={"role": role})
    return staff_id


def end_staff(login: str) -> int:
    """Return the id of the person who works here no longer: no way in stays open.

    Raises ``StaffUnknown``; who departed already has departed.
    """
    name = login.strip().lower()
    at = clock.now()
    with db.write() as conn:
        staff_id = _staff_id(conn, name)
        if staff_id is None:
            raise StaffUnknown(login=name)
        known = select(departed_staff.c.staff_id).where(departed_staff.c.staff_id == staff_id)
        if conn.execute(known).first() is None:
            conn.execute(insert(departed_staff).values(staff_id=staff_id, departed_at=at))
            audit.record(conn, "end_staff", subject=f"staff:{staff_id}", detail={})
        _end_ways_in(conn, staff_id, at=at)
    return staff_id


def _staff_id(conn: Connection, name: str) -> int | None:
    """Return whose login this is, kept from signing in until we are done."""
    found = conn.execute(
        select(staff.c.id).where(staff.c.login == name).with_for_update(key_share=True)
    )
    staff_id = found.scalar()
    return None if staff_id is None else int(staff_id)


def _end_ways_in(conn: Connection, staff_id: int, *, at: Instant) -> None:
    """End passkeys before sessions: one that is signing in now is waited for, then ended too."""
    conn.execute(
        update(passkey)
        .where(passkey.c.staff_id == staff_id, passkey.c.ended_at.is_(None))
        .values(ended_at=at, ended_why="staff")
    )
    end_sessions_of_staff(conn, staff_id, at=at)
