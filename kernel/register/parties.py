"""Decides who may stand in a document in a role on a day; which it needs is the document's."""

from datetime import date

from sqlalchemy import ColumnElement, Connection, or_, select

from kernel.register.book import get_enterprise
from kernel.register.entries import Enterprise, FilingExpired, PartyAmbiguous
from kernel.register.tables import enterprise, enterprise_role


def party(conn: Connection, role: str, on: date, *, enterprise_id: int | None = None) -> Enterprise:
    """Return the enterprise filed in a role on a day: the one named, else the only one.

    Both its own filing and that of the role must hold.  Raises ``FilingExpired`` when there is
    none and ``PartyAmbiguous`` when there are several (both Refusal).
    """
    query = (
        select(enterprise.c.id)
        .join(enterprise_role, enterprise_role.c.enterprise_id == enterprise.c.id)
        .where(
            enterprise_role.c.role == role,
            enterprise_role.c.filed_from_on <= on,
            _not_before(enterprise_role.c.filed_to_on, on),
            enterprise.c.filed_from_on <= on,
            _not_before(enterprise.c.filed_to_on, on),
        )
        .limit(2)
    )
    if enterprise_id is not None:
        query = query.where(enterprise.c.id == enterprise_id)
    filed = conn.execute(query).scalars().all()
    if not filed:
        raise FilingExpired(role=role, on=on)
    if len(filed) > 1:
        raise PartyAmbiguous(role=role, on=on)
    return get_enterprise(conn, filed[0])


def _not_before(last_day: ColumnElement[date | None], on: date) -> ColumnElement[bool]:
    return or_(last_day.is_(None), last_day >= on)
