"""Decides the administrators' pages: how the machine stands, parked work, messages set aside, who is signed in.

Parked work is the operators', too: they see it, let it run again and ask that it be given up.

What becomes of parked work is ``shop.operations.parked``'s, of a session the accounts'.
"""

from flask import Blueprint, render_template, request, url_for

from bonded_display.customs.reading.troubles import messages_in_trouble
from bonded_display.customs.transport.choose import bad_folder
from bonded_display.customs.transport.parking import count_parked
from bonded_display.web.acting import Mishap, acting, done
from kernel import config, db
from settlement.books.asks import read_place
from shop.operations.health.told import look
from shop.operations.health.work import LATEST_FACTS
from shop.operations.live_sessions import end_session, staff_sessions
from shop.operations.messages import send_again
from shop.operations.parked import (
    LEAST,
    ask_discard,
    confirm_discard,
    decline_discard,
    retry,
)
from shop.operations.queues import list_parked
from shop.operations.readiness import schema_revision
from shop.web import login
from shop.web.login import require_staff

ROLE = "admin"
PAGE = 30


@require_staff(ROLE)
def home() -> str:
    """Show how the machine stands, the worst first, and what stands behind it."""
    mail_aside = count_parked(bad_folder(config.current()))
    with db.read() as connection:
        health = look(connection, mail_aside=mail_aside)
        schema = schema_revision(connection)
    return render_template(
        "operations/home.html", health=health, schema=schema, latest_facts=LATEST_FACTS
    )


def parked_page(
    *, mishap: Mishap | None = None, fact_id: int = 0, handler: str = "", decision_id: int = 0
) -> str:
    """Show parked work with the buttons each piece has; a mishap at the piece it is about."""
    chosen = request.args.get("handler", "")
    with db.read() as connection:
        rows = list_parked(
            connection,
            handler=chosen,
            before=read_place(request.args.get("before", "")),
            most=PAGE + 1,
        )
    return render_template(
        "operations/parked.html",
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        chosen=chosen,
        mishap=mishap,
        about=(fact_id, handler, decision_id),
        least=LEAST,
        me=login.current_staff().id,
        role=_role(),
    )


def _role() -> str:
    staff = login.visitor().staff
    return staff.role if staff is not None else ""


@acting(parked_page, form="work", field="reason")
def run_again(*, fact_id: int, handler: str) -> str:
    """Let one piece of parked work run again."""
    retry(fact_id, handler, reason=request.form.get("reason", ""))
    done("operations.did_retry", handler=handler)
    return url_for("desk.parked")


@acting(parked_page, form="work", field="reason")
def give_up(*, fact_id: int, handler: str) -> str:
    """Ask that one piece of parked work be given up."""
    ask_discard(fact_id, handler, reason=request.form.get("reason", ""))
    done("operations.did_ask", handler=handler)
    return url_for("desk.parked")


@acting(parked_page, form="work")
def confirm(*, decision_id: int) -> str:
    """Confirm, as the second person, that work is given up."""
    confirm_discard(decision_id)
    done("operations.did_discard")
    return url_for("desk.parked")


@acting(parked_page, form="work")
def decline(*, decision_id: int) -> str:
    """Leave the work parked."""
    decline_discard(decision_id)
    done("operations.did_decline")
    return url_for("desk.parked")


def messages_page(*, mishap: Mishap | None = None, message_id: int = 0) -> str:
    """Show the messages that were signed and cannot be sent, each with its button."""
    with db.read() as connection:
        rows = messages_in_trouble(
            connection, before=read_place(request.args.get("before", "")), most=PAGE + 1
        )
    return render_template(
        "operations/messages.html",
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        mishap=mishap,
        about=message_id,
    )


@acting(messages_page, form="message")
def send_message(*, message_id: int) -> str:
    """Send one message again."""
    send_again(message_id)
    done("operations.did_send")
    return url_for("desk.messages")


def sessions_page(*, mishap: Mishap | None = None, session_id: int = 0) -> str:
    """Show who of the staff is signed in, and where."""
    del session_id
    with db.read() as connection:
        rows = staff_sessions(
            connection,
            token=login.own_token(login.STAFF_COOKIE),
            before=read_place(request.args.get("before", "")),
            most=PAGE + 1,
        )
    return render_template(
        "operations/sessions.html", rows=rows[:PAGE], more=len(rows) > PAGE, mishap=mishap
    )


@acting(sessions_page, form="sessions")
def revoke(*, session_id: int) -> str:
    """End the session of any staff member."""
    end_session(session_id, of=None)
    done("sessions.did_end")
    return url_for("desk.sessions")


def make_desk() -> Blueprint:
    """Return the operations pages under ``/operations``, by who may open them."""
    bp = Blueprint("desk", __name__, url_prefix="/operations")
    admin, operator = require_staff(ROLE), require_staff("operator")
    bp.add_url_rule("/", "home", home)
    bp.add_url_rule("/parked", "parked", operator(parked_page))
    bp.add_url_rule("/messages", "messages", admin(messages_page))
    bp.add_url_rule("/sessions", "sessions", admin(sessions_page))
    for rule, name, view in (
        ("/parked/<int:fact_id>/<handler>/retry", "run_again", operator(run_again)),
        ("/parked/<int:fact_id>/<handler>/discard", "give_up", operator(give_up)),
        ("/decisions/<int:decision_id>/confirm", "confirm", admin(confirm)),
        ("/decisions/<int:decision_id>/decline", "decline", operator(decline)),
        ("/messages/<int:message_id>/send", "send_message", admin(send_message)),
        ("/sessions/<int:session_id>/end", "revoke", admin(revoke)),
    ):
        bp.add_url_rule(rule, name, view, methods=["POST"])
    return bp
