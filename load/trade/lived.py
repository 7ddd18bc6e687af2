"""Decides how a calendar is lived: who buys what, what the other side is told to do, who waits.

The verbs do everything; the rows are read here only to know when they have.
"""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests
from sqlalchemy import func, select

from bonded_display.warehouse.tables import pick_task
from kernel import clock, db, deliveries
from kernel.actor import Actor
from kernel.clock import HOUR, MILLISECOND, Instant
from kernel.errors import Refusal
from load.trade import warehouse_people
from load.trade.at_work import House
from load.trade.calendar import Fate, Slot
from load.trade.counter import Counter
from load.trade.paying import pay
from load.trade.progress import Progress
from load.trade.shoppers import Shopper, offer_on, open_page, place
from load.trade.warehouse_people import VEHICLES
from load.trade.world import World
from shop.offer.quote import Quote
from shop.offer.shown import ShownOffer
from shop.tables import checkout, customs_order

PATIENCE_S = 60.0
HANDS = 4
STUCK = {Fate.WAITING, Fate.INSPECTED, Fate.CORRECTABLE}
"""Paid orders that customs does not release within the trade."""


@dataclass(frozen=True)
class Bought:
    """One order as it was placed, and what shall become of it."""

    fate: Fate
    shopper: Shopper
    who: Actor
    checkout_id: int
    order_id: int
    order_no: str


