"""Sales and shifts over the line: sent until answered, whatever answers, whoever is older."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, Response, jsonify, request
from sqlalchemy import select

from kernel.config import Config
from kernel.db import Database
from pos.sale import content_hash
from pos.server.tables import shift, terminal_conflict
from pos.terminal.errors import DeviceKeyRefused, ServerUnreachable
from pos.terminal.journal import Journal
from pos.terminal.push import push, refresh
from pos.terminal.sync import Server, pull
from pos.terminal.till import basket, sell, shelf, shifts
from tests.http.stripe_rig import serving
from tests.support.till_house import SERUM, SHELVES, SOAP, TEA, TillHouse, till_house
from tests.unit.pos.sales import a_sale


@pytest.fixture
def house(database: Database, config: Config, tmp_path: Path) -> Iterator[TillHouse]:
    with till_house(database, config, tmp_path) as house:
        yield house


@pytest.fixture
def server(house: TillHouse) -> Server:
    return Server(f"http://127.0.0.1:{house.server.port}", key(house))


@pytest.fixture
def journal(house: TillHouse, server: Server) -> Iterator[Journal]:
    """A till that has fetched its catalogue and opened a shift."""
    journal = Journal(house.folder / "till.db")
    refresh(server, journal)
    basket.begin(journal)
    shifts.open_shift(journal, "1007", 50_000)
    yield journal
    journal.close()


def key(house: TillHouse) -> str:
    """Return the terminal's device key."""
    return (house.folder / "key").read_text()


def ask(house: TillHouse, method: str, path: str, **options: Any) -> requests.Response:
    """Ask the server as the terminal does, with headers of one's own."""
    headers = {"Authorization": f"Bearer {key(house)}", **options.pop("headers", {})}
    url = f"http://127.0.0.1:{house.server.port}/pos/v1/{path}"
    return requests.request(method, url, headers=headers, timeout=5, **options)


def sell_tea(journal: Journal, times: int = 1) -> None:
    """Sell one of tea, several times."""
    for _ in range(times):
        goods = shelf.find(journal, TEA).domestic
        assert goods is not None
        basket.add(journal, goods)
        sell.sell_for_cash(journal, basket.read(journal).id, 12_850, lang="zh-CN")


def test_the_catalogue_is_what_the_outlet_sells(house: TillHouse, journal: Journal) -> None:
    """Two domestic goods with prices, one retail import with its address and no price."""
    known = shelf.known(journal)

    assert known.outlet is not None
    assert (known.outlet.code, known.outlet.terminal_no) == ("TY0001", 1)
    assert shelf.find(journal, SOAP).domestic.price_fen == 1_990  # type: ignore[union-attr]
    serum = shelf.find(journal, SERUM)
    assert serum.domestic is None
    assert serum.retail_import is not None
    address = f"https://id.example/01/{SERUM}/21/{SHELVES[SERUM]}"
    assert (serum.retail_import.price_fen, serum.retail_import.page_url) == (0, address)


def test_what_has_not_changed_is_not_sent_again(
    house: TillHouse, server: Server, journal: Journal
) -> None:
    """The version is enough; a wrong one brings the whole."""
    version = shelf.known(journal).version

    same = ask(house, "GET", f"catalogue?since={version}", headers={"X-Pos-Version": "2"}).json()

    assert (same["unchanged"], same.get("goods")) == (True, None)
    assert refresh(server, journal) is False
    assert len(ask(house, "GET", "catalogue?since=other").json()["goods"]) == 3


def test_sales_go_up_and_are_answered(house: TillHouse, server: Server, journal: Journal) -> None:
    """130 sales and a shift, in bulks: each once, in order, nothing left to send."""
    sell_tea(journal, 130)

    assert push(server, journal) == 131

    assert house.sold() == list(range(1, 131))
    assert sell.unsynced(journal) == 0
    assert push(server, journal) == 0


def test_an_answer_that_is_lost_changes_nothing(house: TillHouse, journal: Journal) -> None:
    """The server took the sales in and the answer never came: sent again, they stand once."""
    sell_tea(journal, 3)
    before = sell.waiting_bodies(journal, 9)
    body = {"version": 2, "sales": before}
    assert ask(house, "POST", "sales", json=body).ok
    assert sell.unsynced(journal) == 4

    push(Server(f"http://127.0.0.1:{house.server.port}", key(house)), journal)

    assert house.sold() == [1, 2, 3]
    assert sell.unsynced(journal) == 0
    assert {made.answer for made in sell.last_sales(journal, 9)} == {"replayed"}


