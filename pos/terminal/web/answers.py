"""Decides how a press of a key ends: the part of the page that changed, or the page anew.

A script asks for the part by a header; without script a form leads to the page by redirect.  A
problem is shown on the page where it arose, in three sentences.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Response, current_app, make_response, redirect, render_template, request
from werkzeug import Response as AnyResponse

from kernel import i18n
from kernel.errors import (
    Denied,
    Malformed,
    NotFound,
    Problem,
    Refusal,
    Unavailable,
    family_of,
)
from pos.terminal.board import Board
from pos.terminal.journal import Journal

PART = "X-Till-Part"
_STATUS: dict[type[Problem], int] = {
    Malformed: 422,
    NotFound: 404,
    Denied: 403,
    Refusal: 409,
    Unavailable: 503,
    Problem: 500,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages stand on."""

    board: Board
    journal: Path
    slip_lang: str


def desk() -> Desk:
    """Return the desk of this request's till."""
    found: Desk = current_app.extensions["desk"]
    return found


@contextmanager
def opened() -> Iterator[Journal]:
    """Open the journal for one request."""
    journal = Journal(desk().journal)
    try:
        yield journal
    finally:
        journal.close()


def lang() -> str:
    """Return the language of this request: chosen, else the best the browser names."""
    chosen = request.cookies.get("lang")
    if chosen in i18n.LANGS:
        return chosen
    return request.accept_languages.best_match(i18n.LANGS, i18n.LANGS[0])


def status_of(problem: Problem) -> int:
    """Return the HTTP status of a problem's family, as ``kernel.web`` gives it."""
    return _STATUS[family_of(problem)]


def page(name: str, facts: dict[str, object], trouble: Problem | None = None) -> Response:
    """Return a page of the till, or only its part when a script asks for that."""
    words = None if trouble is None else i18n.problem_words(trouble, lang())
    template = f"till/_{name}.html" if PART in request.headers else f"till/{name}.html"
    answer = make_response(render_template(template, trouble=words, **facts))
    answer.status_code = 200 if trouble is None else status_of(trouble)
    return answer


def acted(
    name: str, show: Callable[..., dict[str, object]], do: Callable[[Journal], str]
) -> AnyResponse:
    """Do something, then show its page: ``do`` returns the query that the page is shown with."""
    with opened() as journal:
        try:
            query = do(journal)
        except Problem as trouble:
            return page(name, show(journal), trouble)
        if PART in request.headers:
            return page(name, show(journal, query))
    home = "/" if name == "till" else f"/{name}"
    return redirect(f"{home}?{query}" if query else home, 303)
