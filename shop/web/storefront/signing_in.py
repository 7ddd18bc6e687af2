"""Decides the pages by which a shopper signs in and out.

Leaves codes and sessions to shop.accounts.
"""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from kernel import web
from shop.accounts.phone import masked_phone, normal_phone
from shop.accounts.send_code import send_code
from shop.accounts.sign_in import sign_in
from shop.accounts.sign_out import sign_out
from shop.web import login
from shop.web.device import device_words
from shop.web.storefront.pages import NOTHING_TYPED, Mishap, Typed, page, shown_again


def _next() -> str:
    return login.local_path(request.values.get("next", ""), "/")


def phone_page(*, mishap: Mishap | None = None, typed: Typed = NOTHING_TYPED) -> Response:
    """Return the page that asks for a phone number."""
    return page("phone", mishap=mishap, typed=typed, next=_next())


def code_page(*, mishap: Mishap | None = None, typed: Typed = NOTHING_TYPED) -> Response:
    """Return the page that asks for the code just sent."""
    phone = typed.get("phone", "")
    return page(
        "code",
        mishap=mishap,
        typed=typed,
        phone=phone,
        shown_phone=_shown_phone(phone),
        next=_next(),
    )


def _shown_phone(phone: str) -> str:
    return masked_phone(phone) if phone.startswith("+86") and len(phone) == 14 else phone


def sign_in_page() -> Response:
    """Show the sign-in."""
    return phone_page(typed=request.args)


@shown_again(phone_page, "phone")
def ask_code() -> Response:
    """Send a code to the phone and ask for it."""
    phone = send_code(request.form.get("phone", ""), language=web.lang())
    return code_page(typed={"phone": phone})


@shown_again(code_page, "code")
def answer_code() -> Response:
    """Sign the holder of the phone in and go on to where they wanted."""
    phone = normal_phone(request.form.get("phone", ""))
    token = sign_in(
        phone,
        request.form.get("code", ""),
        language=web.lang(),
        device=device_words(request.headers.get("User-Agent", "")),
    )
    return login.remember_shopper(redirect(_next(), 303), token)


def leave() -> Response:
    """End the session."""
    token = login.own_token(login.SHOPPER_COOKIE)
    if token:
        sign_out(token)
    return login.forget(redirect(url_for("storefront.sign_in_page"), 303), login.SHOPPER_COOKIE)


def add_to(bp: Blueprint) -> None:
    """Route the pages."""
    bp.get("/sign-in")(sign_in_page)
    bp.post("/sign-in/code")(ask_code)
    bp.post("/sign-in")(answer_code)
    bp.post("/sign-out")(leave)
