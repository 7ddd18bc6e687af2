"""Decides the clerk's desk on the server: the tills of an outlet, their sales and doubts.

Selling itself happens on the till's own page, which works without us.
"""

from collections.abc import Callable
from typing import Any, Protocol

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kernel import actor, db, register
from kernel.errors import NotFound
from pos.sale import row_number
from pos.server.desk import desk_of, settle_flag

PREFIX = "/till-desk"
ROLE = "clerk"
View = Callable[..., Any]


class RequireRole(Protocol):
    """Opens a view to staff of the named roles and makes them the current actor."""

    def __call__(self, *roles: str) -> Callable[[View], View]:
        """Return the decorator; who is not signed in or not of the role does not pass it."""


def desk() -> str:
    """Show the desk of the clerk's own outlet; who has none chooses it by its code."""
    outlet = _outlet()
    before = row_number(request.args.get("before", "")) or None
    if outlet is None:
        return render_template("till/desk_choose.html", given=request.args.get("outlet", ""))
    with db.read() as conn:
        view = desk_of(conn, outlet.id, before=before)
    return render_template("till/desk.html", outlet=outlet, view=view, before=before)


def settle(flag_id: int) -> Response:
    """Note that a doubt was looked at."""
    outlet = _outlet()
    if outlet is None:
        raise NotFound
    with db.write() as conn:
        settle_flag(conn, outlet.id, flag_id)
    return redirect(url_for("till_desk.desk", outlet=request.form.get("outlet") or None), 303)


def _outlet() -> register.Outlet | None:
    """Return the actor's outlet, else the one asked for by an actor who is bound to none."""
    mine, asked = actor.current().outlet_id, request.values.get("outlet", "").strip()
    with db.read() as conn:
        if mine is not None:
            return register.get_outlet(conn, mine)
        try:
            return register.get_outlet_by_code(conn, asked) if asked else None
        except NotFound:
            return None


def make_till_desk(require_role: RequireRole) -> Blueprint:
    """Return the desk's blueprint; ``require_role`` is the shop's guard."""
    bp = Blueprint("till_desk", __name__, url_prefix=PREFIX)
    guarded = require_role(ROLE)
    bp.get("/", endpoint="desk")(guarded(desk))
    bp.post("/flags/<int:flag_id>/settle", endpoint="settle")(guarded(settle))
    return bp
