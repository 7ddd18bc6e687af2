"""Decides how a problem is answered: the status of its family, and words for who asked.

A person gets a page in their language, a program an RFC 9457 problem document, both with the same
words.  What nobody foresaw is a 500 with an incident number under which the log has the trace.
"""

import json
import secrets

from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug import Response as AnyResponse
from werkzeug.exceptions import HTTPException

from kernel import actor, i18n, metrics
from kernel.errors import (
    Denied,
    Malformed,
    NotFound,
    Problem,
    Refusal,
    Unavailable,
    family_of,
)
from kernel.logs import log
from kernel.web.forms import FormExpired
from kernel.web.language import lang
from kernel.web.limits import TooManyRequests

STATUS: dict[type[Problem], int] = {
    Malformed: 422,
    NotFound: 404,
    Denied: 403,
    Refusal: 409,
    Unavailable: 503,
    Problem: 500,
}


class MethodNotAllowed(Malformed):
    """The address exists, but not for this method."""

    code = "method_not_allowed"


class TooLarge(Malformed):
    """The request is larger than a page accepts."""

    code = "too_large"


_OF_STATUS: dict[int, type[Problem]] = {
    400: Malformed,
    401: Denied,
    403: Denied,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
}


def answer_problems(app: Flask) -> None:
    """Let an app answer every problem and every surprise."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(CSRFError, lambda _error: _problem(FormExpired()))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _surprise)


def status_of(problem: Problem) -> int:
    """Return the status of a problem's family; 429 is the caller's own doing, 503 is not."""
    return 429 if isinstance(problem, TooManyRequests) else STATUS[family_of(problem)]


def _problem(problem: Problem) -> Response:
    status = status_of(problem)
    metrics.problems.labels(problem.code).inc()
    response = _answer(problem, status)
    response.headers.update(problem_headers(problem))
    return response


def problem_headers(problem: Problem) -> dict[str, str]:
    """Return what an answer's head tells of a problem: when to come again, that it was told."""
    headers = {}
    if isinstance(problem, Unavailable):
        headers["Retry-After"] = str(problem.retry_after_s)
    if problem.replayed:
        headers["Idempotency-Replayed"] = "true"
    return headers


def _http_error(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if error.response is not None or status < 400:
        return Response.force_type(error.get_response(), request.environ)  # e.g. a redirect
    kind = _OF_STATUS.get(status, Malformed if status < 500 else Unavailable)
    metrics.problems.labels(kind.code).inc()
    response = _answer(kind(), status)
    if status == 405:
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return response


def _surprise(error: Exception) -> Response:
    """Answer with a number a person can read out; the log line under it has the trace."""
    incident = "-".join(secrets.token_hex(2).upper() for _ in range(2))
    log.error("incident", incident=incident, exc_info=error)
    return _problem(Problem(incident=incident))


def _answer(problem: Problem, status: int) -> Response:
    words = _words(problem)
    if wants_page():
        page = render_template("errors/problem.html", words=words, facts=problem.facts)
        return Response(page, status, mimetype="text/html")
    document = {
        "type": f"urn:qianzhan:problem:{problem.code}",
        "title": words.what,
        "status": status,
        "detail": words.why,
        "next": words.next,
        "code": problem.code,
        "facts": {name: _json_fact(name, value) for name, value in problem.facts.items()},
        "correlation": actor.correlation(),
    }
    content = json.dumps(document, ensure_ascii=False)
    return Response(content, status, mimetype="application/problem+json")


def _words(problem: Problem) -> i18n.Words:
    try:
        return i18n.problem_words(problem, lang())
    except i18n.MissingMessage:
        log.error("problem_without_words", code=problem.code, exc_info=True)
        return i18n.problem_words(family_of(problem)(incident=actor.correlation()), lang())


def _json_fact(name: str, value: object) -> object:
    """Ids are strings in JSON: a browser's numbers lose digits past 2**53."""
    if isinstance(value, int) and not name.endswith("id"):
        return value
    return value if value is None else str(value)


def wants_page() -> bool:
    """Say whether a person is asking: a browser names text/html, a program rarely does."""
    return "text/html" in request.accept_mimetypes.values()
