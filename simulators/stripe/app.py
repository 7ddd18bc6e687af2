"""Decides what the Stripe simulator is made of: API, pay page, company's window, controls."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, jsonify, request

from .api import Api
from .books import Books
from .company import company_routes, export
from .deliver import MOODS, Behaviour, resend_dropped
from .pages import pages
from .sessions import Rules


@dataclass(frozen=True)
class Keys:
    """The two keys of the simulator: the merchant's and the payment company's."""

    api_key: str
    company_key: str


def stripe_app(
    books: Books, behaviour: Behaviour, *, keys: Keys, rules: Rules, export_file: Path | None
) -> Flask:
    """Return the application; ``export_file`` is rewritten after each payment when given."""
    app = Flask(__name__, static_folder=None)
    exporting = threading.Lock()

    def after_payment() -> None:
        if export_file is not None:
            with exporting:
                export(books, export_file)

    app.register_blueprint(Api(books, behaviour, api_key=keys.api_key, rules=rules).blueprint())
    app.register_blueprint(pages(books, behaviour, after_payment))
    app.register_blueprint(company_routes(books, keys.company_key))

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"ok": True})

    @app.get("/_state")
    def state() -> Response:
        found = books.rows("SELECT event_id, state, tries FROM delivery ORDER BY rowid")
        names = ("event", "state", "tries")
        return jsonify({"deliveries": [dict(zip(names, row, strict=True)) for row in found]})

    @app.post("/_control")
    def control() -> tuple[Response, int]:
        wrong = _control(books, behaviour, request.get_json(silent=True))
        if wrong:
            return jsonify({"error": "bad_control", "detail": wrong}), 422
        return jsonify(vars(behaviour)), 200

    return app


def _control(books: Books, behaviour: Behaviour, values: object) -> str:
    """Set the behaviour by name; return what is wrong, or an empty text."""
    if not isinstance(values, dict):
        return "send a JSON object"
    values = dict(values)
    resend = values.pop("resend_dropped", False)
    for name, value in values.items():
        kept = getattr(behaviour, name, None)
        if kept is None or type(value) is not type(kept):
            return f"cannot set {name} to {value!r}"
        if name == "webhooks" and value not in MOODS:
            return f"webhooks are one of {', '.join(MOODS)}"
    for name, value in values.items():
        setattr(behaviour, name, value)
    if resend:
        resend_dropped(books)
    return ""
