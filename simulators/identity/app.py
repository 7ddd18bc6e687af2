"""Decides how the identity service answers over HTTP; who exists is left to ``people``."""

from __future__ import annotations

from dataclasses import asdict

from flask import Flask, Response, jsonify, request

from .people import Malformed, People


def identity_app(people: People) -> Flask:
    """Return the service's application over ``people``."""
    app = Flask("simulators.identity")

    @app.errorhandler(Malformed)
    def malformed(wrong: Malformed) -> tuple[Response, int]:
        return jsonify({"error": wrong.code, "detail": str(wrong)}), 422

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"ok": not people.down})

    @app.post("/verify")
    def verify() -> tuple[Response, int]:
        if people.down:
            return jsonify({"error": "service_down", "detail": "try again later"}), 503
        asked = _body()
        return jsonify(asdict(people.verify(asked.get("name"), asked.get("id_number")))), 200

    @app.get("/answers")
    def answers() -> Response:
        return jsonify(people.answers())

    @app.post("/_control")
    def control() -> Response:
        asked = _body()
        if unknown := sorted(set(asked) - {"down", "people"}):
            raise Malformed("unknown_control", f"cannot set {', '.join(unknown)}")
        people.down = bool(asked.get("down", people.down))
        added = people.load(asked.get("people", []))
        return jsonify({"down": people.down, "added": added})

    return app


def _body() -> dict[str, object]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Malformed("not_an_object", "send a JSON object")
    return body
