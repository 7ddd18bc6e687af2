"""While the database is away every page says so, with when to come again; then all goes on."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from kernel import config, db
from shop.accounts.put_staff import put_staff
from shop.accounts.sign_in_staff import sign_in_staff
from shop.app import make_app, make_front
from shop.web.login import STAFF_COOKIE
from tests.http.shop_bad_input.conftest import enter, says
from tests.support.lanes import through_lanes
from tests.support.line import Line, line_to

PAGE = {"Accept": "text/html"}
STAFF_PAGES = ["/staff/", "/finance/", "/operations/", "/back-office/"]


@pytest.fixture
def line(sample, database) -> Iterator[Line]:
    """The line of a furnished house to its books."""
    del sample
    with line_to(database) as line:
        yield line


@pytest.fixture(params=["wsgi", "event loop"])
def app(line, request) -> Flask:
    """The application behind either front."""
    del line
    if request.param == "wsgi":
        return make_app(config.current())
    return through_lanes(make_front(config.current()))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_shopper_is_told_to_come_again_and_orders_once(app, line, sample, language, clock):
    """The books go away between the form and the order, and come back without a restart."""
    person = enter(app, sample, 1, language)
    form = person.checkout()
    line.cut()
    clock.tick(10)

    answers = [person.get(path) for path in (sample.label, "/orders", "/checkout?qty=1")]
    answers.append(person.confirm(form))

    for answer in answers:
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["Retry-After"]) > 0
        says(answer, language, "database_away")
    line.mend()
    placed = [person.confirm(form) for _ in range(2)]
    assert [answer.status_code for answer in placed] == [303, 303]
    assert placed[0].location == placed[1].location
    with db.read() as conn:
        assert conn.scalar(text("SELECT count(*) FROM checkout")) == 1


def test_a_program_gets_a_problem_document(app, line, sample, clock):
    """Who asks for JSON reads the code and when to come again."""
    person = enter(app, sample)
    person.checkout()
    line.cut()
    clock.tick(10)

    answer = person.client.get("/orders", headers={"Accept": "application/json"})

    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "database_away"
    assert int(answer.headers["Retry-After"]) > 0
    line.mend()
    assert person.client.get("/orders", headers=PAGE).status_code == 200


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_a_desk_is_told_so_too(app, line, page, clock):
    """An administrator's pages, each of another room."""
    put_staff("li.wei", "a long and quiet word", role="admin")
    desk = app.test_client()
    desk.set_cookie(STAFF_COOKIE, sign_in_staff("li.wei", "a long and quiet word"))
    assert desk.get(page, headers=PAGE, follow_redirects=True).status_code == 200
    line.cut()
    clock.tick(10)

    answer = desk.get(page, headers=PAGE)

    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    line.mend()
    assert desk.get(page, headers=PAGE, follow_redirects=True).status_code == 200
