"""Decides which company may hand in its shoppers' orders, by a key of its own.

Whose order one is, the shopper's session says that comes with it.
"""

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError

from kernel import audit, clock, ids
from kernel.crypto import bearer_hash, new_bearer_key, read_bearer
from shop.accounts.errors import PartnerNameTaken, PartnerUnknown
from shop.accounts.tables import partner

_LIVE = select(partner.c.id, partner.c.key_hash).where(
    partner.c.id == bindparam("of_id"), partner.c.revoked_at.is_(None)
)


def add_partner(conn: Connection, name: str) -> str:
    """Add a partner and return its key, which is shown this once; raises ``PartnerNameTaken``."""
    partner_id = ids.new()
    key = new_bearer_key(partner_id)
    row = {"id": partner_id, "name": name, "key_hash": bearer_hash(key), "created_at": clock.now()}
    try:
        with conn.begin_nested():
            conn.execute(partner.insert(), row)
    except IntegrityError as error:
        raise PartnerNameTaken(name=name) from error
    audit.record(conn, "add_partner", subject=f"partner:{partner_id}")
    return key


def revoke_partner(conn: Connection, name: str) -> None:
    """Withdraw a partner's key: from now on it opens nothing; raises ``PartnerUnknown``."""
    partner_id = conn.execute(select(partner.c.id).where(partner.c.name == name)).scalar()
    if partner_id is None:
        raise PartnerUnknown(name=name)
    conn.execute(partner.update().where(partner.c.id == partner_id), {"revoked_at": clock.now()})
    audit.record(conn, "revoke_partner", subject=f"partner:{partner_id}")


def partner_of(conn: Connection, authorization: str) -> int | None:
    """Return the partner whose key stands in an ``Authorization: Bearer`` header, or None."""
    shown = read_bearer(authorization)
    row = conn.execute(_LIVE, {"of_id": shown.row_id}).one_or_none()
    right = shown.opens(row.key_hash if row else None)
    return int(row.id) if row is not None and right else None
