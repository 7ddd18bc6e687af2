"""Decides how a page or paper is made from a template and facts; what it says is the template's.

Every template sees ``lang``, ``t(id, **facts)`` for words, ``asset(name)`` for stylesheets, and
the filters ``fen e5 moment ago grouped``.  A name nobody gave is an error, not a gap.
"""

import hashlib
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from kernel import clock, i18n, money
from kernel.clock import Instant

STATIC_URL = "/static"
loader = PackageLoader("templates", "")


def static_folder() -> Path:
    """Return the folder of stylesheets and scripts, which is package data of ``templates``."""
    return Path(str(resources.files("templates").joinpath("static")))


def words(lang: str) -> dict[str, Any]:
    """Return what every template is given for a language."""
    return {"lang": lang, "t": partial(_say, lang)}


def render(template: str, lang: str, **values: object) -> str:
    """Return a template filled in; raises ``MissingMessage`` and jinja2's own errors."""
    return _environment().get_template(template).render(**words(lang), **values)


def furnish(environment: Environment) -> None:
    """Give an environment our filters and helpers, and make a missing name an error."""
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        fen=_fen, e5=money.e5_text, moment=_moment, ago=_ago, grouped=grouped
    )
    environment.globals["asset"] = asset


@cache
def asset(name: str) -> str:
    """Return the address of a file of ``templates/static``, changing whenever the file does."""
    content = (static_folder() / name).read_bytes()
    return f"{STATIC_URL}/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def grouped(number: str) -> str:
    """Return a long number in groups of four, as people read it to each other."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


@cache
def _environment() -> Environment:
    environment = Environment(loader=loader, autoescape=True)
    furnish(environment)
    return environment


def _say(lang: str, message_id: str, /, **facts: object) -> str:
    return i18n.text(message_id, lang, **facts)


@pass_context
def _fen(context: Context, fen: int) -> str:
    return money.show_fen(fen, context["lang"])


def _moment(at: Instant) -> str:
    return f"{clock.china_time(at):%Y-%m-%d %H:%M}"


@pass_context
def _ago(context: Context, at: Instant) -> Markup:
    """How long ago in words, with the exact time on hover and in print."""
    exact = clock.china_time(at)
    shown = _distance(clock.now() - at, context["lang"])
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        exact.isoformat(timespec="seconds"), f"{exact:%Y-%m-%d %H:%M:%S}", shown
    )


def _distance(passed: Instant, lang: str) -> str:
    for unit, name in ((clock.DAY, "days"), (clock.HOUR, "hours"), (clock.MINUTE, "minutes")):
        if passed >= unit:
            return i18n.text(f"time.{name}_ago", lang, count=passed // unit)
    return i18n.text("time.just_now", lang)
