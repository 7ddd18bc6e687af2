"""Decide how a person sends a list again, amends or withdraws it: a form, a second look, the deed.

What each deed does is its verb's; which are offered, ``reading.possible``'s.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, render_template, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from bonded_display.customs import lists, sendings
from bonded_display.customs.changes.amend_list import amend_list
from bonded_display.customs.changes.withdraw_list import withdraw_list
from bonded_display.customs.errors import (
    MessageNotFound,
    NotResendable,
    NotWithdrawable,
)
from bonded_display.customs.reading.possible import Possible, possible_for
from bonded_display.customs.reading.refusals import WhyRefused, refusal_of_list
from bonded_display.customs.tables import customs_message
from bonded_display.warehouse.open_pick_task import void_pick_of_order
from bonded_display.warehouse.queries import parcel_of
from bonded_display.web.acting import Mishap, acting, done
from bonded_display.web.amend_form import Field, corrections, fields_of
from bonded_display.web.ports import RequireRole
from kernel import audit, db, locks
from kernel.errors import Malformed, Refusal

ROLE = "operator"
LIFE = "/back-office/lists"
LEAST, MOST = 5, 200


class AlreadyAnswered(Refusal):
    """The message was answered, or a later sending stands: it did not go again."""

    code = "message_already_answered"


class ReasonMissing(Malformed):
    """A withdrawal was asked for without a reason that customs could read; nothing was changed."""

    code = "withdrawal_reason_missing"

    def __init__(self) -> None:
        super().__init__(least=LEAST)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One list as a form finds it."""

    row: Any
    lines: list[Any]
    possible: Possible
    before_gate: bool
    refusal: WhyRefused | None = None


def standing_of(list_id: int) -> Standing:
    """Return a list with what may be done about it; ``ListNotFound``."""
    with db.read() as conn:
        row = lists.row_of(conn, list_id)
        parcel = parcel_of(conn, row.order_id)
        before_gate = parcel is None or parcel.batch_id is None
        return Standing(
            row=row,
            lines=lists.lines_of(conn, list_id),
            possible=possible_for(conn, row, before_gate=before_gate),
            before_gate=before_gate,
            refusal=refusal_of_list(conn, row),
        )


def resend_page(*, list_id: int, message_id: int, mishap: Mishap | None = None) -> str:
    """Show what would go again, and ask."""
    standing = standing_of(list_id)
    with db.read() as conn:
        message = conn.execute(
            select(
                *(customs_message.c.id, customs_message.c.kind, customs_message.c.guid),
                *(customs_message.c.built_at, customs_message.c.sent_at),
            ).where(
                customs_message.c.id == message_id,
                customs_message.c.order_id == standing.row.order_id,
            )
        ).one_or_none()
    if message is None:
        raise MessageNotFound(message_id=message_id)
    return render_template(
        "customs_desk/resend.html",
        row=standing.row,
        message=message,
        open=message_id in standing.possible.resend,
        mishap=mishap,
    )


@acting(resend_page, form="resend")
def resend(*, list_id: int, message_id: int) -> str:
    """Send the very bytes again, once it is kept who asked for it."""
    standing = standing_of(list_id)
    if message_id not in standing.possible.resend:
        raise AlreadyAnswered
    with db.write() as conn:
        detail = {"list_id": str(list_id)}
        audit.record(conn, "customs.resend", subject=f"customs_message:{message_id}", detail=detail)
    sendings.resend(message_id)
    done("list_actions.did_resend")
    return f"{LIFE}/{list_id}"


def amend_page(*, list_id: int, mishap: Mishap | None = None) -> str:
    """Show the fields that the list alone declares, with what stands or was typed."""
    standing, fields = _fields(list_id)
    return _form("amend", standing, mishap, fields=fields)


@acting(amend_page, form="amend")
def look_amend(*, list_id: int) -> Response:
    """Show once more what would change before anything does."""
    standing, fields = _fields(list_id)
    corrections(fields)
    changed = [field for field in fields if field.changed]
    return make_response(_form("amend_look", standing, None, changed=changed))