def test_with_the_server_away_sales_wait(
    house: TillHouse, server: Server, journal: Journal
) -> None:
    """Nothing is lost, nothing forgotten; back again, all goes up, and the shift with its close."""
    house.server.stop()
    sell_tea(journal, 2)
    shifts.close_shift(journal, 75_700)
    with pytest.raises(ServerUnreachable):
        push(server, journal)
    assert sell.unsynced(journal) == 3

    house.server.start()
    push(server, journal)

    assert (house.sold(), sell.unsynced(journal)) == ([1, 2], 0)
    with house.database.read() as conn:
        row = conn.execute(select(shift)).one()
    assert (row.seq_from, row.seq_to, row.sales_fen) == (1, 2, 25_700)


def test_a_withdrawn_key_keeps_everything_here(house: TillHouse, journal: Journal) -> None:
    """The till goes on; it is told why nothing leaves."""
    sell_tea(journal)

    with pytest.raises(DeviceKeyRefused):
        push(Server(f"http://127.0.0.1:{house.server.port}", "1.wrong"), journal)

    assert sell.unsynced(journal) == 2


def test_one_sale_that_the_server_chokes_on_keeps_no_other_back(journal: Journal) -> None:
    """A server that fails on the second sale: first and third go up, the second waits."""
    sell_tea(journal, 3)
    taken: list[int] = []

    with serving(choking(taken, on=2)) as web:
        push(Server(f"http://127.0.0.1:{web.port}", "1.k"), journal)

    assert taken == [1, 3]
    assert [body["seq"] for body in sell.waiting_bodies(journal, 9)] == [2]


def test_a_conflict_is_kept_at_the_server_and_not_sent_for_ever(
    house: TillHouse, server: Server, journal: Journal
) -> None:
    """The id is known there with other content: a person looks; the till goes on."""
    sell_tea(journal)
    known = sell.waiting_bodies(journal, 1)[0]
    other = a_sale(1, id=known["id"])
    assert ask(house, "POST", "sales", json={"version": 2, "sales": [other]}).ok

    push(server, journal)

    assert sell.unsynced(journal) == 0
    assert sell.last_sales(journal, 1)[0].answer == "conflict"
    with house.database.read() as conn:
        assert len(conn.execute(select(terminal_conflict)).all()) == 1


def test_a_till_of_the_release_before_is_answered_in_its_version(house: TillHouse) -> None:
    """It names no version and knows no shift; it is understood all the same."""
    sale = a_sale()
    del sale["shift_id"], sale["clock_offset_ms"]

    slips = ask(house, "GET", "print-requests").json()
    taken = ask(house, "POST", "sales", json={"version": 1, "sales": [sale]}).json()

    assert (slips["version"], taken["version"]) == (1, 1)
    assert taken["answers"][0]["outcome"] == "accepted"
    assert ask(house, "GET", "print-requests", headers={"X-Pos-Version": "9"}).status_code == 422


def test_a_server_of_the_release_before_prints_and_takes_no_sales(journal: Journal) -> None:
    """It answers in version 1: slips go on, sales wait in the journal."""
    sell_tea(journal)

    with serving(old_server()) as web:
        older = Server(f"http://127.0.0.1:{web.port}", "1.k")
        assert pull(older, journal).queued == 0

    assert older.version == 1
    assert sell.unsynced(journal) == 2


@pytest.mark.parametrize(
    "body",
    [None, [], {"version": 2}, {"version": 2, "sales": {}}, {"version": 2, "sales": [0] * 51}],
)
def test_a_bulk_that_is_none_is_refused_whole(house: TillHouse, body: object) -> None:
    """No list, too long, no version: 422, and nothing is taken in."""
    answer = ask(house, "POST", "sales", json=body)

    assert answer.status_code == 422
    assert house.sold() == []


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "sales"), ("POST", "shifts"), ("GET", "catalogue")]
)
def test_without_a_device_key_nothing_is_told_or_taken(
    house: TillHouse, method: str, path: str
) -> None:
    """403 to whoever has none."""
    answer = ask(house, method, path, headers={"Authorization": "Bearer 1.x"}, json={})

    assert answer.status_code == 403


def choking(taken: list[int], *, on: int) -> Flask:
    """A server that fails whenever one sale is among those sent."""
    app = Flask("choking")

    @app.post("/pos/v1/shifts")
    def shifts_taken() -> Response:
        return jsonify({"version": 2, "answers": []})

    @app.post("/pos/v1/sales")
    def sales_taken() -> tuple[Response, int]:
        server_side = [(body["seq"], body) for body in (request.json or {})["sales"]]
        if on in [seq for seq, _ in server_side]:
            return jsonify({}), 500
        taken.extend(seq for seq, _ in server_side)
        hashes = [content_hash(body) for _, body in server_side]
        answers = [{"id": "", "hash": came, "outcome": "accepted"} for came in hashes]
        return jsonify({"version": 2, "answers": answers}), 200

    return app


def old_server() -> Flask:
    """A server that knows version 1 only."""
    app = Flask("old")

    @app.get("/pos/v1/print-requests")
    def slips() -> Response:
        return jsonify({"version": 1, "print_requests": []})

    return app
