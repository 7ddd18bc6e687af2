"""Problems over HTTP: status, page, document, language."""

import json

import pytest

from kernel import web
from kernel.errors import Problem
from tests.http.kernel.kernel_web_app import FAMILIES, ID_NUMBER, PERSON, Wordless, make_app


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


def test_a_number_that_no_row_can_have_is_not_found(config):
    """One past 63 bits would be an error of the database: an incident for a mistyped address."""
    app = make_app(config)
    app.add_url_rule("/rows/<int:number>", view_func=lambda number: {"number": str(number)})
    browser = app.test_client()

    assert browser.get(f"/rows/{2**63 - 1}").json == {"number": str(2**63 - 1)}
    assert browser.get(f"/rows/{2**63}").status_code == 404


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


def test_every_family_has_a_status():
    """No problem falls through to a status by chance."""
    assert set(web.STATUS) == {Problem, *(kind for kind, _ in FAMILIES.values())}
