"""Decides which device a key belongs to; what it may do there is each verb's rule."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import IntegrityError

from kernel import audit, clock, ids
from kernel.crypto import bearer_hash, new_bearer_key, read_bearer
from pos.errors import DeviceUnknown, TerminalNameTaken, TerminalUnknown
from pos.server.tables import terminal


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal that has shown its key."""

    id: int
    outlet_id: int
    name: str


def register_terminal(conn: Connection, outlet_id: int, *, name: str) -> tuple[Terminal, str]:
    """Add a terminal to an outlet; return it and its device key, which is shown this once.

    Raises ``TerminalNameTaken``.
    """
    terminal_id = ids.new()
    key = new_bearer_key(terminal_id)
    row = {
        "id": terminal_id,
        "outlet_id": outlet_id,
        "name": name,
        "device_key_hash": bearer_hash(key),
        "created_at": clock.now(),
    }
    try:
        with conn.begin_nested():
            conn.execute(terminal.insert(), row)
    except IntegrityError as error:
        raise TerminalNameTaken(name=name) from error
    return Terminal(terminal_id, outlet_id, name), key


def terminal_named(conn: Connection, outlet_id: int, name: str) -> int:
    """Return the id of an outlet's terminal; raises ``TerminalUnknown`` with the names there are."""
    rows = conn.execute(
        select(terminal.c.name, terminal.c.id)
        .where(terminal.c.outlet_id == outlet_id)
        .order_by(terminal.c.id)
    )
    known = {str(row.name): int(row.id) for row in rows}
    if name not in known:
        raise TerminalUnknown(name=name, known=", ".join(known) or "-")
    return known[name]


def renew_key(conn: Connection, terminal_id: int) -> str:
    """Return a terminal's next device key, shown this once; the one before opens nothing now.

    A terminal whose key was withdrawn works again: it stays the same row, with its sales.
    """
    key = new_bearer_key(terminal_id)
    conn.execute(
        update(terminal)
        .where(terminal.c.id == terminal_id)
        .values(device_key_hash=bearer_hash(key), revoked_at=None)
    )
    audit.record(conn, "renew_device_key", subject=f"terminal:{terminal_id}")
    return key


def revoke_terminal(conn: Connection, terminal_id: int) -> None:
    """Withdraw a terminal's key; from now on it opens nothing."""
    conn.execute(
        update(terminal)
        .where(terminal.c.id == terminal_id, terminal.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    audit.record(conn, "revoke_device_key", subject=f"terminal:{terminal_id}")


def terminal_of(conn: Connection, authorization: str) -> Terminal:
    """Return the terminal whose key stands in an ``Authorization: Bearer`` header.

    Raises ``DeviceUnknown`` for no key, a wrong key, a withdrawn key.
    """
    shown = read_bearer(authorization)
    row = conn.execute(select(terminal).where(terminal.c.id == shown.row_id)).one_or_none()
    right = shown.opens(row.device_key_hash if row else None)
    if row is None or not right or row.revoked_at is not None:
        raise DeviceUnknown
    return Terminal(row.id, row.outlet_id, row.name)


def number_of(conn: Connection, mine: Terminal) -> int:
    """Return which of its outlet's terminals this is, from 1; none is ever deleted, so it stays."""
    before = (terminal.c.outlet_id == mine.outlet_id) & (terminal.c.id <= mine.id)
    return int(conn.execute(select(func.count()).select_from(terminal).where(before)).scalar_one())
