"""Let customs be told whom to ask about a payment, and take the data that come."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from simulators import clock
from simulators.customs.after.payment_questions import Questions
from simulators.daemon import Form

Answer = tuple[Response, int]


def question_routes(questions: Questions) -> Blueprint:
    """Return the routes of questions about payments."""
    bp = Blueprint("payment_questions", __name__)

    @bp.post("/payment-questions")
    def ask() -> Answer:
        return jsonify(questions.ask(Form.of_request().text("order_no"))), 202

    @bp.get("/payment-questions/<order_no>")
    def told(order_no: str) -> Answer:
        return jsonify(questions=questions.told(order_no)), 200

    @bp.post("/ceb2grab/grab/realTimeDataUpload")
    def upload() -> Answer:
        code, message = questions.take(request.form.get("payExInfoStr", ""))
        return jsonify(code=code, message=message, serviceTime=clock.now_ms()), 200

    return bp
