"""Decides that a person works here, with one role.

Leaves signing in to sign_in_staff.py.
"""

from sqlalchemy import insert, select, update

from kernel import audit, clock, db, ids
from shop.accounts.passwords import hashed_password
from shop.accounts.tables import staff


def put_staff(login: str, password: str, *, role: str, outlet_id: int | None = None) -> int:
    """Return the id of the staff member with this login, made or changed.

    Raises ``PasswordTooShort``; the database refuses an unknown role and a clerk without
    an outlet.
    """
    values = {"password_hash": hashed_password(password), "role": role, "outlet_id": outlet_id}
    name = login.strip().lower()
    with db.write() as conn:
        staff_id = conn.execute(select(staff.c.id).where(staff.c.login == name)).scalar()
        if staff_id is None:
            staff_id = ids.new()
            conn.execute(
                insert(staff).values(id=staff_id, login=name, created_at=clock.now(), **values)
            )
        else:
            conn.execute(update(staff).where(staff.c.id == staff_id).values(**values))
        audit.record(conn, "put_staff", subject=f"staff:{staff_id}", detail={"role": role})
    return int(staff_id)
