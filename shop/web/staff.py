"""Decides the pages by which staff sign in and out.

Leaves passwords and sessions to shop.accounts, and what a role opens to ``login.require_staff``.
"""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from shop.accounts.sign_in_staff import sign_in_staff
from shop.accounts.sign_out import sign_out
from shop.web import login
from shop.web.storefront.pages import NOTHING_TYPED, Mishap, Typed, page, shown_again

HOME = "/back-office/warehouse/"


def _form(*, mishap: Mishap | None = None, typed: Typed = NOTHING_TYPED) -> Response:
    back = login.local_path(request.values.get("next", ""), HOME)
    return page("staff_sign_in", mishap=mishap, typed=typed, next=back)


def sign_in_page() -> Response:
    """Show the sign-in."""
    return _form()


@shown_again(_form)
def answer_password() -> Response:
    """Sign a staff member in and go on to where they wanted."""
    token = sign_in_staff(request.form.get("login", ""), request.form.get("password", ""))
    back = login.local_path(request.form.get("next", ""), HOME)
    return login.remember_staff(redirect(back, 303), token)


def leave() -> Response:
    """End the session."""
    token = login.own_token(login.STAFF_COOKIE)
    if token:
        sign_out(token)
    return login.forget(redirect(url_for("staff.sign_in_page"), 303), login.STAFF_COOKIE)


def make_staff() -> Blueprint:
    """Return the blueprint of the staff sign-in."""
    bp = Blueprint("staff", __name__, url_prefix="/staff")
    bp.get("/sign-in")(sign_in_page)
    bp.post("/sign-in")(answer_password)
    bp.post("/sign-out")(leave)
    return bp
