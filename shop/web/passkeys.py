"""Decides the page on which staff see, add and remove their passkeys.

Leaves what makes one valid to shop.accounts.passkeys, and signing in with one to ``staff``.
"""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kernel import db, i18n, web
from shop.accounts.passkeys.own import (
    LONGEST_NAME,
    MOST_PASSKEYS,
    add_passkey,
    begin_passkey,
    passkeys_of,
    remove_passkey,
)
from shop.web import login
from shop.web.device import device_words
from shop.web.passkey_question import can_have_passkeys, new_holder, options, spent_holder
from shop.web.staff import ROOMS
from shop.web.storefront.pages import NOTHING_TYPED, Mishap, Typed, shown_again


def _page(
    *, mishap: Mishap | None = None, typed: Typed = NOTHING_TYPED, passkey_id: int = 0
) -> AnyResponse:
    me = login.current_staff()
    role = getattr(login.visitor().staff, "role", "")
    with db.read() as connection:
        rows = passkeys_of(connection, me.id)
    body = render_template(
        "operations/passkeys.html",
        rows=rows,
        mishap=mishap,
        about=passkey_id,
        name=typed.get("name", device_words(request.headers.get("User-Agent", ""))),
        longest=LONGEST_NAME,
        room=ROOMS.get(role, "/"),
        possible=can_have_passkeys(),
        full=sum(not row.ended for row in rows) >= MOST_PASSKEYS,
    )
    return Response(body, mimetype="text/html")


@login.require_any_staff()
def passkeys_page() -> AnyResponse:
    """Show the person's passkeys."""
    return _page()


@login.require_any_staff()
def begin() -> Response:
    """Ask the browser for a new passkey of this person."""
    return options(begin_passkey(login.current_staff().id, holder=new_holder()))


@login.require_any_staff()
@shown_again(_page)
def add() -> AnyResponse:
    """Keep the passkey that the browser made."""
    device = device_words(request.headers.get("User-Agent", ""))
    add_passkey(
        login.current_staff().id,
        request.form.get("credential", ""),
        name=request.form.get("name", "").strip() or device,
        holder=spent_holder(),
    )
    return _done("passkeys.did_add")


@login.require_any_staff()
@shown_again(_page)
def remove(*, passkey_id: int) -> AnyResponse:
    """End one of the person's passkeys."""
    remove_passkey(login.current_staff().id, passkey_id)
    return _done("passkeys.did_remove")


def _done(words: str) -> AnyResponse:
    flash(i18n.text(words, web.lang()))
    return redirect(url_for("passkeys.passkeys_page"), 303)


def _back(*, passkey_id: int) -> AnyResponse:
    """Lead to the page: a problem stood at this address, and its language was changed."""
    del passkey_id
    return redirect(url_for("passkeys.passkeys_page"), 303)


def make_passkeys() -> Blueprint:
    """Return the pages ``/staff/passkeys``."""
    bp = Blueprint("passkeys", __name__, url_prefix="/staff/passkeys")
    bp.get("")(passkeys_page)
    bp.post("")(add)
    bp.post("/begin")(begin)
    bp.post("/<int:passkey_id>/remove")(remove)
    bp.get("/<int:passkey_id>/remove")(_back)
    return bp
