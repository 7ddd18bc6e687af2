"""Sessions: an administrator ends anybody's, a person their own; where each role begins."""

import re

import pytest
from sqlalchemy import text

from kernel import db
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
