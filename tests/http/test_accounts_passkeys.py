"""The pages of passkeys over HTTP: added, signed in with, refused, all with the form's token."""

import pytest
from flask import Flask

from kernel.db import Database
from shop.accounts.put_staff import end_staff, put_staff
from shop.web.passkeys import make_passkeys
from tests.http.storefront_house import House, Person, fields, make_app
from tests.support.authenticator import Authenticator

# The verbs run on both databases in tests/db/accounts; pages need one.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PASSWORD = "a long and quiet word"
SIGN_IN = "/staff/sign-in/passkey"


@pytest.fixture
def app(database: Database) -> Flask:
    """The sign-in and the passkeys' pages."""
    del database
    put_staff("li.wei", PASSWORD, role="operator")
    app = make_app(House())
    app.register_blueprint(make_passkeys())
    return app


def begin(person: Person, page: str, form: str, path: str) -> dict:
    token = fields(person.get(page), form)["csrf_token"]
    answer = person.client.post(path, headers={"X-CSRFToken": token})
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def enter(person: Person, key: Authenticator, **slips: object):
    options = begin(person, "/staff/sign-in", SIGN_IN, f"{SIGN_IN}/begin")
    for name, value in slips.items():
        setattr(key, name, value)
    sent = key.prove(options)
    return sent, person.send(person.get("/staff/sign-in"), SIGN_IN, credential=sent)


@pytest.fixture
def key(app: Flask) -> Authenticator:
    """A key that Li Wei added through the page."""
    person, key = Person(app.test_client()), Authenticator()
    page = person.get("/staff/sign-in")
    person.send(page, "/staff/sign-in", login="li.wei", password=PASSWORD)
    path = "/staff/passkeys"
    made = key.make(begin(person, path, path, f"{path}/begin"))
    answer = person.send(person.get(path), path, credential=made, name="前台电脑")
    assert answer.status_code == 303
    assert "前台电脑" in person.get(path).text
    return key


def test_a_passkey_signs_in_and_its_answer_is_worth_nothing_again(
    app: Flask, key: Authenticator
) -> None:
    """No login typed; to the role's room; the same bytes again are refused in words."""
    person = Person(app.test_client())

    sent, answer = enter(person, key)
    again = person.send(person.get("/staff/sign-in"), SIGN_IN, credential=sent)

    assert (answer.status_code, answer.location) == (303, "/back-office/")
    assert any("qz_staff" in one for one in answer.headers.getlist("Set-Cookie"))
    assert again.status_code == 409
    assert "这一次验证已经失效" in again.text


@pytest.mark.parametrize(
    "slip", [{"origin": "https://evil.example"}, {"credential_id": b"unknown"}, {"flags": 1}]
)
def test_what_proves_nothing_is_refused(app: Flask, key: Authenticator, slip: dict) -> None:
    """Another origin, an unknown credential, nobody verified: one answer."""
    _, answer = enter(Person(app.test_client(), "en"), key, **slip)

    assert answer.status_code == 403
    assert "this passkey cannot be used" in answer.text


def test_a_counter_gone_back_and_a_departed_person_are_refused(
    app: Flask, key: Authenticator
) -> None:
    """The passkey is ended for good; so is whoever left."""
    person = Person(app.test_client())
    enter(person, key)

    _, copy = enter(person, key, count=0)
    end_staff("li.wei")
    _, gone = enter(person, key, count=20)

    assert (copy.status_code, gone.status_code) == (403, 403)
    assert "已停用" in copy.text
    assert "这个通行密钥不能使用" in gone.text


def test_a_question_needs_the_forms_token(app: Flask) -> None:
    """Another site asks in the person's name."""
    answer = Person(app.test_client()).client.post(f"{SIGN_IN}/begin")

    assert answer.status_code == 403


def test_a_removed_passkey_is_refused(app: Flask, key: Authenticator) -> None:
    """Removed on the page by its owner; its next answer opens nothing."""
    person = Person(app.test_client())
    enter(person, key)
    page = person.get("/staff/passkeys")
    action = page.text.split('action="/staff/passkeys/')[1].split('"')[0]

    removed = person.send(page, f"/staff/passkeys/{action}")
    _, answer = enter(person, key)

    assert (removed.status_code, answer.status_code) == (303, 403)
    assert "已移除" in person.get("/staff/passkeys").text
