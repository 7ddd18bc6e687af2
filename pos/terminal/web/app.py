"""Decides what every answer of the till page has in common: door, language, headers, problems.

The terminal carries no server package, so what ``kernel.web`` does there is done here in small.
"""

import secrets
import sys
import traceback
from pathlib import Path

from flask import Flask, Response, redirect, render_template, request
from werkzeug import Response as AnyResponse
from werkzeug.exceptions import HTTPException

from kernel import i18n, render
from kernel.errors import NotFound, Problem
from kernel.i18n import LANGS
from pos.terminal.board import Board
from pos.terminal.web import pages
from pos.terminal.web.answers import PART, Desk, lang, status_of
from pos.terminal.web.door import Door

LANGUAGE_COOKIE_S = 365 * 24 * 3600
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def make_app(board: Board, journal: Path, *, door: Door, slip_lang: str) -> Flask:
    """Return the till page's application; each request opens the journal for itself."""
    app = Flask("till", static_folder=str(render.static_folder()), static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.secret_key = secrets.token_bytes(16)
    app.extensions["desk"] = Desk(board, journal, slip_lang)
    render.furnish(app.jinja_env)
    app.jinja_loader = render.loader
    app.context_processor(_words)
    app.before_request(lambda: door.check(request))
    app.after_request(_headers)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(Exception, _surprise)
    app.register_error_handler(404, lambda _error: _problem(NotFound()))
    app.add_url_rule("/healthz", "healthz", lambda: {"state": "alive"})
    app.add_url_rule("/language/<chosen>", "choose_language", _choose_language)

    @app.get("/open/<token>")
    def let_in(token: str) -> AnyResponse:
        if not door.fits(token):
            return _shut()
        return door.let_in(redirect("/", 303))

    pages.add_to(app)
    return app


def _words() -> dict[str, object]:
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return {**render.words(lang()), "langs": LANGS, "here": here}


def _choose_language(chosen: str) -> AnyResponse:
    back = request.args.get("back", "/")
    answer = redirect(back if back in pages.PATHS else "/", 303)
    if chosen in LANGS:
        answer.set_cookie("lang", chosen, max_age=LANGUAGE_COOKIE_S, samesite="Strict")
    return answer


def _headers(answer: Response) -> Response:
    answer.headers.update(HEADERS)
    if request.endpoint != "static":
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _problem(problem: Problem) -> Response:
    name = "till/_shut.html" if PART in request.headers else "till/shut.html"
    page = render_template(name, words=i18n.problem_words(problem, lang()))
    return Response(page, status_of(problem), mimetype="text/html")


def _surprise(error: Exception) -> AnyResponse:
    """Answer with a number a person can read out; the error channel has the trace under it."""
    if isinstance(error, HTTPException):
        return error.get_response()
    incident = "-".join(secrets.token_hex(2).upper() for _ in range(2))
    trace = "".join(traceback.format_exception(error))
    sys.stderr.write(f"[incident] {incident}\n{trace}")
    return _problem(Problem(incident=incident))


def _shut() -> Response:
    page = render_template("till/shut.html", words=i18n.Words(*(_say(part) for part in i18n.PARTS)))
    return Response(page, 403, mimetype="text/html")


def _say(part: str) -> str:
    return i18n.text(f"till_strange.{part}", lang())
