"""An app with every kind of answer, for the tests of the kernel's web."""

import re

from flask import Blueprint, Flask, redirect, render_template_string

from kernel import actor, web
from kernel.errors import Denied, Malformed, NotFound, Refusal, Unavailable
from kernel.money import AmountInvalid

ID_NUMBER = "11010519491231002X"
PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FAMILIES = {
    "malformed": (Malformed, 422),
    "not_found": (NotFound, 404),
    "denied": (Denied, 403),
    "refusal": (Refusal, 409),
    "unavailable": (Unavailable, 503),
}


class Wordless(Refusal):
    """A refusal nobody wrote words for."""

    code = "kernel_web_test_wordless"


def make_app(config, **options):
    app = Flask("kernel_web_test", static_folder=None)
    web.register(app, config, **options)
    pages = Blueprint("pages", __name__)
    machines = Blueprint("machines", __name__)

    @pages.get("/form")
    def form():
        return render_template_string(
            '{% extends "layout.html" %}{% block body %}<form method="post">{{ form_tokens() }}'
            "</form>{% endblock %}"
        )

    @pages.post("/form")
    def sent():
        return {"key": web.request_key(), "actor": actor.current().owner}

    @machines.post("/machine")
    def machine():
        return {"key": web.request_key()}

    @pages.get("/raise/<name>")
    def fail(name):
        raise FAMILIES[name][0]()

    @pages.get("/amount")
    def amount():
        raise AmountInvalid(given="<1,0>")

    @pages.get("/ids")
    def with_ids():
        raise Refusal(order_id=2**62, count=3, outlet=None)

    @pages.get("/wordless")
    def wordless():
        raise Wordless

    @pages.get("/surprise")
    def surprise():
        raise KeyError(ID_NUMBER)

    @pages.get("/away")
    def away():
        return redirect("/form")

    app.register_blueprint(pages)
    web.csrf.exempt(machines)
    app.register_blueprint(machines)
    return app


def tokens(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="([a-z_]+)" value="([^"]+)"', page))