@acting(amend_page, form="amend")
def amend(*, list_id: int) -> str:
    """Write the corrections and send the list under a new guid."""
    _, fields = _fields(list_id)
    amend_list(list_id, corrections(fields))
    done("list_actions.did_amend")
    return f"{LIFE}/{list_id}"


def withdraw_page(*, list_id: int, mishap: Mishap | None = None) -> str:
    """Show what withdrawing does where the list stands, and ask for the reason."""
    reason = request.form.get("reason", "")
    return _form("withdraw", standing_of(list_id), mishap, reason=reason)


@acting(withdraw_page, form="withdraw")
def look_withdraw(*, list_id: int) -> Response:
    """Show once more what is told to customs and what follows."""
    standing, reason = _withdrawable(list_id)
    return make_response(_form("withdraw_look", standing, None, reason=reason))


@acting(withdraw_page, form="withdraw")
def withdraw(*, list_id: int) -> str:
    """Withdraw the list, once it is kept who asked for it and why."""
    standing, reason = _withdrawable(list_id)

    def stop_picking(conn: Connection) -> None:
        order_id = standing.row.order_id
        locks.take(conn, locks.Rank.WAREHOUSE, standing.row.warehouse_id)
        locks.take(conn, locks.Rank.ORDER, order_id)
        void_pick_of_order(conn, order_id, reason="withdrawn")
        subject = f"declaration_list:{list_id}"
        audit.record(conn, "customs.withdraw_list", subject=subject, detail={"reason": reason})

    withdrawn = withdraw_list(
        list_id, reason=reason, before_gate=standing.before_gate, first=stop_picking
    )
    done(f"list_actions.did_withdraw.{withdrawn.outcome}")
    return f"{LIFE}/{list_id}"


def _withdrawable(list_id: int) -> tuple[Standing, str]:
    standing = standing_of(list_id)
    if not standing.possible.withdraw:
        raise NotWithdrawable(list_id=list_id, state=standing.row.state)
    reason = " ".join(request.form.get("reason", "").split())[:MOST]
    if len(reason) < LEAST:
        raise ReasonMissing
    return standing, reason


def _fields(list_id: int) -> tuple[Standing, list[Field]]:
    standing = standing_of(list_id)
    if not standing.possible.amend:
        raise NotResendable(kind="CEB621", state=standing.row.state)
    return standing, fields_of(standing.row, standing.lines, request.form)


def _form(name: str, standing: Standing, mishap: Mishap | None, **facts: object) -> str:
    return render_template(
        f"customs_desk/{name}.html",
        row=standing.row,
        lines=standing.lines,
        possible=standing.possible,
        before_gate=standing.before_gate,
        refusal=standing.refusal,
        most=MOST,
        mishap=mishap,
        **facts,
    )


def add_actions(pages: Blueprint, require_role: RequireRole) -> None:
    """Add the forms and deeds of one list to the customs desk's pages."""
    guard = require_role(ROLE)
    for rule, name, view, method in (
        ("/<int:list_id>/resend/<int:message_id>", "resend_page", resend_page, "GET"),
        ("/<int:list_id>/resend/<int:message_id>", "resend", resend, "POST"),
        ("/<int:list_id>/amend", "amend_page", amend_page, "GET"),
        ("/<int:list_id>/amend/look", "look_amend", look_amend, "POST"),
        ("/<int:list_id>/amend", "amend", amend, "POST"),
        ("/<int:list_id>/withdraw", "withdraw_page", withdraw_page, "GET"),
        ("/<int:list_id>/withdraw/look", "look_withdraw", look_withdraw, "POST"),
        ("/<int:list_id>/withdraw", "withdraw", withdraw, "POST"),
    ):
        pages.add_url_rule(rule, name, guard(view), methods=[method])
