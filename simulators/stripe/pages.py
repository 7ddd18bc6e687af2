"""Decides the page on which a person pays: what it shows, what it refuses, where it leads.

The charge itself is left to ``money``.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from . import money, payer
from .books import Body, Books
from .deliver import Behaviour
from .symbol import symbol
from .wrong import ApiError, missing

COOKIE = "pay_csrf"


def pages(books: Books, behaviour: Behaviour, after_payment: Callable[[], None]) -> Blueprint:
    """Return the pay page's routes; ``after_payment`` is called when money has come in."""
    bp = Blueprint("pages", __name__)

    @bp.get("/pay/<session_id>")
    def show(session_id: str) -> AnyResponse:
        return _page(_session(books, session_id), {}, {})

    @bp.post("/pay/<session_id>")
    def pay(session_id: str) -> AnyResponse:
        session = _session(books, session_id)
        if not _own_form():
            faults = {"form": "页面已过期，没有扣款。请核对后再次支付。"}
            return _page(session, request.form.to_dict(), faults, status=403)
        typed, faults = payer.read(request.form.to_dict())
        if faults and session["status"] == "open":
            return _page(session, typed, faults, status=422)
        try:
            session = money.pay(books, session_id, typed, behaviour.amount_delta_fen)
        except money.NotPayable as refused:
            session = _session(books, session_id)
            if refused.state != "complete":
                return _page(session | {"status": "expired"}, {}, {}, status=409)
        else:
            after_payment()
        return redirect(_return_url(session), code=303)

    @bp.get("/pay/<session_id>/symbol.svg")
    def code(session_id: str) -> Response:
        session = _session(books, session_id)
        if session["status"] != "open":
            raise missing("checkout.session", session_id)
        return _symbol(session["url"])

    @bp.errorhandler(ApiError)
    def unknown(wrong: ApiError) -> AnyResponse:
        return _page({"status": "unknown"}, {}, {}, status=wrong.status)

    return bp


def _session(books: Books, session_id: str) -> Body:
    return books.get("checkout.session", session_id)


def _own_form() -> bool:
    """Whether the form carries the token of this browser's cookie."""
    cookie, field = request.cookies.get(COOKIE, ""), request.form.get("csrf_token", "")
    return bool(cookie) and hmac.compare_digest(cookie.encode(), field.encode())


def _return_url(session: Body) -> str:
    url: str = session["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _page(
    session: Body, typed: dict[str, str], faults: dict[str, str], *, status: int = 200
) -> Response:
    token, nonce = request.cookies.get(COOKIE) or secrets.token_urlsafe(24), secrets.token_hex(8)
    total = session.get("amount_total", 0)
    html = render_template(
        "pay.html",
        session=session,
        amount=f"{total // 100:,}.{total % 100:02d}",
        typed=typed,
        faults=faults,
        token=token,
        nonce=nonce,
        back=_return_url(session) if session.get("status") == "complete" else None,
    )
    response = make_response(html, status)
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", path="/pay")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self' {_origin(session)}"
    )
    return response


def _symbol(address: str) -> Response:
    """Return the picture that leads a phone to ``address``; only a browser ever asks for it."""
    side, path = symbol(address)
    drawn = render_template("symbol.svg", side=side, path=path)
    response = make_response(drawn, {"Content-Type": "image/svg+xml"})
    response.headers["Cache-Control"] = "no-store"
    return response


def _origin(session: Body) -> str:
    """Return the merchant's origin: browsers check where a form's redirect leads."""
    parts = urlsplit(session.get("success_url", ""))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
