"""Every door of the application: strict headers on each page, a token on each button, limits."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule
from werkzeug.test import TestResponse

from kernel import clock, config, db, web
from kernel.web import Limit, Rate
from shop.accounts import sessions
from shop.accounts.put_staff import put_staff
from shop.app import make_app
from shop.web.limits import LIMITS
from shop.web.login import SHOPPER_COOKIE, STAFF_COOKIE
from tests.http.storefront_house import Person
from tests.support.sample_house import shopper

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

CARRY_THEIR_OWN_KEY = frozenset({"payments", "pos", "intake"})
"""Blueprints without a form token: a signature over the bytes, a key in a header."""

TAKES_A_QUESTION = "payment_data.plat_data_open"
"""Customs' question about a payment: it has no key, is kept, and answered elsewhere, signed."""

INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", re.I)
FOR_MACHINES = ("application/json", "text/plain", "application/problem+json")


def address(app: Flask, rule: Rule) -> str:
    """Return an address of a rule, its blanks filled with things that are nowhere."""
    known = {"gtin14": "04901234567894", "filename": "qianzhan.css", "lang": "en"}
    converters = rule._converters
    blanks = {name: known.get(name) or _blank(converters[name]) for name in rule.arguments}
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    return app.url_map.bind("localhost").build(rule.endpoint, blanks, method=method)


def _blank(converter: BaseConverter) -> int | str:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "none"


def doors(app: Flask, method: str) -> Iterator[tuple[Rule, str]]:
    """Return every rule that takes a method, with an address of it."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield rule, address(app, rule)


def is_strict(answer: TestResponse) -> bool:
    policy = dict(
        ([*part.split(maxsplit=1), ""])[:2]
        for part in answer.headers["Content-Security-Policy"].split(";")
    )
    sources = " ".join(policy.values())
    return (
        policy["default-src"] == "'self'"
        and policy["object-src"] == policy["base-uri"] == "'none'"
        and policy["frame-ancestors"] == "'none'"
        and "unsafe" not in sources
        and "*" not in sources
        and answer.headers["X-Content-Type-Options"] == "nosniff"
        and answer.headers["Referrer-Policy"] == "same-origin"
    )


@pytest.fixture
def visitors(made, app, enter) -> dict[str, Person]:
    """A stranger, a shopper, and staff of each role with a room here."""
    buyer = Person(app.test_client())
    buyer.client.set_cookie(SHOPPER_COOKIE, shopper(90).token)
    staff = {role: enter(role) for role in ("operator", "finance", "admin")}
    return {"stranger": Person(app.test_client()), "shopper": buyer, **staff}


def test_every_page_is_strict_to_whoever_asks(app, visitors):
    """Found or not, allowed or not, for five kinds of visitor: headers, and nothing inline."""
    seen: set[int] = set()
    asked = 0
    for rule, path in doors(app, "GET"):
        for who, person in visitors.items():
            answer = person.get(path)
            asked += 1
            seen.add(answer.status_code)
            assert answer.status_code < 500, (rule, who, answer.text)
            assert is_strict(answer), (rule, who)
            if answer.mimetype == "text/html":
                assert not INLINE.search(answer.text), (rule, who, INLINE.search(answer.text))
            if rule.endpoint != "static":
                assert answer.headers["Cache-Control"] == "no-store", rule
            answer.close()

    assert asked > 100
    assert {200, 303, 403, 404} <= seen


def test_every_button_needs_its_token(app, visitors):
    """A form from elsewhere, in the name of each visitor: refused, but for the two key holders."""
    guarded = exempt = 0
    for rule, path in doors(app, "POST"):
        if rule.endpoint.split(".")[0] in CARRY_THEIR_OWN_KEY:
            exempt += 1
            assert app.test_client().post(path).status_code in (403, 422), rule
            continue
        if rule.endpoint == TAKES_A_QUESTION:
            assert app.test_client().post(path).get_json()["code"] == "20000"
            continue
        for who, person in visitors.items():
            answer = person.client.post(path, headers={"Accept": "application/json"})
            guarded += 1
            assert answer.status_code == 403, (rule, who)
            assert answer.get_json()["code"] == "form_expired", (rule, who)

    assert guarded > 100
    assert exempt >= 3


def test_other_methods_change_nothing(app, visitors):
    """No address takes PUT, PATCH or DELETE."""
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods or ()}

    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize("mode", ["demo", "production"])
def test_cookies_are_closed_to_scripts_and_other_sites(database, mode):
    """Sign-in, language and form session; in production over TLS only, bound to our host."""
    before = config.current()
    config.use(replace(before, mode=mode))
    try:
        client = make_app(config.current()).test_client()
        headers = {"Accept": "text/html"}
        told = [
            *client.get("/sign-in", headers=headers, base_url="https://localhost").headers.getlist(
                "Set-Cookie"
            ),
            *client.get("/language/en", base_url="https://localhost").headers.getlist("Set-Cookie"),
        ]
        staff_id = put_staff("li.wei", "a long and quiet word", role="operator")
        with db.write() as conn:
            token = sessions.open_session(conn, at=clock.now(), staff_id=staff_id)
        prefix = "__Host-" if mode == "production" else ""
        client.set_cookie(f"{prefix}{STAFF_COOKIE}", token, domain="localhost", secure=True)
        page = client.get("/staff/sessions", headers=headers, base_url="https://localhost")
    finally:
        config.use(before)

    assert len(told) == 2
    for cookie in told:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) == (mode == "production")
        assert "Domain" not in cookie
    assert page.status_code == 200
    assert ("Strict-Transport-Security" in page.headers) == (mode == "production")


def test_every_limit_is_about_a_route_that_is_there(app):
    """A view was renamed: its limit would guard nothing."""
    assert LIMITS.keys() <= app.view_functions.keys()
    assert all(limit.caller.burst <= limit.everybody.burst for limit in LIMITS.values())


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_who_is_too_fast_is_told_when_to_come_again(app, language):
    """Passwords are tried by the dozen: 429 with Retry-After, in words; others still come in."""
    burst = LIMITS["staff.answer_password"].caller.burst
    person = Person(app.test_client(), language)
    page = person.get("/staff/sign-in")
    answers = [
        person.send(page, "/staff/sign-in", login=f"nobody{n}", password="x" * 12)
        for n in range(burst + 1)
    ]
    elsewhere = person.client.post(
        "/staff/sign-in", headers=person.headers, environ_base={"REMOTE_ADDR": "10.9.8.7"}
    )

    assert [one.status_code for one in answers[:-1]] == [403] * burst
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3
    assert ("本次没有受理" if language == "zh-CN" else "was not taken") in answers[-1].text
    assert elsewhere.status_code == 403
    assert person.get("/staff/sign-in").status_code == 200


def test_a_busy_process_says_so(database):
    """All callers together: 503 with Retry-After, and the program is told the same."""
    app = Flask("busy")
    web.register(app, config.current())
    app.add_url_rule("/scan", "scan", lambda: "ok")
    web.install_limits(app, {"scan": Limit(Rate(9, 60), Rate(1, 60))})
    client = app.test_client()
    assert client.get("/scan").status_code == 200

    answer = client.get("/scan", headers={"Accept": "application/json"})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.get_json()["code"] == "process_busy"
