"""Answer the platform over HTTP; what is allowed is ``declarations``' to decide."""

from __future__ import annotations

from flask import Flask, Response, g, jsonify

from simulators.daemon import Form, Refused, web
from simulators.payment_company.declarations import Ask, Desk

Answer = tuple[Response, int]


def application(desk: Desk) -> Flask:
    """Return the company's web application."""
    app = web("payment_company")

    @app.post("/declarations")
    def declare() -> Answer:
        taken = desk.take(Ask.read(Form.of_request()), correlation=g.correlation)
        return jsonify(taken), 202

    @app.get("/declarations/<request_no>")
    def query(request_no: str) -> Answer:
        return jsonify(_known(desk.view(request_no))), 200

    @app.post("/declarations/<request_no>/redeclare")
    def redeclare(request_no: str) -> Answer:
        return jsonify(_known(desk.again(request_no))), 202

    @app.post("/payer-checks")
    def check_payer() -> Answer:
        form = Form.of_request()
        answer = desk.compare(
            form.text("provider_payment", most=255),
            name=form.text("name"),
            id_number=form.text("id_number"),
            correlation=g.correlation,
        )
        return jsonify(answer=answer), 200

    return app


def _known(seen: dict[str, str]) -> dict[str, str]:
    if not seen:
        raise Refused(404, "declaration_not_found", "no declaration has this request number")
    return seen
