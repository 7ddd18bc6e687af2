"""Decides when a shift begins and ends at this till; with or without the line.

Closing always succeeds on an empty counter: what is still unsynced goes by itself, and the
server sees from the numbers whether all has come.
"""

import json
import re
from dataclasses import replace

from kernel import clock
from pos.sale import BULK, content_hash
from pos.shift import Shift, shift_from_json, shift_to_json
from pos.terminal.errors import (
    BasketNotFinished,
    ClerkNumberInvalid,
    ShiftAlreadyOpen,
    ShiftNotOpen,
)
from pos.terminal.journal import Journal
from pos.terminal.uuid7 import uuid7

_CLERK = re.compile(r"[0-9A-Za-z]{1,12}")


def open_shift(journal: Journal, clerk_no: str, opening_cash_fen: int) -> Shift:
    """Begin a shift with the cash counted; raises ``ShiftAlreadyOpen``, ``ClerkNumberInvalid``."""
    if _CLERK.fullmatch(clerk_no) is None:
        raise ClerkNumberInvalid(given=clerk_no[:20])
    with journal.commit() as conn:
        running = current(journal)
        if running is not None:
            raise ShiftAlreadyOpen(shift_no=running.shift_no)
        shift = Shift(
            id=uuid7(),
            shift_no=journal.next_number("shift"),
            clerk_no=clerk_no,
            opened_at=clock.now(),
            opening_cash_fen=opening_cash_fen,
        )
        conn.execute(
            "INSERT INTO shift (id, shift_no, opened_at, content, hash) VALUES (?, ?, ?, ?, ?)",
            (shift.id, shift.shift_no, shift.opened_at, _text(shift), _hash(shift)),
        )
    return shift


def close_shift(journal: Journal, counted_cash_fen: int) -> Shift:
    """End the open shift as a snapshot of its sales and the cash counted.

    Raises ``ShiftNotOpen``, ``BasketNotFinished``.
    """
    with journal.commit() as conn:
        running = current(journal)
        if running is None:
            raise ShiftNotOpen
        if journal.rows("SELECT 1 FROM basket_line LIMIT 1"):
            raise BasketNotFinished
        first, last, sales, sales_fen = journal.rows(
            "SELECT coalesce(min(seq), 0), coalesce(max(seq), 0), count(*),"
            " coalesce(sum(total_fen), 0) FROM sale WHERE shift_id = ?",
            running.id,
        )[0]
        voids = journal.rows("SELECT count(*) FROM void_basket WHERE shift_id = ?", running.id)
        closed = replace(
            running,
            closed_at=clock.now(),
            counted_cash_fen=counted_cash_fen,
            seq_from=first,
            seq_to=last,
            sales=sales,
            sales_fen=sales_fen,
            voids=voids[0][0],
        )
        conn.execute(
            "UPDATE shift SET closed_at = ?, content = ?, hash = ? WHERE id = ?",
            (closed.closed_at, _text(closed), _hash(closed), closed.id),
        )
    return closed


def current(journal: Journal) -> Shift | None:
    """Return the open shift."""
    found = journal.rows("SELECT content FROM shift WHERE closed_at = 0")
    return _shift(found[0][0]) if found else None


def last_shifts(journal: Journal, most: int) -> list[Shift]:
    """Return the shifts that ended last, newest first."""
    sql = "SELECT content FROM shift WHERE closed_at > 0 ORDER BY shift_no DESC LIMIT ?"
    return [_shift(row[0]) for row in journal.rows(sql, most)]


def unsent(journal: Journal) -> int:
    """Return how many shifts have something the server has not answered."""
    return int(journal.rows("SELECT count(*) FROM shift WHERE hash <> answered")[0][0])


def waiting(journal: Journal) -> list[Shift]:
    """Return the shifts of which the server has not answered the last word, oldest first."""
    sql = "SELECT content FROM shift WHERE hash <> answered ORDER BY shift_no LIMIT ?"
    return [_shift(row[0]) for row in journal.rows(sql, BULK)]


def told(journal: Journal, shift_id: str, came: str) -> None:
    """Note that the server has answered this word about a shift: ``came`` is its hash."""
    with journal.commit() as conn:
        conn.execute("UPDATE shift SET answered = ? WHERE id = ?", (came, shift_id))


def _text(shift: Shift) -> str:
    return json.dumps(shift_to_json(shift))


def _hash(shift: Shift) -> str:
    return content_hash(shift_to_json(shift))


def _shift(text: str) -> Shift:
    return shift_from_json(json.loads(text))
