"""Answer the operator and the gatekeeper over HTTP; ``desk`` decides."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from simulators.daemon import Form, web
from simulators.zone.bay import Bay
from simulators.zone.desk import Desk

Answer = tuple[Response, int]


def application(desk: Desk, bay: Bay) -> Flask:
    """Return the zone's web application."""
    app = web("zone")

    @app.post("/inventory-lists")
    def take_list() -> Answer:
        return jsonify(desk.take_list(Form.of_request())), 201

    @app.post("/exit-passes")
    def give_pass() -> Answer:
        return jsonify(desk.give_pass(Form.of_request())), 201

    @app.get("/exit-passes/<pass_no>")
    def view_pass(pass_no: str) -> Answer:
        return jsonify(desk.view_pass(pass_no)), 200

    @app.post("/gate/<pass_no>")
    def open_gate(pass_no: str) -> Answer:
        vehicle = Form.of_request().text("vehicle_no", most=20)
        return jsonify(desk.open_gate(pass_no, vehicle)), 200

    @app.post("/bay")
    def bring_in() -> Answer:
        return jsonify(bay.bring_in(Form.of_request())), 201

    @app.get("/bay/<invt_no>")
    def view_parcel(invt_no: str) -> Answer:
        return jsonify(bay.view(invt_no)), 200

    @app.post("/bay/<invt_no>/finding")
    def report(invt_no: str) -> Answer:
        return jsonify(bay.report(invt_no, Form.of_request())), 200

    return app
