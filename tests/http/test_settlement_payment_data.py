"""Customs asks about a payment over HTTP: no token, its own form, no datum in the answer."""

import json

import pytest
from flask import Flask

from kernel import config, web
from settlement.web import payment_data
from settlement.web.payment_data import make_payment_data_bp


@pytest.fixture
def client(database):
    """The door behind the house's own web rules, CSRF included."""
    app = Flask("questions")
    web.register(app, config.current())
    bp = make_payment_data_bp()
    web.csrf.exempt(bp)
    app.register_blueprint(bp)
    return app.test_client()


def ask(client, **asked: str):
    return client.post("/customs/platDataOpen", data={"openReq": json.dumps(asked)})


def test_a_question_is_taken_with_customs_own_code(client, monkeypatch):
    """10000 and a time in milliseconds; nothing of the payment."""
    monkeypatch.setattr(payment_data, "take_question", lambda _: 1)

    answer = ask(client, orderNo="QZ1", sessionID="s", serviceTime="1")

    assert answer.status_code == 200
    assert answer.json["code"] == "10000"
    assert answer.json["message"] == ""
    assert answer.json.keys() == {"code", "message", "serviceTime"}


@pytest.mark.parametrize("form", [{}, {"openReq": "x"}, {"openReq": "{}"}])
def test_what_cannot_be_read_is_answered_in_the_same_form(client, form):
    """20000 and words in Chinese, never a page."""
    answer = client.post("/customs/platDataOpen", data=form)

    assert answer.status_code == 200
    assert answer.json["code"] == "20000"
    assert "openReq" in answer.json["message"]


def test_of_an_order_that_is_not_paid_nothing_is_told(client):
    answer = ask(client, orderNo="QZ404", sessionID="s", serviceTime="1")

    assert answer.json["code"] == "20000"
    assert "QZ404" in answer.json["message"]
