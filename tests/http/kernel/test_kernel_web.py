"""What every page and answer over HTTP has in common."""

import json
import re
from dataclasses import replace

import pytest
from flask import Blueprint, Flask, redirect, render_template_string

from kernel import actor, web
from kernel.errors import Denied, Malformed, NotFound, Problem, Refusal, Unavailable
from kernel.money import AmountInvalid

ID_NUMBER = "11010519491231002X"
PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FAMILIES = {
    "malformed": (Malformed, 422),
    "not_found": (NotFound, 404),
    "denied": (Denied, 403),
    "refusal": (Refusal, 409),
    "unavailable": (Unavailable, 503),
}


class Wordless(Refusal):
    """A refusal nobody wrote words for."""

    code = "kernel_web_test_wordless"


def make_app(config, **options):
    app = Flask("kernel_web_test", static_folder=None)
    web.register(app, config, **options)
    pages = Blueprint("pages", __name__)
    machines = Blueprint("machines", __name__)

    @pages.get("/form")
    def form():
        return render_template_string(
            '{% extends "layout.html" %}{% block body %}<form method="post">{{ form_tokens() }}'
            "</form>{% endblock %}"
        )

    @pages.post("/form")
    def sent():
        return {"key": web.request_key(), "actor": actor.current().owner}

    @machines.post("/machine")
    def machine():
        return {"key": web.request_key()}

    @pages.get("/raise/<name>")
    def fail(name):
        raise FAMILIES[name][0]()

    @pages.get("/amount")
    def amount():
        raise AmountInvalid(given="<1,0>")

    @pages.get("/ids")
    def with_ids():
        raise Refusal(order_id=2**62, count=3, outlet=None)

    @pages.get("/wordless")
    def wordless():
        raise Wordless

    @pages.get("/surprise")
    def surprise():
        raise KeyError(ID_NUMBER)

    @pages.get("/away")
    def away():
        return redirect("/form")

    app.register_blueprint(pages)
    web.csrf.exempt(machines)
    app.register_blueprint(machines)
    return app


@pytest.fixture
def browser(config):
    """A client of an app with the demo's settings."""
    return make_app(config, form_actions=["https://pay.example/session/1"]).test_client()


def tokens(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="([a-z_]+)" value="([^"]+)"', page))


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_has_its_status_for_people_and_programs(browser, name):
    """The same words as a page and as a problem document."""
    page = browser.get(f"/raise/{name}", headers=PERSON)
    document = browser.get(f"/raise/{name}")

    status = FAMILIES[name][1]
    assert (page.status_code, document.status_code) == (status, status)
    assert page.mimetype == "text/html"
    assert document.mimetype == "application/problem+json"
    body = json.loads(document.text)
    assert (body["status"], body["code"]) == (status, name)
    assert body["title"] in page.text
    assert body["next"] in page.text
    assert ("Retry-After" in page.headers) == (status == 503)


def test_a_problem_speaks_the_language_asked_for(browser):
    """Chinese unless the browser prefers English; the cookie wins over both."""
    assert "不是有效的金额" in browser.get("/amount").text
    assert "not a valid amount" in browser.get("/amount", headers={"Accept-Language": "en-GB"}).text
    assert "不是有效的金额" in browser.get("/amount", headers={"Accept-Language": "fr"}).text
    assert "不是有效的金额" in browser.get("/amount", headers={"Accept-Language": "zh-Hans"}).text

    chosen = browser.get("/language/en?back=/amount")

    assert (chosen.status_code, chosen.location) == (303, "/amount")
    assert "not a valid amount" in browser.get("/amount").text


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example", "/\\evil", "evil", "", "/a b", "/a%0d%0aX: 1"],
)
def test_the_language_switch_leads_nowhere_else(browser, back):
    """A link that would send the shopper to another host leads to the start."""
    assert browser.get(f"/language/en?back={back}").location == "/"


def test_an_unknown_language_is_not_found(browser):
    """Nothing is set."""
    answer = browser.get("/language/fr")

    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_facts_are_escaped_on_the_page(browser):
    """What a person typed comes back as text."""
    page = browser.get("/amount", headers=PERSON).text

    assert "&lt;1,0&gt;" in page
    assert "<1,0>" not in page


def test_ids_are_strings_in_json(browser):
    """A browser's number would lose the last digits."""
    assert json.loads(browser.get("/ids").text)["facts"] == {
        "order_id": str(2**62),
        "count": 3,
        "outlet": None,
    }


def test_a_surprise_is_a_number_to_read_out_and_a_trace_in_the_log(browser, capsys):
    """The person sees no trace, the log has one, neither has the personal data in it."""
    page = browser.get("/surprise", headers=PERSON)

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    incident = next(line for line in lines if line["event"] == "incident")
    assert page.status_code == 500
    assert incident["incident"] in page.text
    assert "Traceback" in incident["exception"]
    assert ID_NUMBER not in page.text + json.dumps(lines)


def test_a_problem_without_words_is_still_its_family(browser):
    """Somebody forgot the messages: the refusal stays a refusal."""
    answer = browser.get("/wordless")

    assert answer.status_code == 409
    assert json.loads(answer.text)["code"] == Wordless.code


def test_http_s_own_errors_look_the_same(browser):
    """An address that is not, a method it does not take, a body too large, a redirect untouched."""
    assert "没有找到" in browser.get("/nowhere", headers=PERSON).text
    refused = browser.delete("/form")
    assert (refused.status_code, json.loads(refused.text)["code"]) == (405, "method_not_allowed")
    assert set(refused.headers["Allow"].split(", ")) >= {"GET", "POST"}
    large = browser.post("/machine", data={"x": "y" * 3_000_000})
    assert (large.status_code, json.loads(large.text)["code"]) == (413, "too_large")
    assert (browser.get("/away").status_code, browser.get("/away").location) == (302, "/form")


def test_a_form_needs_the_token_of_its_session(browser):
    """With it the form arrives, without it nothing happens."""
    fields = tokens(browser.get("/form").text)

    arrived = browser.post("/form", data=fields)
    refused = browser.post("/form", data={"idempotency_key": fields["idempotency_key"]})

    assert json.loads(arrived.text) == {"key": fields["idempotency_key"], "actor": "visit:0"}
    assert refused.status_code == 403
    assert json.loads(refused.text)["code"] == "form_expired"


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
    actor.become(actor.Actor("staff", 1))
    fields = tokens(browser.get("/form").text)

    assert json.loads(browser.post("/form", data=fields).text)["actor"] == "visit:0"


def test_the_stylesheet_is_served_and_kept(browser):
    """By the address with its content's hash, for a year."""
    page = browser.get("/form").text
    (address,) = re.findall(r'href="(/static/qianzhan\.css\?v=[0-9a-f]+)"', page)

    with browser.get(address) as answer:
        kept = answer.headers["Cache-Control"]

    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    assert "max-age=31536000" in kept


def test_every_family_has_a_status():
    """No problem falls through to a status by chance."""
    assert set(web.STATUS) == {Problem, *(kind for kind, _ in FAMILIES.values())}
