"""Decides the language of a request: chosen and kept in a cookie, or what the browser prefers."""

import re
from collections.abc import Mapping

from flask import current_app, redirect, request
from werkzeug import Response
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from kernel import i18n
from kernel.errors import NotFound

LANGUAGE_COOKIE = "lang"
_YEAR_S = 365 * 24 * 3600


def lang() -> str:
    """Return the language of this request: the one chosen, else the best the browser names."""
    return language_of(request.cookies, request.headers.get("Accept-Language", ""))


def language_of(cookies: Mapping[str, str], accepted: str) -> str:
    """Return the language of a request by its cookies and its Accept-Language."""
    chosen = cookies.get(LANGUAGE_COOKIE)
    if chosen in i18n.LANGS:
        return str(chosen)
    return parse_accept_header(accepted, LanguageAccept).best_match(i18n.LANGS, i18n.LANGS[0])


def choose_language(lang: str) -> Response:
    """Keep the chosen language and lead back to a page of ours, ``?back=/path``."""
    if lang not in i18n.LANGS:
        raise NotFound
    back = request.args.get("back", "/")
    response = redirect(back if _is_ours(back) else "/", 303)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(
        LANGUAGE_COOKIE, lang, max_age=_YEAR_S, secure=secure, httponly=True, samesite="Lax"
    )
    return response


def _is_ours(path: str) -> bool:
    r"""A path on this host; ``//host`` and ``/\host`` would lead elsewhere."""
    return re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", path) is not None
