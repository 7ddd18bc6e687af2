"""Decide how an answer moves a declaration list, and what else changes with it.

A refusal sets the tax held for it free; numbers that customs gave are kept.  Reading the mail
is left to ``receipts``.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bonded_display.customs import desk, facts
from bonded_display.customs.errors import ListNotFound
from bonded_display.customs.heard import history
from bonded_display.customs.heard.answers import Answer, Course, Standing, Verdict, course, judge
from bonded_display.customs.ports import Held
from bonded_display.customs.receipt_classes import ReceiptClass
from bonded_display.customs.states import CANCELLED, LIST, REJECTED
from bonded_display.customs.tables import declaration_list, list_line
from kernel.clock import Instant
from kernel.logs import log
from settlement.tax.errors import GuaranteeExhausted, HoldMissing

FOR_A_PERSON = frozenset({"present", "unknown_status", "accepted_before", "no_such_move"})
"""Notes of answers that change nothing and still need somebody's eyes."""

LONGEST_NUMBER = 18

CLOSING = 899
"""Noted and never waited for (rules.md section 4)."""

RETAIL_TAX = "retail_tax"

_OF_ID = declaration_list.c.id == bindparam("list_id")
_ROW = select(declaration_list).where(_OF_ID)
_ORDER = select(declaration_list.c.order_id).where(_OF_ID)
_CHANGE = declaration_list.update().where(_OF_ID)
_LINES = (
    select(list_line).where(list_line.c.list_id == bindparam("list_id")).order_by(list_line.c.gnum)
)
_NUMBERED = select(declaration_list.c.id).where(declaration_list.c.invt_no == bindparam("number"))


def row_of(conn: Connection, list_id: int) -> Any:
    """Return the list's row; ``ListNotFound``."""
    row = conn.execute(_ROW, {"list_id": list_id}).one_or_none()
    if row is None:
        raise ListNotFound(list_id=list_id)
    return row


def order_of(conn: Connection, list_id: int) -> int:
    """Return the list's order, to lock it before the list is read; ``ListNotFound``."""
    found = conn.execute(_ORDER, {"list_id": list_id}).scalar_one_or_none()
    if found is None:
        raise ListNotFound(list_id=list_id)
    return int(found)


def lines_of(conn: Connection, list_id: int) -> list[Any]:
    """Return the list's lines by ``gnum``."""
    return list(conn.execute(_LINES, {"list_id": list_id}))


def change(conn: Connection, list_id: int, **values: object) -> None:
    """Write ``values`` onto the one list."""
    done = conn.execute(_CHANGE, {"list_id": list_id, **values})
    if done.rowcount != 1:
        raise ListNotFound(list_id=list_id)


def answer(conn: Connection, list_id: int, heard: Answer) -> Verdict:
    """Let ``heard`` move the list if it may, with its fact; return what was made of it.

    The caller holds the order's lock.
    """
    row = row_of(conn, list_id)
    if row.state == CANCELLED:
        verdict = judge(Standing(CANCELLED, row.return_at, row.return_rank, row.latest_guid), heard)
    else:
        guid = row.latest_guid
        begun, told = history.of_paper(conn, "CEB622", row.cop_no, guid=guid, machine=LIST)
        led = course(begun, told, heard)
        verdict = led.verdict
        _stand(conn, row, led, heard)
    noted = row.state == CANCELLED and heard.status == CLOSING  # of goods that came back since
    if verdict.note in FOR_A_PERSON and not noted:
        set_aside(conn, list_id, heard, note=verdict.note)
    return verdict


def set_aside(conn: Connection, list_id: int, heard: Answer, *, note: str) -> None:
    """Tell that ``heard``, of the list or of a paper about it, needs a person: ``note`` says why."""
    row = row_of(conn, list_id)
    change(conn, list_id, seq=row.seq + 1)
    facts.list_set_aside(conn, row, heard, note=note)


def _stand(conn: Connection, row: Any, led: Course, heard: Answer) -> None:
    """Let the list stand where its answers lead; tell the house when that is elsewhere.

    A late answer may show that an earlier one, already told, never counted: the tax set free
    for a refusal is held again then, unless the guarantee has no room.
    """
    force, news = led.in_force, led.news(row)
    if force is None or not news:
        return
    moved = led.state != row.state
    tell = moved or force.kind is ReceiptClass.TERMINAL
    change(conn, row.id, seq=row.seq + tell, **news)
    if moved and led.state == REJECTED:
        free_guarantee(conn, row, heard.heard_at)
    elif moved and row.state == REJECTED:
        _hold_again(conn, row, heard)
    if tell:
        facts.list_answered(conn, row, replace(force, heard_at=heard.heard_at), led.state)


def _hold_again(conn: Connection, row: Any, heard: Answer) -> None:
    try:
        hold_guarantee(conn, row, heard.heard_at)
    except GuaranteeExhausted:
        log.error("list_stands_without_guarantee", list_id=str(row.id))


def hold_guarantee(conn: Connection, row: Any, at: Instant) -> Held:
    """Hold the quoted tax of a list; ``GuaranteeExhausted``."""
    return desk.current().guarantees.hold(
        conn,
        purpose=RETAIL_TAX,
        document=f"declaration_list:{row.id}",
        amount_fen=row.quoted_tax_fen,
        at=at,
    )


def free_guarantee(conn: Connection, row: Any, at: Instant) -> None:
    """Set free the tax held for a list; ``HoldMissing``."""
    desk.current().guarantees.void(conn, document=f"declaration_list:{row.id}", at=at)


@dataclass(frozen=True)
class Undone:
    """Why a list stands no more; ``after_gate``: its goods had left the zone and came back."""

    reason: str
    after_gate: bool = False


def cancel(conn: Connection, row: Any, how: Undone, *, at: Instant) -> bool:
    """Let the list stand no more at customs, its tax free; False when it may not move so."""
    if row.state == CANCELLED:
        return True
    if not LIST.may_move(row.state, CANCELLED):
        return False
    change(conn, row.id, state=CANCELLED, seq=row.seq + 1)
    with suppress(HoldMissing):
        free_guarantee(conn, row, at)
    facts.list_cancelled(conn, row, reason=how.reason, after_gate=how.after_gate, at=at)
    return True


def learn_numbers(conn: Connection, list_id: int, fields: Mapping[str, str]) -> str | None:
    """Keep the port's and customs' numbers; return ``invtNo`` when it is new to the list.

    A number that another list has, or that is none, is not taken.
    """
    row = row_of(conn, list_id)
    pre_no, invt_no = (_number(fields.get(name, "")) for name in ("preNo", "invtNo"))
    news = {"pre_no": pre_no} if pre_no and row.pre_no is None else {}
    if invt_no and row.invt_no is None and _is_free(conn, invt_no):
        news["invt_no"] = invt_no
    if news:
        change(conn, list_id, **news)
    return news.get("invt_no")


def _is_free(conn: Connection, invt_no: str) -> bool:
    return conn.execute(_NUMBERED, {"number": invt_no}).first() is None


def _number(text: str) -> str:
    fit = text.isascii() and text.isalnum() and len(text) <= LONGEST_NUMBER
    return text if fit else ""
