"""Decides how the orders of a soak come about: placed and paid by the product's own verbs.

Which fate an order has is the plan's; customs is told of it before it hears of the order.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TypeVar

import requests
from sqlalchemy import select

from bonded_display.customs.tables import declaration_list
from kernel import clock, db
from kernel.errors import Unavailable
from load import shoppers
from load.sample import GOODS, shelf_code
from load.soak.plan import Fate, rule
from load.trade.paying import pay
from load.trade.shoppers import Shopper, offer_on, open_page, place
from load.trade.world import Person
from shop.offer.quote import Quote
from shop.offer.shown import ShownOffer
from shop.tables import customs_order

HANDS = 4
AT_ONCE = 40
"""Orders that are placed before customs is told of their fates, and then paid."""
_PAUSE_S = 0.2
T = TypeVar("T")


@dataclass(frozen=True)
class Bought:
    """One paid order of a fate."""

    fate: Fate
    order_id: int
    order_no: str


@dataclass
class Buying:
    """Sells a plan; ``bought`` grows while it does."""

    customs_url: str
    bought: list[Bought] = field(default_factory=list)
    _told: list[dict[str, object]] = field(default_factory=list)

    def buy(
        self,
        planned: Sequence[Fate],
        people: Sequence[Shopper],
        *,
        behind: Callable[[], int],
        most_behind: int,
        stop: threading.Event,
    ) -> None:
        """Place and pay every order of ``planned``; rests while ``most_behind`` lag behind."""
        with ThreadPoolExecutor(HANDS) as hands:
            for start in range(0, len(planned), AT_ONCE):
                while behind() > most_behind and not stop.is_set():
                    time.sleep(_PAUSE_S)
                if stop.is_set():
                    return
                some = [
                    (number, fate, people[number % len(people)])
                    for number, fate in enumerate(planned[start : start + AT_ONCE], start)
                ]
                placed = list(hands.map(lambda one: _place(*one), some))
                bought = _numbered([(one.fate, one.order_id) for one in placed])
                self._tell_customs(bought)
                list(hands.map(lambda one: pay(one.page_url, one.payer), placed))
                self.bought += bought

    def ask_again(self) -> None:
        """Ask customs for the answers that the wire lost, as a person does who misses them."""
        lost = [one.order_id for one in self.bought if one.fate == Fate.RECEIPT_LOST]
        with db.read() as connection:
            numbers = connection.execute(
                select(declaration_list.c.cop_no).where(declaration_list.c.order_id.in_(lost))
            ).scalars()
            cop_nos = list(numbers)
        for cop_no in cop_nos:
            answer = requests.post(
                f"{self.customs_url}/receipts/again", json={"number": cop_no}, timeout=20
            )
            answer.raise_for_status()

    def _tell_customs(self, bought: Sequence[Bought]) -> None:
        told = [said for one in bought if (said := rule(one.fate, one.order_no)) is not None]
        if told:
            self._told += told
            answer = requests.post(
                f"{self.customs_url}/_control", json={"script": self._told}, timeout=60
            )
            answer.raise_for_status()


@dataclass(frozen=True)
class _Open:
    """One order that waits for its money."""

    fate: Fate
    order_id: int
    page_url: str
    payer: Person


def _place(number: int, fate: Fate, shopper: Shopper) -> _Open:
    offer, quote = _shelf(shelf_code(number % GOODS), clock.china_date(clock.now()))
    who, placed = _patiently(lambda: place(shopper, offer, quote))
    page = _patiently(lambda: open_page(who, placed.checkout_id))
    (order_id,) = placed.order_ids
    return _Open(fate, order_id, page, shopper.person)


@cache
def _shelf(code: str, day: date) -> tuple[ShownOffer, Quote]:
    """Return what a shelf shows on a day: nothing about it changes while a soak runs."""
    offer = offer_on(code)
    quote = offer.quote(1)
    if quote is None:
        raise RuntimeError(f"{code} does not sell on {day}: {offer.closed}")
    return offer, quote


def _numbered(placed: Sequence[tuple[Fate, int]]) -> list[Bought]:
    """Return the orders with their numbers, read together."""
    order_ids = [order_id for _, order_id in placed]
    with db.read() as connection:
        rows = connection.execute(
            select(customs_order.c.id, customs_order.c.order_no).where(
                customs_order.c.id.in_(order_ids)
            )
        )
        numbers = {row.id: row.order_no for row in rows}
    return [Bought(fate, order_id, numbers[order_id]) for fate, order_id in placed]


def _patiently(act: Callable[[], T]) -> T:
    """Do it again, as a person would, while the house says that it is busy."""
    while True:
        try:
            return act()
        except Unavailable:
            time.sleep(_PAUSE_S)


def sign_up(count: int) -> list[Shopper]:
    """Return ``count`` shoppers, verified and consenting."""
    return [
        Shopper(
            Person(
                name=shoppers.name(number),
                id_number=shoppers.id_number(number),
                phone=f"138{number:08d}",
                district="山西省太原市小店区",
                district_code="140105",
                address=f"山西省太原市小店区学府街{number + 1}号3幢1201室",
            ),
            one.account_id,
        )
        for number, one in enumerate(shoppers.sign_up(count))
    ]