class Trade:
    """All that is bought, and what the other side was told about it."""

    def __init__(
        self,
        house: House,
        world: World,
        people: tuple[Sequence[Shopper], Counter],
        *,
        customs_url: str,
    ) -> None:
        self._house, self._world = house, world
        self._shoppers, self._counter = people
        self._customs_url = customs_url
        self._dice = random.Random("trade")  # a sample, not a secret
        self._script: list[dict[str, object]] = []
        self._stuck: list[int] = []
        self.placed = 0
        self.refusals = 0

    def live(self, calendar: Sequence[Slot], operator: Actor) -> None:
        """Live every slot in its time; the last one leaves work for everybody."""
        whole = sum(len(slot.fates) for slot in calendar)
        progress = Progress("two weeks of trade", whole=whole)
        with ThreadPoolExecutor(HANDS) as hands:
            for slot in calendar:
                self._house.move_to(slot.at)
                if slot.sends_off:
                    self._send_off(operator, placed_before=slot.at - 3 * HOUR)
                if slot.fates:
                    self._buy(slot.fates, hands)
                    self._sell_at_the_counter()
                progress.at(self.placed, f"{clock.china_date(clock.now()):%m-%d}")
        self._send_off(operator, placed_before=clock.now(), leave=6)
        warehouse_people.leave_in_hand(operator)
        with self._house.clockwork.working():
            self._counter.give_one_back()
            self._counter.end_shift()
        self._await("the flow", _nothing_due)

    def _sell_at_the_counter(self) -> None:
        with self._house.clockwork.working():
            self._counter.sell()

    def _buy(self, fates: Sequence[Fate], hands: ThreadPoolExecutor) -> None:
        with self._house.clockwork.working():
            wanted = [(fate, *self._choose()) for fate in fates]
            bought = list(hands.map(lambda one: self._place(*one), wanted))
            self.placed += len(bought)
            self._tell_customs(bought)
            list(hands.map(self._pay, bought))
        paid = [one.checkout_id for one in bought if one.fate != Fate.LEFT]
        self._await("the money", lambda: _settled(paid))

    def _choose(self) -> tuple[Shopper, ShownOffer, Quote]:
        """Return somebody before a shelf, with a quantity the law and the stock allow."""
        while True:
            offer = offer_on(self._dice.choice(self._world.shelves))
            shopper = self._dice.choices(
                self._shoppers, [6, *(1 for _ in self._shoppers[1:])], k=1
            )[0]
            try:
                quote = offer.quote(self._dice.choice((1, 1, 1, 1, 2, 2, 3)))
            except Refusal:
                self.refusals += 1
                continue
            if quote is not None and offer.closed is None:
                return shopper, offer, quote

    def _place(self, fate: Fate, shopper: Shopper, offer: ShownOffer, quote: Quote) -> Bought:
        try:
            who, placed = place(shopper, offer, quote)
        except Refusal:  # the last piece, or the year's limit: somebody else buys something else
            self.refusals += 1
            return self._place(fate, *self._choose())
        (order_id,) = placed.order_ids
        with db.read() as connection:
            order_no = connection.execute(
                select(customs_order.c.order_no).where(customs_order.c.id == order_id)
            ).scalar_one()
        return Bought(fate, shopper, who, placed.checkout_id, order_id, order_no)

    def _pay(self, bought: Bought) -> None:
        if bought.fate == Fate.LEFT and bought.order_id % 3 == 0:
            return
        page = open_page(bought.who, bought.checkout_id)
        if bought.fate == Fate.LEFT:
            return
        payer = bought.shopper
        if bought.fate == Fate.STRANGER:
            payer = next(one for one in self._shoppers if one is not bought.shopper)
        pay(page, payer.person)

    def _tell_customs(self, bought: Sequence[Bought]) -> None:
        """Let customs do with these orders what their fates say, before it hears of them."""
        told = [rule for one in bought if (rule := _rule(one)) is not None]
        self._stuck += [one.order_id for one in bought if one.fate in STUCK]
        if told:
            self._script += told
            control = f"{self._customs_url}/_control"
            answer = requests.post(control, json={"script": self._script}, timeout=20)
            answer.raise_for_status()

    def _send_off(self, operator: Actor, *, placed_before: Instant, leave: int = 0) -> None:
        """Send off what is released; what was placed by then is waited for, and no more.

        To wait for what was bought a moment ago would let the flow run dry each afternoon.
        """
        self._await("customs", lambda: _all_released(placed_before, self._stuck))
        with self._house.clockwork.working():
            vehicle = self._dice.choice(VEHICLES)
            warehouse_people.send_off(operator, vehicle=vehicle, leave=leave)

    def _await(self, whom: str, met: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE_S
        while not met():
            if time.monotonic() > ends:
                raise TimeoutError(f"waited {PATIENCE_S:.0f} s for {whom}")
            time.sleep(0.03)


def _rule(bought: Bought) -> dict[str, object] | None:
    lists = {"kind": "CEB621", "order_no": bought.order_no}
    if bought.fate == Fate.REFUSED:
        return {"match": lists, "do": "reject", "code": "-621005", "info": "身份验证不通过"}
    if bought.fate == Fate.CORRECTABLE:
        return {"match": lists, "do": "reject", "code": "-621012", "info": "商品编码有误"}
    if bought.fate == Fate.INSPECTED:
        return {"match": lists, "do": "chain", "statuses": ["2", "120", "500"]}
    if bought.fate == Fate.WAITING:
        late = {"match": {**lists, "status": "800"}, "do": "delay"}
        return {**late, "delay_ms": 6 * HOUR // MILLISECOND}
    return None


def _settled(checkout_ids: Sequence[int]) -> bool:
    query = select(func.count()).where(
        checkout.c.id.in_(checkout_ids), checkout.c.state == "placed"
    )
    with db.read() as connection:
        return connection.execute(query).scalar_one() == 0


def _all_released(placed_before: Instant, stuck: Sequence[int]) -> bool:
    """Whether every paid order of then but the stuck ones is refused, or lies with a picker."""
    order = customs_order.c
    with_customs = order.state.in_(("paid", "declared")) & order.id.not_in(stuck)
    unpicked = (order.state == "released") & order.id.not_in(select(pick_task.c.order_id))
    query = select(func.count()).where(order.placed_at <= placed_before, with_customs | unpicked)
    with db.read() as connection:
        return connection.execute(query).scalar_one() == 0


def _nothing_due() -> bool:
    found = deliveries.count_open()
    return found.get("waiting", 0) + found.get("running", 0) == 0
