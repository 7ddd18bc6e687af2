"""Decide how an answer moves a declaration list, and what else changes with it.

A refusal sets the tax held for it free; numbers that customs gave are kept.  Reading the mail
is left to ``receipts``.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from bonded_display.customs import desk, facts
from bonded_display.customs.answers import Answer, Standing, Verdict, judge
from bonded_display.customs.errors import ListNotFound
from bonded_display.customs.states import REJECTED
from bonded_display.customs.tables import declaration_list, list_line

FOR_A_PERSON = frozenset({"present", "unknown_status", "accepted_before", "no_such_move"})
"""Notes of answers that change nothing and still need somebody's eyes."""

LONGEST_NUMBER = 18


def row_of(conn: Connection, list_id: int) -> Any:
    """Return the list's row; ``ListNotFound``."""
    row = conn.execute(
        select(declaration_list).where(declaration_list.c.id == list_id)
    ).one_or_none()
    if row is None:
        raise ListNotFound(list_id=list_id)
    return row


def lines_of(conn: Connection, list_id: int) -> list[Any]:
    """Return the list's lines by ``gnum``."""
    query = select(list_line).where(list_line.c.list_id == list_id).order_by(list_line.c.gnum)
    return list(conn.execute(query))


def change(conn: Connection, list_id: int, **values: object) -> None:
    """Write ``values`` onto the one list."""
    table = declaration_list
    done = conn.execute(table.update().where(table.c.id == list_id).values(**values))
    if done.rowcount != 1:
        raise ListNotFound(list_id=list_id)


def answer(conn: Connection, list_id: int, heard: Answer) -> Verdict:
    """Let ``heard`` move the list if it may, with its fact; return what was made of it.

    The caller holds the order's lock.
    """
    row = row_of(conn, list_id)
    verdict = judge(Standing(row.state, row.return_at, row.return_rank, row.latest_guid), heard)
    if not verdict.taken:
        if verdict.note in FOR_A_PERSON:
            change(conn, list_id, seq=row.seq + 1)
            facts.list_set_aside(conn, row, heard, note=verdict.note)
        return verdict
    moved = verdict.state != row.state
    change(
        conn,
        list_id,
        state=verdict.state,
        seq=row.seq + moved,
        return_status=heard.status,
        return_at=heard.at,
        return_rank=verdict.rank,
    )
    if moved:
        if verdict.state == REJECTED:
            free_guarantee(conn, row, heard)
        facts.list_answered(conn, row, heard, verdict)
    return verdict


def free_guarantee(conn: Connection, row: Any, heard: Answer) -> None:
    """Set free the tax held for a list that was refused."""
    desk.current().guarantees.void(conn, document=f"declaration_list:{row.id}", at=heard.heard_at)


def learn_numbers(conn: Connection, list_id: int, fields: Mapping[str, str]) -> str | None:
    """Keep the port's and customs' numbers; return ``invtNo`` when it is new to the list.

    A number that another list has, or that is none, is not taken.
    """
    row = row_of(conn, list_id)
    pre_no, invt_no = (_number(fields.get(name, "")) for name in ("preNo", "invtNo"))
    if pre_no and row.pre_no is None:
        change(conn, list_id, pre_no=pre_no)
    if not invt_no or row.invt_no is not None:
        return None
    table = declaration_list
    if conn.execute(select(table.c.id).where(table.c.invt_no == invt_no)).first() is not None:
        return None
    change(conn, list_id, invt_no=invt_no)
    return invt_no


def _number(text: str) -> str:
    fit = text.isascii() and text.isalnum() and len(text) <= LONGEST_NUMBER
    return text if fit else ""
