"""The front: a lane answers what it is certain of, the application all else, unharmed."""

import pytest
from flask import Flask, request

from kernel.errors import Refusal
from kernel.web.front import LONGEST, Answer, Front, header, peer_of, raise_what_was_told
from tests.support.lanes import in_a_loop


@pytest.fixture
def app():
    """An application that says what reached it."""
    app = Flask("behind")

    @app.post("/lane")
    def behind():
        raise_what_was_told()
        return {"body": request.get_data(as_text=True), "from": request.remote_addr}

    @app.errorhandler(Refusal)
    def shown(problem):
        return {"shown": problem.code}, 409

    return app


def ask(app, lane, body=b"hello", *, method="POST", path="/lane", parts=None, length=None):
    """Send one request in ``parts``; return its status and body, or None without an answer."""
    told = []
    parts = parts if parts is not None else [body]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "client": ("192.0.2.1", 4711),
        "headers": [
            (b"content-type", b"text/plain"),
            (b"content-length", str(len(body) if length is None else length).encode()),
        ],
    }
    messages = [
        {"type": "http.request", "body": part, "more_body": n < len(parts)}
        for n, part in enumerate(parts, start=1)
    ]

    async def send(message):
        told.append(message)

    async def receive():
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def one():
        await Front(app, {("POST", "/lane"): lane})(scope, receive, send)

    in_a_loop(one())
    if not told:
        return None
    return told[0]["status"], b"".join(part.get("body", b"") for part in told[1:])


async def certain(scope, body):
    del scope
    return Answer(200, [(b"content-type", b"text/plain")], b"lane: " + body)


async def unsure(scope, body):
    del scope, body


async def refuses(scope, body):
    del scope, body
    raise Refusal()


async def never(scope, body):
    raise AssertionError(scope, body)


def test_what_a_lane_is_certain_of_it_answers(app):
    """The body came in three parts."""
    assert ask(app, certain, b"abcdef", parts=[b"ab", b"cd", b"ef"]) == (200, b"lane: abcdef")


def test_what_a_lane_leaves_reaches_the_application_whole(app):
    """The lane has read the body; the application reads it again, and sees who called."""
    status, body = ask(app, unsure, b"abcdef", parts=[b"ab", b"cd", b"ef"])

    assert (status, body.strip()) == (200, b'{"body":"abcdef","from":"192.0.2.1"}')


def test_what_a_lane_was_told_the_application_shows(app):
    """Nobody is asked twice."""
    status, body = ask(app, refuses)

    assert (status, body.strip()) == (409, b'{"shown":"refusal"}')


@pytest.mark.parametrize("other", [{"method": "GET"}, {"path": "/other"}, {"path": "/lane/"}])
def test_other_requests_never_see_the_lane(app, other):
    """Another method or path is the application's."""
    assert ask(app, never, **other)[0] in (404, 405)


@pytest.mark.parametrize("body", [b"a" * (LONGEST + 1), b""])
def test_a_body_too_long_or_of_unknown_length_is_not_read_by_the_lane(app, body):
    """One byte too many; and one whose length is not said."""
    status, _ = ask(app, never, body, length=None if body else "unknown")

    assert status == 200


def test_who_goes_away_midway_is_answered_nothing(app):
    """The caller's line breaks before its body is whole."""
    assert ask(app, never, b"abcdef", parts=[]) is None


def test_headers_are_read_as_the_application_reads_them():
    """A header in two lines is one with a comma: the last word is the nearest proxy's."""
    scope = {"headers": [(b"x-forwarded-proto", b"http"), (b"x-forwarded-proto", b"https")]}

    assert header(scope, b"x-forwarded-proto") == "http,https"
    assert header(scope, b"cookie") == ""
    assert peer_of(scope) == ""
