"""The lane for placings: it answers as the application would, and leaves it whatever is amiss."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from kernel import config, db
from shop.app import make_front
from shop.web.limits import LIMITS
from tests.http.shop_bad_input.conftest import Buyer, enter
from tests.support.lanes import through_lanes
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


@contextmanager
def without_lane(app: Flask) -> Iterator[None]:
    """Let requests reach the application alone."""
    front, app.wsgi_app = app.wsgi_app, type(app).wsgi_app.__get__(app)
    yield
    app.wsgi_app = front


def someone_before(buyer: Callable[..., Buyer]) -> None:
    """Let somebody else order, so that the offer is known in this process."""
    buyer(9, person=9).order()


def shown(answer: TestResponse) -> tuple[int, dict[str, str], str]:
    headers = {name.lower(): value for name, value in answer.headers}
    del headers["x-correlation-id"]
    return answer.status_code, headers, answer.text


def test_a_placing_with_nothing_amiss_never_reaches_the_view(app, buyer):
    """A signed-in buyer sends the form as the page gave it."""
    someone_before(buyer)
    person = buyer()
    page = person.checkout()

    with without_view(app):
        answer = person.confirm(page)

    assert answer.status_code == 303
    placed = int(answer.location.rsplit("/", 1)[-1])
    assert (placed,) in rows("SELECT id FROM checkout")


def test_an_offer_that_nobody_read_yet_is_the_applications(app, buyer):
    """The lane does not wait for the database; the first order of an offer is placed all the same."""
    person = buyer()
    page = person.checkout()

    with without_view(app):
        left = person.confirm(page)
    answer = person.confirm(page)

    assert (left.status_code, answer.status_code) == (500, 303)


def test_lane_and_view_answer_alike(app, buyer):
    """The same key is sent again, once by the lane and once by the application alone."""
    someone_before(buyer)
    person = buyer()
    page = person.checkout()
    first = person.confirm(page, idempotency_key=KEY)

    by_lane = person.confirm(page, idempotency_key=KEY)
    with without_lane(app):
        by_view = person.confirm(page, idempotency_key=KEY)

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


@pytest.mark.parametrize("over", ["revoked_at = 1", "expires_at = 1"])
def test_a_session_that_was_ended_elsewhere_places_nothing(app, buyer, over):
    """The process that is asked still believes in it; the group that places reads it anew."""
    someone_before(buyer)
    person = buyer()
    page = person.checkout()
    before = rows("SELECT id FROM checkout")
    with db.write() as connection:
        connection.execute(text(f"UPDATE login_session SET {over}"))

    answer = person.confirm(page)

    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    assert rows("SELECT id FROM checkout") == before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Forwarded-Proto": "https"}, 403),
        ({"X-Forwarded-Proto": "https", "Referer": "https://elsewhere.example/checkout"}, 403),
        ({"X-Forwarded-Proto": "https", "Referer": "https://localhost/checkout"}, 303),
    ],
)
def test_behind_a_proxy_the_lane_asks_where_a_form_comes_from(sample, headers, status):
    """Over TLS, as a trusted proxy tells, a form must come from a page of ours."""
    settings = replace(config.current(), trusted_proxies="127.0.0.1")
    buyer = partial(enter, through_lanes(make_front(settings)), sample)
    someone_before(buyer)
    person = buyer()
    page = person.checkout()
    person.headers.update(headers)

    answer = person.confirm(page)

    assert answer.status_code == status


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
