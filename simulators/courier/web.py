"""Answer the platform over HTTP; numbers and parcels decide for themselves."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from simulators.books import Books
from simulators.courier import numbers
from simulators.courier.waybills import Announcement, Desk
from simulators.daemon import Form, web

Answer = tuple[Response, int]


def application(books: Books, desk: Desk, *, prefix: str) -> Flask:
    """Return the courier's web application."""
    app = web("courier")

    @app.post("/waybill-numbers")
    def give_numbers() -> Answer:
        form = Form.of_request()
        count = form.whole("count", low=1, high=1000)
        given = numbers.give(books, form.text("request_no"), count=count, prefix=prefix)
        return jsonify(numbers=given), 200

    @app.post("/waybills")
    def announce() -> Answer:
        return jsonify(desk.announce(Announcement.read(Form.of_request()))), 202

    @app.get("/waybills/<number>")
    def query(number: str) -> Answer:
        return jsonify(desk.view(number)), 200

    @app.post("/waybills/<number>/redeclare")
    def redeclare(number: str) -> Answer:
        return jsonify(desk.again(number)), 202

    @app.post("/collections")
    def collect() -> Answer:
        form = Form.of_request()
        collected = desk.collect(
            form.text("request_no"),
            exit_pass_no=form.text("exit_pass_no"),
            numbers=form.texts("waybills"),
        )
        return jsonify(collected=collected), 200

    return app
