"""Sessions: an administrator ends anybody's, a person their own; where each role begins."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from kernel import config, db
from shop.app import make_app
from shop.web import login
from shop.web.login import STAFF_COOKIE
from tests.http.finance.conftest import PASSWORD
from tests.http.storefront_house import Person
from tests.support.sample_house import one

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_an_administrator_ends_a_session(enter):
    """A till was lost: whoever holds its cookie is at the sign-in again."""
    lost, admin = enter("operator", login="li.wei"), enter("admin")
    assert lost.get("/staff/sessions").status_code == 200
    page = admin.get("/operations/sessions")
    session = one(
        "SELECT l.id FROM login_session l JOIN staff s ON s.id = l.staff_id"
        " WHERE s.login = 'li.wei'"
    )

    admin.send(page, f"/operations/sessions/{session}/end")

    assert lost.get("/staff/sessions").status_code == 303
    assert "li.wei" not in admin.get("/operations/sessions").text.partition("<table")[2]


def test_a_person_ends_their_own_sessions(app, enter):
    """Signed in twice: the other browser is listed in words and ended; the one in use stays."""
    put = enter("finance", login="li.na")
    other = Person(app.test_client())
    other.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/148.0 Safari/537.36"
    page = other.get("/staff/sign-in")
    signed = other.send(page, "/staff/sign-in", login="li.na", password=PASSWORD)
    assert (signed.status_code, signed.location) == (303, "/finance/")

    mine = put.get("/staff/sessions")
    assert "Chrome · Windows" in mine.text
    ended = put.send(mine, "/staff/sessions/end-others")

    assert ended.status_code == 303
    assert "已结束 1 处登录" in put.get("/staff/sessions").text
    assert other.get("/finance/").status_code == 303


def test_a_shopper_sees_and_ends_sessions_of_their_own(app, database):
    """Two phones of one shopper; a number of somebody else's session is not found."""
    first, second = Person(app.test_client()), Person(app.test_client())
    first.sign_in()
    with db.write() as conn:
        conn.execute(text("DELETE FROM attempt"))
    second.sign_in()
    page = first.get("/sessions")
    (action,) = set(re.findall(r'action="(/sessions/\d+/end)"', page.text))

    ended = first.send(page, action)
    again = first.send(page, action)

    assert (ended.status_code, again.status_code) == (303, 404)
    assert second.get("/identity").status_code == 303
    assert first.get("/identity").status_code == 200


def test_each_role_begins_in_its_room(app, enter):
    """By password, without a page that was wanted before."""
    rooms = {"finance": "/finance/", "admin": "/operations/"}
    for role, room in rooms.items():
        enter(role)
        person = Person(app.test_client())
        page = person.get("/staff/sign-in")
        answer = person.send(page, "/staff/sign-in", login=f"some.{role}", password=PASSWORD)
        assert answer.location == room


ROOT = Path(__file__).parents[3]
DESKS = ("/finance/", "/operations/", "/back-office/", "/staff/sessions")


def elsewhere(*words: str) -> None:
    """Run ``shop`` in a process of its own on the same database."""
    settings = {
        "QIANZHAN_HOME": str(config.current().home),
        "QIANZHAN_DATABASE_URL": config.current().database_url,
    }
    subprocess.run(
        [sys.executable, "-m", "shop.cli", *words],
        cwd=ROOT,
        env={**os.environ, **settings},
        check=True,
        timeout=60,
    )


def test_who_departs_by_another_process_is_out_at_once(app, enter):
    """Two servers on one database have just shown her every desk; the command is a third process."""
    here = enter("admin", login="li.wei")
    there = Person(make_app(config.current()).test_client())
    cookie = here.client.get_cookie(STAFF_COOKIE)
    assert cookie is not None
    there.client.set_cookie(STAFF_COOKIE, cookie.value)
    for person in (here, there):
        assert [person.get(desk).status_code for desk in DESKS] == [200] * len(DESKS)

    elsewhere("end-staff", "li.wei")

    for person in (here, there):
        assert [person.get(desk).status_code for desk in DESKS] == [303] * len(DESKS)


def test_a_shopper_signed_out_elsewhere_is_out_at_once(app, database):
    """The row is ended by somebody else, as by another server: the next page is nobody's."""
    person = Person(app.test_client())
    person.sign_in()
    assert person.get("/identity").status_code == 200

    with db.write() as conn:
        conn.execute(text("UPDATE login_session SET revoked_at = 1"))

    assert person.get("/identity").status_code == 303


def test_a_page_asks_once_whose_session_it_is(app, enter, monkeypatch):
    """A person with both cookies: one question at a desk, none for a style or the language."""
    both = enter("finance", login="li.na")
    both.sign_in()
    asked: list[str] = []
    real = login.signed_in
    monkeypatch.setattr(login, "signed_in", lambda token: asked.append(token) or real(token))

    questions = {}
    for path in ("/finance/", "/identity", "/language/en", "/static/mark.svg"):
        asked.clear()
        with both.get(path) as answer:
            assert answer.status_code in (200, 303)
        questions[path] = len(asked)

    assert questions == {"/finance/": 1, "/identity": 1, "/language/en": 0, "/static/mark.svg": 0}
