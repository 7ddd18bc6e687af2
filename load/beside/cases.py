"""Decides what else is measured of placing: connections, even demand, bulk, and what stands beside.

Each case checks what it left behind; ``load.order_cases`` has the two that have a plain floor.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from werkzeug.http import parse_cookie

from kernel import config, db
from load import books
from load.beside import batched, empty, naive
from load.beside.past import with_past
from load.beside.sqlite import OnSqlite, on_sqlite
from load.floor.floors import copy_database
from load.floor.of_orders import FLOOR
from load.floor.pgbench import Floor
from load.harness import ROOT, Case
from load.order_cases import AnswersWrong, Order
from load.order_rig import PRODUCT, Rig, figures_at_rest
from load.wrk import Load, Sent, send
from shop.accounts.partners import add_partner
from shop.house import open_house
from shop.web.intake import ROUTE as INTAKE
from shop.web.login import SHOPPER_COOKIE

PLACE = "place, 64 connections"
CONNECTIONS = (1, 8, 32, 128)
BULK, BULK_CONNECTIONS = 50, 4
NAIVE, NAIVE_CONNECTIONS = "naive", 32
EVEN = "0"
"""Percent of the forms that are for the hot article."""
_FOLDER = ROOT / "load" / "beside"


@dataclass
class Beside:
    """The cases around placing, on the rig of the order path."""

    order: Order
    partner_key: str
    floor: Floor
    empty_url: str
    naive_url: str
    sqlite: OnSqlite
    past: Order | None = None
    """The same on a database with very many past orders."""
    _runs: int = 0

    def cases(self) -> list[Case]:
        """Return them, those that others are compared with first."""
        own = self.order
        return [
            Case("floor, 50 orders a transaction", "orders/s", self.batched_floor),
            Case("empty Flask POST", "answers/s", self.empty),
            Case("naive ORM", "orders/s", self.naive),
            Case(
                PLACE,
                "orders/s",
                lambda: own.place_with(64),
                beside=("floor, 50 orders a transaction", "empty Flask POST", "naive ORM"),
            ),
            Case("place, even demand", "orders/s", self.even, beside=(PLACE,)),
            Case("place on SQLite", "orders/s", self.sqlite.place, beside=(PLACE,)),
            *(
                Case("place beside past orders", "orders/s", one.place, beside=(PLACE,))
                for one in (self.past,)
                if one is not None
            ),
            *(
                Case(
                    f"place, {count} connections",
                    "orders/s",
                    lambda count=count: own.place_with(count),  # type: ignore[misc]
                )
                for count in CONNECTIONS
            ),
            Case(
                f"bulk, {BULK} a request",
                "orders/s",
                self.bulk,
                beside=("floor, 50 orders a transaction", PLACE),
            ),
        ]

    def batched_floor(self) -> float:
        """Return orders a second of the batched floor; its books must be right afterwards."""
        with self.floor.server.connect(FLOOR) as connection:
            connection.execute("CHECKPOINT")
            before = books.read(connection)
            ran = self.floor.run(seconds=self.order.load.seconds, clients=batched.CLIENTS)
            grown = before.grown(books.read(connection))
            books.check_grown(grown, books.PLACING, by=ran.runs * batched.SIZE)
        return ran.per_second * batched.SIZE

    def empty(self) -> float:
        """Return answers a second of an empty Flask POST."""
        load = Load(64, self.order.load.seconds)
        return _well(send(self.empty_url, _FOLDER / "empty.lua", load, arguments=[])).per_second

    def naive(self) -> float:
        """Return orders a second placed by the naive way; each answered one must be there."""
        with self.order.rig.server.connect(NAIVE) as connection:
            before = books.orders(connection)
            load = Load(NAIVE_CONNECTIONS, self.order.load.seconds)
            sent = _well(send(self.naive_url, _FOLDER / "empty.lua", load, arguments=[]))
            grown = books.orders(connection) - before
        if grown < sent.answers:
            raise AnswersWrong(f"naive: {sent.answers} answered, {grown} stand")
        return sent.per_second

    def even(self) -> float:
        """Return orders a second when no article is asked for more than another."""
        return self.order.place_with(self.order.load.connections, hot=EVEN)

    def bulk(self) -> float:
        """Return orders a second placed ``BULK`` a request."""
        self._runs += 1
        self.order.end_unpaid()
        rig, load = self.order.rig, Load(BULK_CONNECTIONS, self.order.load.seconds)
        words = [str(_entries(rig)), f"bulk{self._runs:03d}", self.partner_key, str(BULK)]
        with rig.connect() as connection:
            connection.execute("CHECKPOINT")
            before, counted = books.read(connection), figures_at_rest(rig)
            sent = _well(send(rig.site.url, _FOLDER / "bulk.lua", load, arguments=words))
            answered = figures_at_rest(rig).since(counted).answers(INTAKE).get("200", 0)
            grown = before.grown(books.read(connection))
            books.check_grown(grown, books.PLACING, by=answered * BULK)
        return sent.per_second * BULK


def _well(sent: Sent) -> Sent:
    if sent.wrong or sent.socket_errors or not sent.answers:
        raise AnswersWrong(str(sent))
    return sent


@contextmanager
def beside(order: Order, *, people: int, processes: int, past_orders: int = 0) -> Iterator[Beside]:
    """Prepare what the cases stand on: a partner, a floor, more servers on the loopback."""
    rig = order.rig
    with ExitStack() as stack:
        with (
            open_house(config.load(None, rig.site.environment), with_desk=False),
            db.write() as conn,
        ):
            key = add_partner(conn, "bench")
        copy_database(rig.server, FLOOR, NAIVE)
        example = order.floors.example.checkout_id
        enter = stack.enter_context
        found = Beside(
            order,
            key,
            _floor(order, people=people),
            enter(empty.serving(processes=processes)),
            enter(naive.serving(rig.server.url(NAIVE), example, processes=processes)),
            enter(on_sqlite(rig.folder / "sqlite", order.load, people=people)),
        )
        if past_orders:
            found.past = Order(enter(with_past(rig, past_orders)), order.floors, order.load)
            found.past.warm_up()
        yield found


def _floor(order: Order, *, people: int) -> Floor:
    plain, server = order.floors.place.script, order.rig.server
    with server.connect(PRODUCT) as connection:
        types = batched.column_types(connection)
    script = plain.with_name("floor-batched.sql")
    text = batched.batched(plain.read_text(encoding="utf-8"), types, people=people)
    script.write_text(text, encoding="utf-8")
    return Floor(server, FLOOR, script)


def _entries(rig: Rig) -> Path:
    """Write each shopper's form as an entry of an intake, up to its key."""
    file = rig.folder / "entries.tsv"
    if not file.exists():
        lines = [f"{number}\t{_entry(form.cookie, form.body)}\n" for number, form in rig.forms]
        file.write_text("".join(lines), encoding="utf-8")
    return file


def _entry(cookie: str, body: str) -> str:
    fields = dict(parse_qsl(body, keep_blank_values=True))
    del fields["csrf_token"]
    fields["session"] = parse_cookie(cookie)[SHOPPER_COOKIE]
    return json.dumps(fields, ensure_ascii=False)[:-1] + ', "key": "'
