"""Decides who is asking, from the cookies of a request, and whether a view is open to them.

Leaves proving who one is to shop.accounts and statuses to kernel.web.

Flask-Login is known to this module alone: it holds the request's ``Visitor`` and nothing of
it reaches a cookie, for our sessions are rows that can be ended.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property, wraps
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, Request, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from kernel import actor, clock, config, ids, web
from kernel.actor import Actor
from kernel.errors import Problem
from shop.accounts.errors import RoleRequired, SignInRequired
from shop.accounts.sessions import SHOPPER_FOR, STAFF_FOR, SignedIn, signed_in, token_hash
from shop.offer.ask import Sender
from shop.offer.visit import VISIT_FOR, Visit, read_visit, write_visit

SHOPPER_COOKIE, STAFF_COOKIE, VISIT_COOKIE = "qz_session", "qz_staff", "qz_visit"
DEVICE_COOKIE, DEVICE_FOR = "qz_device", 400 * clock.DAY
View = Callable[..., Any]


class Visitor(UserMixin):  # type: ignore[misc]
    """Whom one request may be: a shopper, a staff member, both or only a visit.

    Each is looked up when it is first asked for, so that a request nobody signs asks nothing.
    """

    def __init__(self, cookies: Mapping[str, str]) -> None:
        self._cookies = cookies

    @cached_property
    def shopper(self) -> SignedIn | None:
        """Return the shopper whose session lives."""
        return _of_kind(self._cookies.get(cookie_name(SHOPPER_COOKIE)), "account")

    @cached_property
    def staff(self) -> SignedIn | None:
        """Return the staff member whose session lives."""
        return _of_kind(self._cookies.get(cookie_name(STAFF_COOKIE)), "staff")

    @cached_property
    def visit(self) -> Visit | None:
        """Return the scan that the request belongs to."""
        return _visit(self._cookies.get(cookie_name(VISIT_COOKIE)))


def install_login(app: Flask) -> None:
    """Let an application know its visitors; the actor is set before each view."""
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(_visitor)
    manager.init_app(app, add_context_processor=False)
    app.before_request(_carry_on_the_visit)


def _carry_on_the_visit() -> None:
    """Join everything since the scan under one correlation: the visit's own number."""
    correlation = correlation_of(visitor())
    if correlation:
        actor.correlate(correlation)


def correlation_of(who: Visitor) -> str:
    """Return the correlation of the visit's scan, or nothing where there was none."""
    return f"{who.visit.nonce:016x}" if who.visit is not None else ""


def _visitor(asked: Request) -> Visitor:
    return Visitor(asked.cookies)


def sender_of(cookies: Mapping[str, str]) -> Sender | None:
    """Return who sends a form by their cookies alone, or None without a shopper's session."""
    token = cookies.get(cookie_name(SHOPPER_COOKIE))
    if not token:
        return None
    who = Visitor(cookies)
    return Sender(
        token_hash(token),
        who.visit.outlet_id if who.visit else None,
        correlation_of(who) or actor.new_correlation(),
        device_of(cookies),
    )


def device_of(cookies: Mapping[str, str]) -> str:
    """Return by which browser a request comes; its session's hash where it keeps no name of ours."""
    named = cookies.get(cookie_name(DEVICE_COOKIE), "")
    if re.fullmatch(r"[0-9a-f]{1,16}", named):
        return named
    token = cookies.get(cookie_name(SHOPPER_COOKIE))
    return token_hash(token) if token else ""


def _of_kind(token: str | None, kind: str) -> SignedIn | None:
    found = signed_in(token) if token else None
    return found if found is not None and found.kind == kind else None


def _visit(token: str | None) -> Visit | None:
    if not token:
        return None
    try:
        return read_visit(token, config.current().secret_key, at=clock.now())
    except Problem:
        return None  # an old or foreign scan is no scan; the shelf page starts a new one


def visitor() -> Visitor:
    """Return whom this request may be; looked up once a request."""
    if "visitor" not in g:
        g.visitor = cast(Visitor, current_user._get_current_object())
    return cast(Visitor, g.visitor)


def current_actor() -> Actor:
    """Return the shopper, at the outlet they scanned in, or the visit, or nobody."""
    return actor_of(visitor())


