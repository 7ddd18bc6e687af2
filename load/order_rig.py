"""Decides what ``bench_order`` runs on: a database, an installation, shoppers and their forms.

What is measured on it, and beside what, is ``bench_order``'s.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import requests
from requests import Response

from kernel import config, ids
from load import books, figures, payments, postgres, shoppers
from load.figures import Figures
from load.floor.logged import Transaction, transactions
from load.harness import ROOT
from load.payments import Paid
from load.postgres import Server
from load.sample import GOODS, write_sample
from load.shoppers import Form
from load.site import Site, free_port
from load.wrk import Load, Sent, send
from shop.house import open_house

PRODUCT = "product"
CHECKOUT, WEBHOOK = "/checkout", "/webhooks/stripe"
SETTLE_S = 10.0
HOT = "80"
"""Of a hundred placings, so many are for one article."""


@dataclass(frozen=True)
class Logged:
    """What one request did: its transactions, the rows it wrote by table, its first new id."""

    transactions: list[Transaction]
    rows: dict[str, int]
    first_id: int


@dataclass(frozen=True)
class Rig:
    """The installation under load, its database server, and the forms shoppers send."""

    server: Server
    site: Site
    folder: Path
    forms: tuple[tuple[int, Form], ...]
    database: str = PRODUCT

    def connect(self) -> "psycopg.Connection[Any]":
        """Return a connection to the product's database."""
        return self.server.connect(self.database)

    def place_once(self, key: str) -> Response:
        """Send the first shopper's form for the hot article; it must be placed."""
        _, form = self.forms[0]
        answer = requests.post(
            self.site.url + CHECKOUT,
            data=f"{form.body}&idempotency_key={key}",
            headers={
                "Cookie": form.cookie,
                "Accept": "text/html",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            allow_redirects=False,
            timeout=10,
        )
        if answer.status_code != 303 or "/orders/" not in answer.headers["Location"]:
            raise RuntimeError(f"placing once: {answer.status_code} {answer.text[:500]}")
        return answer

    def capture_once(self, paid: Paid) -> Response:
        """Deliver the event of one payment; it must be done."""
        self.write_events([paid])
        signature, body = self.events.read_text(encoding="utf-8").rstrip("\n").split("\t")
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        url = self.site.url + WEBHOOK
        answer = requests.post(url, data=body.encode(), headers=headers, timeout=10)
        if answer.status_code != 200 or answer.json()["state"] != "done":
            raise RuntimeError(f"capturing once: {answer.status_code} {answer.text[:500]}")
        return answer

    @property
    def events(self) -> Path:
        """Return the file of signed events that wrk sends."""
        return self.folder / "events.tsv"

    def write_events(self, paid: list[Paid]) -> None:
        """Sign the events of some payments now."""
        secret = config.load(None, self.site.environment).stripe_webhook_secret
        payments.write_events(self.events, paid, secret)

    def place(self, load: Load, *, run: str, hot: str = HOT) -> Sent:
        """Let wrk send forms; ``run`` keeps its keys apart from other runs'."""
        script = ROOT / "load" / "place.lua"
        words = [str(self.folder / "forms.tsv"), run, hot]
        return send(self.site.url, script, load, arguments=words)

    def capture(self, load: Load) -> Sent:
        """Let wrk send the signed events."""
        script = ROOT / "load" / "capture.lua"
        return send(self.site.url, script, load, arguments=[str(self.events), str(load.threads)])


@contextmanager
def rig(folder: Path, *, people: int, processes: int) -> Iterator[Rig]:
    """Install, sign up ``people`` shoppers, serve, and open each shopper's form."""
    with postgres.running() as server:
        with server.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {PRODUCT}")
        site = Site(folder, server.url(PRODUCT), free_port(), processes)
        with open_shop(site, people=people) as forms:
            yield Rig(server, site, folder, forms)


@contextmanager
def open_shop(site: Site, *, people: int) -> Iterator[tuple[tuple[int, Form], ...]]:
    """Install ``site`` with the sample, sign people up, serve, and give each one's forms.

    They lie in ``forms.tsv`` too, as wrk's scripts read them.
    """
    write_sample(site.folder / "sheets", today=datetime.now(ZoneInfo("Asia/Shanghai")).date())
    site.install(site.folder / "sheets")
    with open_house(config.load(None, site.environment), with_desk=False):
        signed_up = list(shoppers.sign_up(people))
    with site.serving():
        forms = list(_open_forms(site.url, signed_up))
        lines = [f"{number}\t{form.cookie}\t{form.body}\n" for number, form in forms]
        (site.folder / "forms.tsv").write_text("".join(lines), encoding="utf-8")
        yield tuple(forms)


def _open_forms(url: str, signed_up: list[shoppers.Shopper]) -> Iterator[tuple[int, Form]]:
    """Everybody opens the hot article and one other, so that both are asked for by everybody."""
    for place, shopper in enumerate(signed_up):
        other = 1 + place % (GOODS - 1)
        opened = shoppers.open_forms(url, shopper, [0, other])
        yield from zip([0, other], opened, strict=True)


_MARK = "pg_current_xact_id"


def listen(rig: Rig, warm: Callable[[], Response], measured: Callable[[], Response]) -> Logged:
    """Return what the request ``measured`` does just after ``warm`` did the same."""
    with rig.connect() as connection:
        with rig.server.listening() as lines:
            warm()
            since = books.next_transaction(connection)
            first_id = ids.Mint(0, 0).new()
            measured()
        marks = [number for number, line in enumerate(lines) if _MARK in line["message"]]
        told = transactions(lines[marks[-1] + 1 :])
        return Logged(told, books.rows_written(connection, since), first_id)


def figures_at_rest(rig: Rig) -> Figures:
    """Return the server's figures once nothing more is being answered."""
    before = figures.read(rig.site.url)
    ends = time.monotonic() + SETTLE_S
    while time.monotonic() < ends:
        time.sleep(0.25)
        now = figures.read(rig.site.url)
        if all(now.answers(route) == before.answers(route) for route in (CHECKOUT, WEBHOOK)):
            return now
        before = now
    raise RuntimeError("the server still answers, long after the load ended")
