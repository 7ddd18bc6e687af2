"""Decide how a button of the operator ends: on to the next page, or back with the problem.

A problem is shown above the form it arose in, with what was typed; programs, which ask for
JSON, get the problem itself from ``kernel.web``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, flash, make_response, redirect, request

from kernel import i18n, metrics, web
from kernel.errors import NotFound, Problem, Unavailable, family_of

View = Callable[..., Any]


@dataclass(frozen=True)
class Mishap:
    """A problem in the person's words, the form it belongs to, and what was typed there."""

    form: str
    words: i18n.Words
    typed: str


def acting(show: Callable[..., str], *, form: str, field: str = "") -> Callable[[View], View]:
    """Let a view that returns the next address act; on a problem ``show`` its page again.

    A view that only looks returns the page itself.  ``form`` names the form on the page,
    ``field`` the input whose text is kept.  What does not exist has no page to go back to:
    ``NotFound`` of the subject goes up.
    """

    def around(view: View) -> View:
        @wraps(view)
        def acted(**subject: Any) -> Any:
            try:
                onward = view(**subject)
                return redirect(onward, 303) if isinstance(onward, str) else onward
            except Problem as problem:
                if not web.wants_page():
                    raise
                words = i18n.problem_words(problem, web.lang())
                mishap = Mishap(form, words, request.form.get(field, ""))
                return _again(show, problem, mishap, subject)

        return acted

    return around


def _again(
    show: Callable[..., str], problem: Problem, mishap: Mishap, subject: dict[str, Any]
) -> Response:
    try:
        page = show(mishap=mishap, **subject)
    except NotFound:
        raise problem from None
    metrics.problems.labels(problem.code).inc()
    answer = make_response(page, web.STATUS[family_of(problem)])
    if isinstance(problem, Unavailable):
        answer.headers["Retry-After"] = str(problem.retry_after_s)
    return answer


def done(message_id: str, **facts: object) -> None:
    """Say on the next page what was done."""
    flash(i18n.text(message_id, web.lang(), **facts))


def not_yet(message_id: str, **facts: object) -> None:
    """Say on the next page that what was asked about has not happened yet."""
    flash(i18n.text(message_id, web.lang(), **facts), "wait")
