"""Decides the pages on which shoppers and staff see where they are signed in, and end it.

Which sessions those are is the accounts' business.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug import Response

from kernel import db, i18n, web
from kernel.actor import Actor
from shop.operations.live_sessions import end_other_sessions, end_session, sessions_of
from shop.web import login
from shop.web.staff import ROOMS

View = Callable[..., Any]


class _Own:
    """The pages of one kind of person: ``cookie`` is theirs, ``who`` is the person."""

    def __init__(self, endpoint: str, cookie: str, who: Callable[[], Actor]) -> None:
        self._endpoint, self._cookie, self._who = endpoint, cookie, who

    def page(self) -> str:
        """Show the open sessions, this one marked."""
        with db.read() as connection:
            rows = sessions_of(connection, self._who(), token=login.own_token(self._cookie))
        staff = login.visitor().staff if self._cookie == login.STAFF_COOKIE else None
        return render_template(
            "operations/own_sessions.html",
            rows=rows,
            home=self._endpoint,
            room=ROOMS[staff.role] if staff is not None else "",
        )

    def end(self, session_id: int) -> Response:
        """End one session of the person's own; the one in use leads to the sign-in next."""
        end_session(session_id, of=self._who())
        return self._done(1)

    def end_others(self) -> Response:
        """End all but the session in use."""
        return self._done(end_other_sessions(self._who(), token=login.own_token(self._cookie)))

    def _done(self, count: int) -> Response:
        flash(i18n.text("sessions.did_end_some", web.lang(), count=count))
        return redirect(url_for(f"{self._endpoint}.page"), 303)


def _pages(name: str, prefix: str, *, own: _Own, guard: Callable[[View], View]) -> Blueprint:
    bp = Blueprint(name, __name__, url_prefix=prefix)
    bp.add_url_rule("", "page", guard(own.page))
    bp.add_url_rule("/<int:session_id>/end", "end", guard(own.end), methods=["POST"])
    bp.add_url_rule("/end-others", "end_others", guard(own.end_others), methods=["POST"])
    return bp


def make_own_sessions() -> tuple[Blueprint, Blueprint]:
    """Return the shopper's pages, ``/sessions``, and staff's, ``/staff/sessions``."""
    shopper = _Own("own_sessions", login.SHOPPER_COOKIE, login.current_actor)
    staff = _Own("staff_sessions", login.STAFF_COOKIE, login.current_staff)
    return (
        _pages("own_sessions", "/sessions", own=shopper, guard=login.require("shopper")),
        _pages("staff_sessions", "/staff/sessions", own=staff, guard=login.require_any_staff()),
    )
