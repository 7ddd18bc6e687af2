"""Decides how a shift is taken in: opened once, closed once, always; later words are conflicts.

A shift that is told closed without having been told open is taken all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select, update

from kernel import clock, ids
from kernel.clock import Instant
from pos.errors import ShiftUnreadable
from pos.sale import content_hash
from pos.server.conflicts import insert_into, keep_conflict
from pos.server.intake import Answer
from pos.server.tables import shift
from pos.server.taken import tell_closed
from pos.server.terminals import Terminal
from pos.shift import Shift, shift_from_json


def take_shifts(conn: Connection, terminal: Terminal, bodies: Sequence[object]) -> list[Answer]:
    """Take in shifts, opened or closed, and return an answer to each, in their order."""
    at = clock.now()
    return [_take(conn, terminal, body, at=at) for body in bodies]


def _take(conn: Connection, terminal: Terminal, body: object, *, at: Instant) -> Answer:
    came = content_hash(body)
    try:
        told = shift_from_json(body)
    except ShiftUnreadable:
        named = str(body.get("id", ""))[:40] if isinstance(body, Mapping) else ""
        keep_conflict(conn, terminal, body, about=("nameless", ""), at=at)
        return Answer(named, came, "nameless")
    row = {"terminal_id": terminal.id, "outlet_id": terminal.outlet_id, "content_hash": came}
    row |= _columns(told)
    new = insert_into(conn, shift).values(id=ids.new(), **row)
    new = new.on_conflict_do_nothing(index_elements=["shift_uuid"])
    made = conn.execute(new.returning(shift.c.id)).scalar_one_or_none()
    if made is not None:
        if told.closed_at:
            tell_closed(conn, terminal, made, at=at)
        return Answer(told.id, came, "accepted")
    known = conn.execute(select(shift).where(shift.c.shift_uuid == told.id).with_for_update()).one()
    if known.content_hash == came and known.terminal_id == terminal.id:
        return Answer(told.id, came, "replayed")
    if _closes(told, known, terminal):
        conn.execute(update(shift).where(shift.c.id == known.id).values(row))
        tell_closed(conn, terminal, known.id, at=at)
        return Answer(told.id, came, "accepted")
    if known.terminal_id == terminal.id and known.closed_at and not told.closed_at:
        return Answer(told.id, came, "replayed")  # the opening, said again after the closing
    keep_conflict(conn, terminal, body, about=("shift", told.id), at=at)
    return Answer(told.id, came, "conflict")


def _columns(told: Shift) -> dict[str, Any]:
    values = asdict(told)
    return {"shift_uuid": values.pop("id"), **values}


def _closes(told: Shift, known: Any, terminal: Terminal) -> bool:
    """Say whether this is the closing of the shift that we know open."""
    began = (known.shift_no, known.clerk_no, known.opened_at, known.opening_cash_fen)
    same = (told.shift_no, told.clerk_no, told.opened_at, told.opening_cash_fen) == began
    return bool(
        same and known.terminal_id == terminal.id and told.closed_at and not known.closed_at
    )