def actor_of(who: Visitor) -> Actor:
    """Return whom a visitor acts as in the shop."""
    outlet_id = who.visit.outlet_id if who.visit else None
    if who.shopper is not None:
        return Actor("account", who.shopper.id, outlet_id)
    if who.visit is not None:
        return Actor("visit", who.visit.nonce, outlet_id)
    return actor.NOBODY


def current_staff() -> Actor:
    """Return the staff member of this request; raises ``SignInRequired`` when there is none."""
    staff = visitor().staff
    if staff is None:
        raise SignInRequired
    return Actor("staff", staff.id, staff.outlet_id)


def require(role: str) -> Callable[[View], View]:
    """Open a view to signed-in shoppers; a page asked for leads to the sign-in and back."""
    if role != "shopper":
        raise ValueError(f"{role} is a staff role: use require_staff")

    def open_to(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            if visitor().shopper is None:
                return _to_sign_in("storefront.sign_in_page")
            actor.become(current_actor())
            return view(**values)

        return guarded

    return open_to


def require_staff(*roles: str) -> Callable[[View], View]:
    """Open a view to staff of these roles, and to administrators."""

    def open_to(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            staff = visitor().staff
            if staff is None:
                return _to_sign_in("staff.sign_in_page")
            if staff.role not in (*roles, "admin"):
                raise RoleRequired(role=roles[0])
            actor.become(current_staff())
            return view(**values)

        return guarded

    return open_to


def opens(role: str) -> bool:
    """Say whether this request's person may enter the pages of a role: no link leads to a no."""
    staff = visitor().staff
    return staff is not None and staff.role in (role, "admin")


def require_any_staff() -> Callable[[View], View]:
    """Open a view to staff of every role."""
    return require_staff("operator", "finance", "clerk")


def _to_sign_in(endpoint: str) -> Response:
    """Send a person to sign in; programs, which ask for JSON, are told instead."""
    if not web.wants_page():
        raise SignInRequired
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for(endpoint, next=back or None), 303)


def local_path(given: str, otherwise: str) -> str:
    """Return a path of this site to go on to; anything that leads elsewhere is dropped."""
    parts = urlsplit(given)
    inside = given.startswith("/") and not given.startswith("//") and "\\" not in given
    printable = all(sign.isprintable() for sign in given)
    return given if inside and printable and not (parts.scheme or parts.netloc) else otherwise


def remember_shopper(answer: Response, token: str) -> Response:
    """Return an answer that gives the shopper their session."""
    return _with_cookie(answer, SHOPPER_COOKIE, token, SHOPPER_FOR)


def remember_staff(answer: Response, token: str) -> Response:
    """Return an answer that gives a staff member their session."""
    return _with_cookie(answer, STAFF_COOKIE, token, STAFF_FOR)


def remember_visit(answer: Response, *, outlet_id: int, shelf_code: str) -> Response:
    """Return an answer that notes the scan of a shelf, unless this visit is already noted."""
    known = visitor().visit
    if known is not None and (known.outlet_id, known.shelf_code) == (outlet_id, shelf_code):
        return answer
    visit = Visit(outlet_id, shelf_code, clock.now(), ids.new())
    actor.correlate(f"{visit.nonce:016x}")
    token = write_visit(visit, config.current().secret_key)
    _with_cookie(answer, VISIT_COOKIE, token, VISIT_FOR)
    if cookie_name(DEVICE_COOKIE) not in request.cookies:
        _with_cookie(answer, DEVICE_COOKIE, f"{ids.new():x}", DEVICE_FOR)
    return answer


def cookie_name(name: str) -> str:
    """Return how a cookie is called: in production only our own host, over TLS, can set it."""
    return f"__Host-{name}" if config.current().mode == "production" else name


def _with_cookie(answer: Response, name: str, value: str, lasts: int) -> Response:
    answer.set_cookie(
        cookie_name(name),
        value,
        max_age=lasts // clock.SECOND,
        httponly=True,
        samesite="Lax",
        secure=config.current().mode == "production",
    )
    return answer


def forget(answer: Response, name: str) -> Response:
    """Return an answer that takes a cookie away."""
    answer.delete_cookie(
        cookie_name(name),
        httponly=True,
        samesite="Lax",
        secure=config.current().mode == "production",
    )
    return answer


def own_token(name: str) -> str | None:
    """Return the session token a cookie of this request carries, for ending its session."""
    return request.cookies.get(cookie_name(name))
