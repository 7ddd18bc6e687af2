"""Decides which company may hand in its shoppers' orders, by a key of its own.

A key is ``<partner id>.<256 random bits>``; only a hash is kept.  Whose order one is, the shopper's
session says that comes with it.
"""

import hashlib
import hmac
import secrets

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError

from kernel import audit, clock, ids
from shop.accounts.errors import PartnerNameTaken, PartnerUnknown
from shop.accounts.tables import partner

_LIVE = select(partner.c.id, partner.c.key_hash).where(
    partner.c.id == bindparam("of_id"), partner.c.revoked_at.is_(None)
)
_NO_HASH = "0" * 64


def add_partner(conn: Connection, name: str) -> str:
    """Add a partner and return its key, which is shown this once; raises ``PartnerNameTaken``."""
    partner_id = ids.new()
    key = f"{partner_id}.{secrets.token_urlsafe(32)}"
    row = {"id": partner_id, "name": name, "key_hash": _hash(key), "created_at": clock.now()}
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
    scheme, _, key = authorization.partition(" ")
    number = key.partition(".")[0]
    plain = number.isascii() and number.isdigit() and len(number) <= 18
    row = conn.execute(_LIVE, {"of_id": int(number) if plain else 0}).one_or_none()
    right = hmac.compare_digest(_hash(key), row.key_hash if row else _NO_HASH)
    return int(row.id) if row is not None and right and scheme == "Bearer" else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
