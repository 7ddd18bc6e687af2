"""Decides the pages by which staff sign in, with a password or a passkey, and out.

Leaves passwords, passkeys and sessions to shop.accounts, and what a role opens to ``login.require_staff``.
"""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from shop.accounts.passkeys.sign_in_passkey import begin_sign_in, sign_in_with_passkey
from shop.accounts.sessions import signed_in
from shop.accounts.sign_in_staff import sign_in_staff
from shop.accounts.sign_out import sign_out
from shop.web import login
from shop.web.device import device_words
from shop.web.limits import network
from shop.web.passkey_question import can_have_passkeys, new_holder, options, spent_holder
from shop.web.storefront.pages import NOTHING_TYPED, Mishap, Typed, page, shown_again

ROOMS = {
    "operator": "/back-office/",
    "finance": "/finance/",
    "clerk": "/till-desk/",
    "admin": "/operations/",
}
"""The page on which each role begins its day."""


def _form(
    *, mishap: Mishap | None = None, typed: Typed = NOTHING_TYPED, at: str = "password"
) -> Response:
    return page(
        "staff_sign_in",
        mishap=mishap,
        typed=typed,
        at=at,
        next=login.local_path(request.values.get("next", ""), ""),
        passkeys=can_have_passkeys(),
    )


def _passkey_form(*, mishap: Mishap, typed: Typed) -> Response:
    return _form(mishap=mishap, typed=typed, at="passkey")


def sign_in_page() -> Response:
    """Show the sign-in."""
    return _form()


@shown_again(_form)
def answer_password() -> Response:
    """Sign a staff member in and go on to where they wanted, else to their role's room."""
    token = sign_in_staff(
        request.form.get("login", ""),
        request.form.get("password", ""),
        device=device_words(request.headers.get("User-Agent", "")),
        network=network(),
    )
    return _go_on(token)


def begin_passkey() -> Response:
    """Ask the browser for any passkey of this site."""
    return options(begin_sign_in(holder=new_holder()))


@shown_again(_passkey_form)
def answer_passkey() -> Response:
    """Sign a staff member in by their passkey, as after a password."""
    token = sign_in_with_passkey(
        request.form.get("credential", ""),
        holder=spent_holder(),
        network=network(),
        device=device_words(request.headers.get("User-Agent", "")),
    )
    return _go_on(token)


def passkey_page() -> Response:
    """Lead to the sign-in: a problem stood at this address, and its language was changed."""
    return redirect(url_for("staff.sign_in_page"), 303)


def _go_on(token: str) -> Response:
    now = signed_in(token)
    room = ROOMS[now.role] if now is not None else "/"
    back = login.local_path(request.form.get("next", ""), room)
    return login.remember_staff(redirect(back, 303), token)


def room() -> Response:
    """Lead to where the staff member of this browser begins, or to the sign-in."""
    staff = login.visitor().staff
    return redirect(ROOMS[staff.role] if staff else url_for("staff.sign_in_page"), 303)


def leave() -> Response:
    """End the session."""
    token = login.own_token(login.STAFF_COOKIE)
    if token:
        sign_out(token)
    return login.forget(redirect(url_for("staff.sign_in_page"), 303), login.STAFF_COOKIE)


def make_staff() -> Blueprint:
    """Return the blueprint of the staff sign-in."""
    bp = Blueprint("staff", __name__, url_prefix="/staff")
    bp.get("/")(room)
    bp.get("/sign-in")(sign_in_page)
    bp.post("/sign-in")(answer_password)
    bp.post("/sign-in/passkey/begin")(begin_passkey)
    bp.post("/sign-in/passkey")(answer_passkey)
    bp.get("/sign-in/passkey")(passkey_page)
    bp.post("/sign-out")(leave)
    return bp
