"""The lane for placings: it answers as the application would, and leaves it whatever is amiss."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shop.web.limits import LIMITS
from tests.support.sample_house import rows

KEY = "key-of-a-lane-0001"


@contextmanager
def without_view(app: Flask) -> Iterator[None]:
    """Let the application's own view fail whoever reaches it."""

    def reached() -> str:
        raise AssertionError("the view was reached")

    view = app.view_functions["storefront.confirm"]
    app.view_functions["storefront.confirm"] = reached
    yield
    app.view_functions["storefront.confirm"] = view


def shown(answer: TestResponse) -> tuple[int, dict[str, str], str]:
    headers = {name: value for name, value in answer.headers if name != "X-Correlation-Id"}
    return answer.status_code, headers, answer.text


def test_a_placing_with_nothing_amiss_never_reaches_the_view(app, buyer):
    """A signed-in buyer sends the form as the page gave it."""
    person = buyer()
    page = person.checkout()

    with without_view(app):
        answer = person.confirm(page)

    assert answer.status_code == 303
    placed = int(answer.location.rsplit("/", 1)[-1])
    assert rows("SELECT id FROM checkout") == [(placed,)]


def test_lane_and_view_answer_alike(app, buyer):
    """The same key is sent again, once by the lane and once by the application alone."""
    person = buyer()
    page = person.checkout()
    first = person.confirm(page, idempotency_key=KEY)

    by_lane = person.confirm(page, idempotency_key=KEY)
    lane, app.wsgi_app = app.wsgi_app, app.wsgi_app.beyond
    by_view = person.confirm(page, idempotency_key=KEY)
    app.wsgi_app = lane

    assert first.status_code == 303
    assert by_lane.headers["Idempotency-Replayed"] == "true"
    assert shown(by_lane) == shown(by_view)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"csrf_token": "forged"}, 403),
        ({"idempotency_key": "short"}, 422),
        ({"qty": "1e3"}, 422),
    ],
)
def test_what_is_amiss_is_the_applications(app, buyer, changes, status):
    """A forged token, a key that is none and a quantity that is none are told, nothing is placed."""
    person = buyer()

    answer = person.confirm(person.checkout(), **changes)

    assert answer.status_code == status
    assert rows("SELECT id FROM checkout") == []


def test_a_session_that_ended_leads_to_the_sign_in(app, buyer):
    """The form is still open when the shopper's cookie is gone."""
    person = buyer()
    page = person.checkout()
    person.client.delete_cookie("qz_session")

    answer = person.confirm(page)

    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    assert rows("SELECT id FROM checkout") == []


def test_a_refusal_is_judged_once_and_shown_by_the_application(app, buyer):
    """Seven pieces of six: the page says so, and is no replay."""
    person = buyer()
    page = person.checkout(1)

    answer = person.confirm(page, qty="7", shown_qty="7", idempotency_key=KEY)

    assert answer.status_code == 409
    assert '<html lang="zh-CN">' in answer.text
    assert "Idempotency-Replayed" not in answer.headers
    assert rows("SELECT key, status FROM idempotency") == [(KEY, "refused")]


def test_the_lane_passes_no_limit_by():
    """It asks the process's limiter nothing: its route must have no limit there."""
    assert "storefront.confirm" not in LIMITS
