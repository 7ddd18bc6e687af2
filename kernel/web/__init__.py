"""Decides what every page and answer over HTTP has in common; what is on them is the rooms'.

Families become statuses here and nowhere else; CSRF, headers, language, and one correlation a
request.  A correlation sent by a caller is never taken over, since anybody can send one: it is
noted in the log line of the request and ours is returned in ``X-Correlation-Id``.
"""

import time
from collections.abc import Sequence
from typing import Any

from flask import Flask, g, request
from werkzeug.routing import IntegerConverter, Map

from kernel import actor, i18n, render
from kernel.config import Config
from kernel.web.forms import csrf, form_tokens, new_request_key, request_key
from kernel.web.headers import Headers
from kernel.web.language import choose_language, lang
from kernel.web.limits import Limit, Rate, install_limits
from kernel.web.problems import STATUS, answer_problems, problem_headers, wants_page
from kernel.web.proxies import BehindProxies, Proxies

__all__ = [
    "STATUS",
    "Limit",
    "Rate",
    "csrf",
    "form_tokens",
    "install_limits",
    "lang",
    "new_request_key",
    "problem_headers",
    "register",
    "request_key",
    "wants_page",
]
_SESSION_S = 12 * 3600
_YEAR_S = 365 * 24 * 3600
_LONGEST_REQUEST = 2 * 1024 * 1024


class RowNumber(IntegerConverter):
    """An id in an address: one that no row can have is no address, and no database error."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


def register(app: Flask, config: Config, *, form_actions: Sequence[str] = ()) -> Headers:
    """Give an app everything this module decides; returns what its answers are headed with.

    ``form_actions`` are origins a form may lead to by redirect, which browsers check: the
    payment page's.
    """
    _settings(app, config)
    app.url_map.converters["int"] = RowNumber
    if config.trusted_proxies:
        behind = BehindProxies(app.wsgi_app, Proxies(config.trusted_proxies))
        app.wsgi_app = behind  # type: ignore[method-assign, assignment]  # as Flask's manual does
    app.before_request(_begin)  # first of all: what comes next may refuse
    csrf.init_app(app)
    render.furnish(app.jinja_env)
    app.jinja_loader = render.loader
    app.context_processor(_template_words)
    headers = Headers(config, form_actions)
    app.after_request(headers)
    app.teardown_request(_end)
    answer_problems(app)
    app.add_url_rule("/language/<lang>", "choose_language", choose_language)
    return headers


def _settings(app: Flask, config: Config) -> None:
    production = config.mode == "production"
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="__Host-session" if production else "session",
        SESSION_COOKIE_SECURE=production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # the payment page sends the shopper back by a link
        PERMANENT_SESSION_LIFETIME=_SESSION_S,
        WTF_CSRF_TIME_LIMIT=_SESSION_S,
        MAX_CONTENT_LENGTH=_LONGEST_REQUEST,
        SEND_FILE_MAX_AGE_DEFAULT=_YEAR_S,  # ``asset`` puts the content's hash in the address
    )
    app.static_folder = str(render.static_folder())
    if "static" not in app.view_functions:
        rule = f"{render.STATIC_URL}/<path:filename>"
        app.add_url_rule(rule, "static", app.send_static_file)


def _begin() -> None:
    g.before = actor.current()
    actor.become(actor.NOBODY)
    actor.correlate(actor.new_correlation())
    g.begun = time.perf_counter()


def _end(_error: BaseException | None) -> None:
    if "before" in g:
        actor.become(g.pop("before"))
        actor.correlate("")


def _template_words() -> dict[str, Any]:
    return {
        **render.words(lang()),
        "langs": i18n.LANGS,
        "here": request.full_path.rstrip("?"),
        "form_tokens": form_tokens,
    }
