"""Decides what a round's shoppers do: order one article until it is sold out, every request twice.

An order is carried as far as it comes; what is missing is done later, by asking again as people do.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

import requests

from load.crowd import noted, pages
from load.crowd.noted import Notebook
from load.faults.house import House
from load.faults.traffic import FORM, LOST, Heard, Line, Traffic
from load.sample import sku
from load.shoppers import ADDRESS, Form, Shopper, id_number, name, open_forms
from load.trade.paying import pay
from load.trade.world import Person

PAGE = {"Accept": "text/html", "Accept-Language": "zh-CN"}
PROBLEM = {"Accept": "application/json"}
PAYS_OF = 3
"""Of so many orders one is paid."""
OPENED_S = 40.0
"""How long a form may be refused with 503: a clock stepped far ahead ends leases for twenty."""


@dataclass
class Order:
    """One order of a round, and how far it has come."""

    key: str
    cookie: str
    body: str
    person: Person
    pays: bool
    heard: list[Heard] = field(default_factory=list)
    number: str = ""
    paid: bool = False

    @property
    def verdict(self) -> tuple[int, str, str] | None:
        """Return the first answer that will be given ever after, if there was one."""
        return next((one.verdict for one in self.heard if one.verdict), None)

    @property
    def place(self) -> str:
        """Return the path of the order's page; nothing where it was refused."""
        status, place, _ = self.verdict or (0, "", "")
        return place[place.index("/orders/") :] if status == 303 else ""

    @property
    def ended(self) -> bool:
        """Whether nothing is missing."""
        if self.verdict is None:
            return False
        return not self.place or (bool(self.number) and (self.paid or not self.pays))


@dataclass(frozen=True)
class Hand:
    """A shopper with a phone: their forms for this round's article, a line to each server."""

    orders: Sequence[Order]
    lines: Sequence[Line]


