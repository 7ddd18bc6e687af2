"""Answer the zone, the demo and the comparison over HTTP; ``reports`` tells, nothing is judged."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from simulators.books import Books
from simulators.customs import reports
from simulators.customs.export import Export
from simulators.customs.sending import Sending
from simulators.daemon import Form, Refused, malformed, web
from simulators.trouble.script import BadScript, Script

Answer = tuple[Response, int]


def application(books: Books, script: Script, export: Export, sending: Sending) -> Flask:
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

    @app.post("/receipts/again")
    def again() -> Answer:
        return jsonify(written=sending.again(Form.of_request().text("number"))), 200

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
