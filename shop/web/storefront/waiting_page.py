"""Decides the page of whoever must wait: the form as it was sent, and a ticket that keeps its age.

It is drawn once a process and language and then filled in: where it is needed, nobody has time.
"""

from collections.abc import Mapping

from flask import Flask, make_response, render_template
from markupsafe import Markup, escape

from kernel import actor, i18n
from kernel.web.front import Answer
from kernel.web.headers import Headers
from kernel.web.language import LANGUAGE_COOKIE
from shop.checkout.waiting import COME_AGAIN_S, MustWait

WAITING_TICKET = "waiting_ticket"
_BLANK = "to-be-filled-in"
_FIELD = Markup('<input type="hidden" name="{}" value="{}">')


class WaitingPage:
    """The page in every language."""

    def __init__(self, app: Flask, headers: Headers) -> None:
        self._drawn = {lang: _draw(app, headers, lang) for lang in i18n.LANGS}

    def answer(self, must: MustWait, form: Mapping[str, str], *, lang: str) -> Answer:
        """Return the page that sends ``form`` again, with its ticket."""
        drawn = self._drawn[lang]
        kept = {**form, WAITING_TICKET: str(must.facts["waiting_ticket"])}
        fields = "".join(_FIELD.format(*each) for each in kept.items())
        body = drawn.body.replace(_BLANK.encode(), fields.encode())
        headers = [
            *drawn.headers,
            (b"content-length", str(len(body)).encode()),
            (b"x-correlation-id", actor.correlation().encode()),
        ]
        return Answer(drawn.status, headers, body)


def _draw(app: Flask, headers: Headers, lang: str) -> Answer:
    with app.test_request_context("/", headers={"Cookie": f"{LANGUAGE_COOKIE}={lang}"}):
        page = render_template(
            "storefront/waiting.html",
            words=i18n.problem_words(MustWait(waiting_ticket=""), lang),
            again_s=COME_AGAIN_S,
            signed_in=False,
            fields=escape(_BLANK),
        )
        answer = make_response(page, 503)
        answer.headers["Retry-After"] = str(COME_AGAIN_S)
        headers.add_to(answer)
    made = Answer.of(answer)
    blanks = (b"content-length", b"x-correlation-id")
    return Answer(made.status, [each for each in made.headers if each[0] not in blanks], made.body)
