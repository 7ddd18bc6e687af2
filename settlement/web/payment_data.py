"""Decide how customs asks about a payment over HTTP; the answer is JSON in customs' own form.

The data themselves never leave by this door: they are signed and sent where customs takes them.
"""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from kernel import clock
from kernel.errors import Problem
from kernel.i18n import problem_words
from settlement.payments.questions import NOT_TAKEN, TAKEN, take_question

ROUTE = "/customs/platDataOpen"
LANGUAGE = "zh-CN"


def make_payment_data_bp() -> Blueprint:
    """Return the blueprint of customs' questions; it is to be exempt from CSRF."""
    bp = Blueprint("payment_data", __name__)

    @bp.post(ROUTE)
    def plat_data_open() -> ResponseReturnValue:
        """Take a question: 10000, or 20000 with why not.  Source: customs.md section 4."""
        try:
            take_question(request.form.get("openReq", ""))
        except Problem as problem:
            words = problem_words(problem, LANGUAGE)
            return _told(NOT_TAKEN, f"{words.what}{words.why}")
        return _told(TAKEN, "")

    return bp


def _told(code: str, message: str) -> ResponseReturnValue:
    return jsonify(code=code, message=message, serviceTime=clock.now() // 1_000)
