"""Withdraw a declaration list (CEB623): at once where customs has none, else by its leave.

What the order, its goods and its money do when the list is cancelled is left to the facts
``list.cancelled`` and ``withdrawal.refused``.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, union_all

from bonded_display.customs import desk, facts, lists, sendings
from bonded_display.customs.changes import requests
from bonded_display.customs.changes.requests import GOODS_RETURN, WITHDRAWAL
from bonded_display.customs.changes.return_goods import keep_return
from bonded_display.customs.errors import NotWithdrawable
from bonded_display.customs.messages.fill_623 import withdrawal_message
from bonded_display.customs.states import (
    ACCEPTED,
    CANCELLED,
    DETAINED,
    DRAFT,
    INSPECTION,
    REFUSED,
    RELEASED,
    RETURNED_OUT,
    REVIEWED,
    UNSENT_OR_REFUSED,
    State,
)
from kernel import clock, db, locks
from kernel.clock import Instant
from settlement.tax.errors import HoldMissing

SENT: tuple[State, ...] = ("SENT_LOCAL", "PORT_SAVED", "PORT_DECLARING", "SENT", "SEND_FAILED")
"""On its way: it may stand at customs soon, and is withdrawn once it has customs' number."""

AT_CUSTOMS: tuple[State, ...] = (ACCEPTED, "MANUAL_REVIEW", REVIEWED, RELEASED)

BY_RETURN = "625"


@dataclass(frozen=True)
class Withdrawal:
    """What became of the wish to withdraw a list."""

    outcome: str
    """``cancelled`` at once, ``wanted`` (goes by itself once customs numbers it), ``sent``."""
    message_id: int | None = None


First = Callable[[Connection], None]
"""What is done in the very transaction, before the list is locked: both stand, or neither."""


def withdraw_list(
    list_id: int, *, reason: str, before_gate: bool = False, first: First | None = None
) -> Withdrawal:
    """Withdraw the list; asked again, the first withdrawal stands unless customs refused it.

    Never accepted, the list is cancelled at once.  On its way, the withdrawal waits for
    customs' number; then 623 is sent.  A released one is withdrawn only when the caller knows
    that the parcel is ``before_gate``, by the zone's way (setting: 623 or 625).

    Raises ``ListNotFound``, ``NotWithdrawable`` (inspected, held, closed or gone),
    ``SigningKeyUnfit``, ``MessageFaulty``; nothing was changed then.  ``MailboxUnavailable``:
    stored, and sent later.
    Source: rules.md sections 4 and 9.
    """
    at = clock.now()
    with db.write() as conn:
        if first is not None:
            first(conn)
        locks.take(conn, locks.Rank.ORDER, lists.order_of(conn, list_id))
        row = lists.row_of(conn, list_id)
        withdrawal = _withdraw(conn, row, _Asked(reason, before_gate, at))
    if withdrawal.message_id is not None:
        sendings.send(withdrawal.message_id)
    return withdrawal


_UNDO, _BACK = WITHDRAWAL.table.c, GOODS_RETURN.table.c
_OVER = (*sorted(REFUSED), CANCELLED)
_WANTED = select(_UNDO.reason).where(_UNDO.list_id == bindparam("of_list"), _UNDO.state == DRAFT)
_UNDONE = union_all(
    select(_UNDO.id).where(_UNDO.list_id == bindparam("of_list"), _UNDO.state.not_in(_OVER)),
    select(_BACK.id).where(
        _BACK.list_id == bindparam("of_list"),
        _BACK.before_gate == 1,
        _BACK.state.not_in(_OVER),
    ),
)


def wanted_withdrawal(list_id: int) -> str | None:
    """Return the reason of a withdrawal that waits for the list's number, or None."""
    with db.read() as conn:
        reason: str | None = conn.execute(_WANTED, {"of_list": list_id}).scalar_one_or_none()
    return reason


def is_being_withdrawn(list_id: int) -> bool:
    """Say whether a withdrawal of the list, or the zone's return in its place, is not refused."""
    with db.read() as conn:
        return conn.execute(_UNDONE, {"of_list": list_id}).first() is not None


def free_tax_of_kept(list_id: int) -> None:
    """Set free the tax of a list whose goods customs keeps, once its order has ended.

    No bill comes for goods that are never released (K, 2026-11: confirm with the broker).
    """
    with db.write() as conn:
        locks.take(conn, locks.Rank.ORDER, lists.order_of(conn, list_id))
        row = lists.row_of(conn, list_id)
        if row.state in (INSPECTION, DETAINED, RETURNED_OUT):
            with suppress(HoldMissing):
                lists.free_guarantee(conn, row, clock.now())


@dataclass(frozen=True)
class _Asked:
    reason: str
    before_gate: bool
    at: Instant


def _withdraw(conn: Connection, row: Any, asked: _Asked) -> Withdrawal:
    if row.state == CANCELLED:
        return Withdrawal("cancelled")
    if row.state in UNSENT_OR_REFUSED and row.invt_no is None:
        _drop_wish(conn, row)
        lists.cancel(conn, row, lists.Undone(asked.reason), at=asked.at)
        return Withdrawal("cancelled")
    if row.state == RELEASED and not asked.before_gate:
        raise NotWithdrawable(list_id=row.id, state=row.state)
    if row.state in SENT or (row.state in AT_CUSTOMS and row.invt_no is None):
        _paper(conn, row, asked)
        return Withdrawal("wanted")
    if row.state not in AT_CUSTOMS and row.state not in UNSENT_OR_REFUSED:
        raise NotWithdrawable(list_id=row.id, state=row.state)
    if row.state == RELEASED and desk.current().zone_cancels_by == BY_RETURN:
        submitted = keep_return(conn, row, reason=asked.reason, at=asked.at)
        return Withdrawal("sent", submitted.message_id)
    return _send(conn, _paper(conn, row, asked), asked.at)


def _send(conn: Connection, paper: Any, at: Instant) -> Withdrawal:
    if paper.state not in UNSENT_OR_REFUSED:
        return Withdrawal("sent", sendings.stored(conn, paper.guid).message_id)
    submitted = requests.store(conn, WITHDRAWAL, paper, withdrawal_message, at)
    return Withdrawal("sent", submitted.message_id)


def _paper(conn: Connection, row: Any, asked: _Asked) -> Any:
    """Return the list's withdrawal, begun as a wish when there is none."""
    table = WITHDRAWAL.table
    of_list = select(table).where(table.c.list_id == row.id)
    known = conn.execute(of_list).one_or_none()
    if known is None:
        begun = requests.begun(row, asked.reason, asked.at)
        conn.execute(table.insert().values(begun))
        facts.withdrawal_asked(conn, table.name, begun, at=asked.at)
        known = conn.execute(of_list).one()
    return known


def _drop_wish(conn: Connection, row: Any) -> None:
    table = WITHDRAWAL.table
    conn.execute(
        table.update()
        .where(table.c.list_id == row.id, table.c.state == DRAFT)
        .values(state=CANCELLED)
    )
