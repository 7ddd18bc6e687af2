"""Decides which device a key belongs to; what it may do there is each verb's rule.

A key is ``<terminal id>.<256 random bits>``: the id finds the row, only a hash of the whole is
kept, and it is compared in constant time.  So long a secret needs no slow hash.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from kernel import clock, ids
from pos.errors import DeviceUnknown
from pos.sale import row_number
from pos.server.tables import terminal

_NO_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal that has shown its key."""

    id: int
    outlet_id: int
    name: str


def register_terminal(conn: Connection, outlet_id: int, *, name: str) -> tuple[Terminal, str]:
    """Add a terminal to an outlet; return it and its device key, which is shown this once."""
    terminal_id = ids.new()
    key = f"{terminal_id}.{secrets.token_urlsafe(32)}"
    conn.execute(
        terminal.insert(),
        {
            "id": terminal_id,
            "outlet_id": outlet_id,
            "name": name,
            "device_key_hash": _hash(key),
            "created_at": clock.now(),
        },
    )
    return Terminal(terminal_id, outlet_id, name), key


def revoke_terminal(conn: Connection, terminal_id: int) -> None:
    """Withdraw a terminal's key; from now on it opens nothing."""
    conn.execute(
        update(terminal)
        .where(terminal.c.id == terminal_id, terminal.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def terminal_of(conn: Connection, authorization: str) -> Terminal:
    """Return the terminal whose key stands in an ``Authorization: Bearer`` header.

    Raises ``DeviceUnknown`` for no key, a wrong key, a withdrawn key.
    """
    scheme, _, key = authorization.partition(" ")
    number = row_number(key.partition(".")[0])
    row = conn.execute(select(terminal).where(terminal.c.id == number)).one_or_none()
    right = hmac.compare_digest(_hash(key), row.device_key_hash if row else _NO_HASH)
    if row is None or not right or row.revoked_at is not None or scheme != "Bearer":
        raise DeviceUnknown
    return Terminal(row.id, row.outlet_id, row.name)


def number_of(conn: Connection, mine: Terminal) -> int:
    """Return which of its outlet's terminals this is, from 1; none is ever deleted, so it stays."""
    before = (terminal.c.outlet_id == mine.outlet_id) & (terminal.c.id <= mine.id)
    return int(conn.execute(select(func.count()).select_from(terminal).where(before)).scalar_one())


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
