"""Answer the zone, the demo and the comparison over HTTP; ``reports`` tells, nothing is judged."""

from __future__ import annotations

import time

from flask import Flask, Response, jsonify, request

from simulators.books import Books
from simulators.customs import reports
from simulators.customs.export import Export
from simulators.customs.payment_questions import Questions
from simulators.customs.script import BadScript, Script
from simulators.daemon import Form, Refused, malformed, web

Answer = tuple[Response, int]


def application(books: Books, script: Script, export: Export, questions: Questions) -> Flask:
    """Return customs' web application."""
    app = web("customs")

    @app.get("/lists/<invt_no>")
    def one_list(invt_no: str) -> Answer:
        found = reports.one_list(books, invt_no)
        if found is None:
            raise Refused(404, "list_not_found", "customs gave no such number")
        return jsonify(found), 200

    @app.get("/tax-bills/<invt_no>")
    def one_bill(invt_no: str) -> Answer:
        found = reports.one_bill(books, invt_no)
        if found is None:
            raise Refused(404, "tax_bill_not_found", "no bill was sent for this list")
        return jsonify(found), 200

    @app.get("/books")
    def totals() -> Answer:
        return jsonify(reports.totals(books)), 200

    @app.get("/books/lists")
    def by_document() -> Answer:
        return jsonify(lists=reports.by_document(books)), 200

    _add_questions(app, questions)

    @app.post("/_control")
    def control() -> Answer:
        said = Form.of_request().said
        try:
            if "script" in said:
                script.replace(said["script"])
        except BadScript as fault:
            raise malformed(str(fault)) from None
        if isinstance(said.get("export"), bool):
            export.is_on = said["export"] is True
        return jsonify(ok=True), 200

    return app


def _add_questions(app: Flask, questions: Questions) -> None:
    @app.post("/payment-questions")
    def ask() -> Answer:
        return jsonify(questions.ask(Form.of_request().text("order_no"))), 202

    @app.get("/payment-questions/<order_no>")
    def told(order_no: str) -> Answer:
        return jsonify(questions=questions.told(order_no)), 200

    @app.post("/ceb2grab/grab/realTimeDataUpload")
    def upload() -> Answer:
        code, message = questions.take(request.form.get("payExInfoStr", ""))
        return jsonify(code=code, message=message, serviceTime=time.time_ns() // 1_000_000), 200
