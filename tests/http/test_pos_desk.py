"""The clerk's desk on the server: what the tills told, what is in doubt, in few queries."""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from kernel import actor, web
from kernel.actor import Actor
from kernel.config import Config
from kernel.db import Database
from pos.server import register_terminal
from pos.server.intake import take_sales
from pos.server.tables import sale_flag
from pos.server.web import make_till_desk
from tests.support.till_house import put_goods
from tests.unit.pos.sales import a_sale, some_goods

View = Callable[..., Any]


class Staff:
    """Who is signed in, for the guard of these tests."""

    outlet_id: int | None = None

    def require(self, *roles: str) -> Callable[[View], View]:
        """Let a clerk of ``outlet_id`` in."""
        assert roles == ("clerk",)

        def around(view: View) -> View:
            @wraps(view)
            def guarded(**values: Any) -> Any:
                actor.become(Actor("staff", 7, self.outlet_id))
                return view(**values)

            return guarded

        return around


@pytest.fixture
def staff() -> Staff:
    return Staff()


@pytest.fixture
def desk(database: Database, config: Config, staff: Staff) -> Iterator[FlaskClient]:
    """A desk over one till with 60 sales, the last of which lacks the one before it."""
    staff.outlet_id = put_goods()
    with database.write() as conn:
        terminal, _ = register_terminal(conn, staff.outlet_id, name="1 号收银台")
        sales = [a_sale(seq) for seq in (*range(1, 60), 61)]
        for first in (0, 30):
            bulk = sales[first : first + 30]
            take_sales(conn, terminal, bulk, goods=lambda *_: [some_goods()])
    app = Flask("desk")
    web.register(app, config)
    app.register_blueprint(make_till_desk(staff.require))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_client() as client:
        client.environ_base["HTTP_ACCEPT"] = "text/html"
        yield client


def test_the_desk_shows_tills_doubts_and_sales(desk: FlaskClient) -> None:
    """Sixty sales of 39.80 today; a gap is told in words; ten are on the second page."""
    page = desk.get("/till-desk/").text

    assert "¥2,388.00" in page
    assert "前一号的销售还没有到" in page
    older = re.search(r'href="(/till-desk/\?[^"]*before=\d+)"', page)
    assert older
    second = desk.get(older[1].replace("&amp;", "&")).text
    assert page.count("TY0001-1-0000") > 50
    assert "TY0001-1-000010" in second
    assert "TY0001-1-000011" not in second.partition("销售</h2>")[2]


def test_a_doubt_is_settled_once(desk: FlaskClient, database: Database) -> None:
    """Looked at: it leaves the desk, with who did it; a second press finds nothing."""
    with database.read() as conn:
        gap = select(sale_flag.c.id).where(sale_flag.c.kind == "gap_before")
        flag_id = conn.execute(gap).scalar_one()

    assert desk.post(f"/till-desk/flags/{flag_id}/settle").status_code == 303
    assert desk.post(f"/till-desk/flags/{flag_id}/settle").status_code == 404

    with database.read() as conn:
        settled = select(sale_flag.c.settled_by).where(sale_flag.c.id == flag_id)
        assert conn.execute(settled).scalar_one() == "staff:7"


def test_another_outlets_doubts_are_not_ours(
    desk: FlaskClient, database: Database, staff: Staff
) -> None:
    """A clerk is bound to an outlet; one who is bound to none names it."""
    with database.read() as conn:
        flag_id = conn.execute(select(sale_flag.c.id)).scalars().first()
    staff.outlet_id = None

    assert desk.post(f"/till-desk/flags/{flag_id}/settle").status_code == 404
    assert "TY0001-1" not in desk.get("/till-desk/").text
    assert "TY0001-1" in desk.get("/till-desk/?outlet=TY0001").text
    assert "NOSUCH" in desk.get("/till-desk/?outlet=NOSUCH").text


def test_the_desk_asks_few_questions(desk: FlaskClient, database: Database) -> None:
    """However much was sold, at most twelve statements."""
    asked: list[str] = []
    for engine in {database.engine, database.reader}:
        event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    desk.get("/till-desk/")

    assert 0 < len([text for text in asked if not text.startswith("BEGIN")]) <= 12


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_desk_is_whole_in_both_languages(desk: FlaskClient, lang: str) -> None:
    """No message id shows through."""
    desk.set_cookie("lang", lang)

    page = desk.get("/till-desk/").text

    assert "desk." not in page.replace("till-desk", "")
