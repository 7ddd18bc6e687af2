"""Forms, keys, headers and cookies: what every page has in common."""

import json
import re
from dataclasses import replace

import pytest
from flask import request

from kernel import actor
from tests.http.kernel.kernel_web_app import PERSON, make_app, tokens


def test_a_form_needs_the_token_of_its_session(browser):
    """With it the form arrives, without it nothing happens."""
    fields = tokens(browser.get("/form").text)

    arrived = browser.post("/form", data=fields)
    refused = browser.post("/form", data={"idempotency_key": fields["idempotency_key"]})

    assert json.loads(arrived.text) == {"key": fields["idempotency_key"], "actor": "visit:0"}
    assert refused.status_code == 403
    assert json.loads(refused.text)["code"] == "form_expired"


def test_a_refused_form_has_a_correlation_of_its_own(browser):
    """The check of the form comes after the request has begun, not with the last one's name."""
    seen = {browser.post("/form").headers["X-Correlation-Id"] for _ in range(3)}

    assert len(seen) == 3


def test_each_form_gets_a_key_of_its_own(browser):
    """Two tabs, two orders."""
    keys = {tokens(browser.get("/form").text)["idempotency_key"] for _ in range(5)}

    assert len(keys) == 5


@pytest.mark.parametrize(
    ("field", "header", "taken"),
    [
        ("a" * 16, None, True),
        (None, "A-_9" * 20, True),
        ("same-key-in-both-1", "same-key-in-both-1", True),
        ("one-key-in-the-form", "another-in-header-1", False),
        (None, None, False),
        ("a" * 15, None, False),
        ("a" * 81, None, False),
        (None, "with space in it 123", False),
        ("十六个字十六个字十六个字十六个字", None, False),
    ],
)
def test_a_key_is_taken_or_refused(browser, field, header, taken):
    """From the form or the header; too short, too long, strange, absent, or two that differ."""
    answer = browser.post(
        "/machine",
        data={"idempotency_key": field} if field else {},
        headers={"Idempotency-Key": header} if header else {},
    )

    assert answer.status_code == (200 if taken else 422)
    if taken:
        assert json.loads(answer.text)["key"] == (field or header)


def test_browsers_are_told_to_be_strict(browser):
    """No foreign script, no frame, forms to us and the payment page only, no copies kept."""
    headers = browser.get("/form").headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self' https://pay.example"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert {"Cookie", "Accept", "Accept-Language"} <= {*headers["Vary"].split(", ")}
    assert "Strict-Transport-Security" not in headers


def test_the_layout_has_no_inline_script_or_style(browser):
    """The policy would block them."""
    page = browser.get("/form", headers=PERSON).text

    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", page)


def test_production_s_cookies_stay_on_https(config):
    """The session cookie is bound to host and https, and unreadable to scripts."""
    app = make_app(replace(config, mode="production"))

    answer = app.test_client().get("/form", base_url="https://shop.example")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_a_form_over_https_arrives(config):
    """The referrer that the form check wants is one the policy lets through."""
    browser = make_app(replace(config, mode="production")).test_client()
    origin = "https://shop.example"
    fields = tokens(browser.get("/form", base_url=origin).text)

    arrived = browser.post(
        "/form", data=fields, base_url=origin, headers={"Referer": f"{origin}/form"}
    )

    assert arrived.status_code == 200


def test_a_caller_s_correlation_is_noted_but_not_taken(browser, capsys):
    """Anybody could send one; the log line of the request has both."""
    answer = browser.get("/form", headers={"X-Correlation-Id": "caller-1"})
    browser.get("/form", headers={"X-Correlation-Id": "bad value\tx"})

    ours = answer.headers["X-Correlation-Id"]
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert re.fullmatch("[0-9a-f]{16}", ours)
    assert [line["callers_correlation"] for line in lines] == ["caller-1", None]
    assert lines[0]["correlation"] == ours


def test_one_request_s_actor_is_gone_in_the_next(browser):
    """Threads serve many: whoever acted before does not act now."""
    fields = tokens(browser.get("/form").text)
    with actor.acting(actor.Actor("staff", 1)) as before:
        answer = browser.post("/form", data=fields)

        assert json.loads(answer.text)["actor"] == "visit:0"
        assert actor.current() == before


def test_the_stylesheet_is_served_and_kept(browser):
    """By the address with its content's hash, for a year."""
    page = browser.get("/form").text
    (address,) = re.findall(r'href="(/static/qianzhan\.css\?v=[0-9a-f]+)"', page)

    with browser.get(address) as answer:
        kept = answer.headers["Cache-Control"]

    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    assert "max-age=31536000" in kept


@pytest.mark.parametrize(
    ("trusted", "seen"), [("", "127.0.0.1"), ("127.0.0.1, ::1", "203.0.113.7")]
)
def test_a_trusted_proxy_s_word_makes_the_caller(config, trusted, seen):
    """What limits and throttles count: the proxy, until it is named in the settings."""
    app = make_app(replace(config, trusted_proxies=trusted))
    app.add_url_rule("/from", view_func=lambda: request.remote_addr or "", endpoint="from_where")

    answer = app.test_client().get(
        "/from", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
    )

    assert answer.text == seen


@pytest.mark.parametrize(("trusted", "seen"), [("", "http"), ("127.0.0.1", "https")])
def test_a_trusted_proxy_s_word_makes_the_scheme_of_links(config, trusted, seen):
    """TLS ends at the proxy; an absolute link must lead there again."""
    app = make_app(replace(config, trusted_proxies=trusted))
    app.add_url_rule("/here", view_func=lambda: request.url, endpoint="where_we_are")

    answer = app.test_client().get("/here", headers={"X-Forwarded-Proto": "https"})

    assert answer.text == f"{seen}://localhost/here"


def test_over_tls_a_form_needs_a_referrer_of_ours(config):
    """As the check is when TLS ends here."""
    app = make_app(replace(config, trusted_proxies="127.0.0.1"))
    browser, tls = app.test_client(), {"X-Forwarded-Proto": "https"}
    fields = tokens(browser.get("/form", headers=tls).text)

    ours = {**tls, "Referer": "https://localhost/form"}
    theirs = {**tls, "Referer": "https://elsewhere.example/form"}

    assert browser.post("/form", data=fields, headers=theirs).status_code == 403
    assert browser.post("/form", data=fields, headers=ours).status_code == 200