class Wave:
    """The shoppers of one round at one article."""

    def __init__(self, house: House, notes: Notebook, article: int) -> None:
        self._house, self._notes, self._article = house, notes, article
        self.traffic = Traffic()
        self.wrong: list[str] = []
        self._hands: list[Hand] = []

    @property
    def orders(self) -> list[Order]:
        """Return every order of the round."""
        return [order for hand in self._hands for order in hand.orders]

    @property
    def sku(self) -> str:
        """Return which article is wanted."""
        return sku(self._article)

    def arrive(self, people: Sequence[Shopper], orders: int) -> None:
        """Let everybody open the article's form: ``orders`` will be asked for in all."""
        for place, shopper in enumerate(people):
            wanted = range(place, orders, len(people))
            self._hands.append(Hand(list(self._forms(shopper, place, wanted)), self._lines()))

    def _forms(self, shopper: Shopper, place: int, wanted: range) -> Iterator[Order]:
        form = _open_form(self._house.site.url, shopper, self._article)
        who = Person(
            name=name(place),
            id_number=id_number(place),
            phone=f"138{place:08d}",
            district=ADDRESS["district"],
            district_code="140105",
            address=ADDRESS["address"],
        )
        for number in wanted:
            key = secrets.token_urlsafe(24)
            body = f"{form.body}&{urlencode({'idempotency_key': key})}"
            yield Order(key, form.cookie, body, who, pays=number % PAYS_OF == 0)

    def _lines(self) -> list[Line]:
        """A line to each server, two to one that is alone."""
        servers = self._house.servers * (2 // len(self._house.servers))
        return [Line(one, self._house.site.port_of(one), self.traffic) for one in servers]

    @property
    def under_way(self) -> bool:
        """Whether a request is in flight now."""
        return self.traffic.in_flight(time.monotonic(), self._house.servers) > 0

    @property
    def put_off(self) -> bool:
        """Whether anybody was told to come again, while a request is in flight."""
        return self.under_way and any(one.status == 503 for one in list(self.traffic.heard))

    def rush(self) -> None:
        """Let every hand carry its orders as far as they come, once."""
        self._each(self._carry_all)

    def ask_again(self, *, patience_s: float) -> None:
        """Do what is missing until nothing is, then send every order once more."""
        ends = time.monotonic() + patience_s
        while not all(order.ended for order in self.orders) and time.monotonic() < ends:
            self._each(self._go_on)
        left = [order.key for order in self.orders if not order.ended]
        self.wrong += [f"{key}: not ended after {patience_s:.0f} s" for key in left]
        self._each(self._place_all)
        for hand in self._hands:
            for line in hand.lines:
                line.close()

    def _carry_all(self, hand: Hand) -> None:
        for order in hand.orders:
            self._carry(order, hand.lines)

    def _place_all(self, hand: Hand) -> None:
        for order in hand.orders:
            self._place(order, hand.lines)

    def _go_on(self, hand: Hand) -> None:
        missing = [order for order in hand.orders if not order.ended]
        for order in missing:
            self._carry(order, hand.lines)
        if any(not order.ended for order in missing):
            time.sleep(0.1)

    def _each(self, do: Callable[[Hand], object]) -> None:
        threads = [threading.Thread(target=do, args=(hand,)) for hand in self._hands]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _carry(self, order: Order, lines: Sequence[Line]) -> None:
        if order.verdict is None:
            self._place(order, lines)
        if order.place and not order.number:
            self._look(order, lines)
        if order.place and order.number and order.pays and not order.paid:
            self._pay(order, lines)

    def _place(self, order: Order, lines: Sequence[Line]) -> None:
        """Send the form down every line before an answer is read from any."""
        if not order.heard:
            self._notes.note(noted.ASKED, key=order.key)
        known = order.verdict
        order.heard += _both(lines, "/checkout", PROBLEM | _of(order), order.body)
        if known is None and order.verdict is not None and not order.place:
            self._notes.note(noted.REFUSED, key=order.key, shelf="")

    def _look(self, order: Order, lines: Sequence[Line]) -> None:
        line = lines[len(order.heard) % len(lines)]
        page = line.ask("GET", order.place, PAGE | _of(order))
        if page.status != 200:
            return
        order.number = pages.order_no(page.text)
        fields = dict(part.split("=", 1) for part in order.body.split("&"))
        self._notes.note(
            noted.PLACED,
            key=order.key,
            checkout_id=int(order.place.rpartition("/")[2]),
            order_no=order.number,
            total_fen=int(fields["shown_total_fen"]),
            qty=int(fields["shown_qty"]),
        )

    def _pay(self, order: Order, lines: Sequence[Line]) -> None:
        """Go to the provider and pay there; where the page has no button, the money is there."""
        page = lines[0].ask("GET", order.place, PAGE | _of(order))
        if page.status != 200:
            return
        button = pages.pay_form(page.text)
        if button is None:
            order.paid = True
            return
        told = _both(lines, f"{order.place}/pay", PAGE | _of(order), urlencode(button.fields))
        where = next((one.place for one in told if one.status == 303), "")
        if not where:
            return
        with suppress(requests.RequestException, RuntimeError):  # seen on the page, paid again
            pay(where, order.person)
            order.paid = True
            self._notes.note(noted.MONEY, checkout_id=int(order.place.rpartition("/")[2]))


def _open_form(url: str, shopper: Shopper, article: int) -> Form:
    """Open a form, patiently: what a fault did may last beyond its round."""
    ends = time.monotonic() + OPENED_S
    while True:
        try:
            (form,) = open_forms(url, shopper, [article])
        except requests.HTTPError as told:
            if told.response.status_code != 503 or time.monotonic() > ends:
                raise
            time.sleep(0.2)
            continue
        return form


def _of(order: Order) -> dict[str, str]:
    return {"Cookie": order.cookie}


def _both(lines: Sequence[Line], path: str, headers: dict[str, str], body: str) -> list[Heard]:
    for line in lines:
        line.send("POST", path, headers | FORM, body)
    return [line.hear() for line in lines]


def unwanted(orders: Sequence[Order], heard: Sequence[Heard], *, may_break: bool) -> list[str]:
    """Return the answers that nobody should get; a line may break where its server was killed."""
    found = []
    for one in heard:
        if one.status == LOST and may_break:
            continue
        if one.status in (429, 503) and one.retry_after.isdigit():
            continue
        if one.status not in (200, 303, 409):
            said = " ".join(one.text.split())[:300]
            found.append(f"{one.server} answers {one.status}: {said}")
    for order in orders:
        verdicts = {one.verdict for one in order.heard if one.verdict}
        if len(verdicts) > 1:
            found.append(f"{order.key}: one key, several answers: {sorted(verdicts)}")
        if not order.place and order.verdict and order.verdict[2] != "stock_short":
            found.append(f"{order.key}: refused: {order.verdict}")
    return found
