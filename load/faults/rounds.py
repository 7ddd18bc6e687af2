"""Decides what a round is: a wave, a fault in it, whatever ended started again, the books compared.

A round whose fault met no request in flight does not count: it is repeated with another article.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import requests
from sqlalchemy import Connection, NullPool, create_engine, text

from kernel import actor, config, db
from kernel.db import Database
from load import invariants, shoppers
from load.crowd.noted import MONEY, Notebook, read_notes
from load.faults.house import House
from load.faults.kinds import Kind
from load.faults.scene import Scene, Struck
from load.faults.wave import Wave, unwanted
from load.invariants.rules import DONE
from load.peak.drain import drain
from load.peak.moments import Moments
from load.shoppers import Shopper
from shop.duties import refill_waybills
from shop.house import open_house

RECOVERED_S = 60.0
"""How long after a fault everything may take to be answered again."""
DRAINED_S = 60.0
"""How long nothing may move: what a killed worker held falls to another long before."""
TRIES = 5
PARKED = "no fact is parked"
_SOLD = """
SELECT COALESCE(SUM(l.qty), 0) FROM order_line l JOIN customs_order o ON o.id = l.order_id
 WHERE l.sku = :sku AND o.state NOT IN ('expired', 'cancelled')
"""


@dataclass(frozen=True)
class Sizes:
    """How large a round is."""

    orders: int
    hands: int

    @property
    def stock(self) -> int:
        """Return the pieces of the article: three of four orders can be had."""
        return max(1, self.orders * 3 // 4)


@dataclass(frozen=True)
class Ran:
    """What a round came to."""

    number: int
    seed: str
    database: str
    fault: str
    step: str
    in_flight: int
    in_hand: int
    acknowledged: int
    unknown: int
    sold: int
    stock: int
    seconds: float
    wrong: Sequence[str]

    @property
    def counts(self) -> bool:
        """Whether the fault met a request."""
        return self.in_flight > 0

    def as_dict(self) -> dict[str, Any]:
        """Return it for the report."""
        told = {name.replace("_", " "): value for name, value in vars(self).items()}
        return told | {"verdict": "BROKEN" if self.wrong else "holds"}

    def __str__(self) -> str:
        held = f" and {self.in_hand} deliveries in hand" if self.in_hand else ""
        return (
            f"{self.number:>4}  {self.database}  seed {self.seed}  {self.fault}: {self.step};"
            f" in flight {self.in_flight}{held}; acknowledged {self.acknowledged},"
            f" unknown {self.unknown}, sold {self.sold} of {self.stock};"
            f" {'BROKEN' if self.wrong else 'holds'}; {self.seconds:.1f} s"
        )


class Rounds:
    """The rounds of one house."""

    def __init__(self, house: House, sizes: Sizes, people: Sequence[Shopper], seed: int) -> None:
        self._house, self._sizes, self._people, self._seed = house, sizes, people, seed
        self._file = house.site.folder / "acknowledged.jsonl"
        self._notes = Notebook(self._file)
        self._moments = Moments()
        self._article = 0

    def run(self, number: int, kind: Kind) -> Iterator[Ran]:
        """Give each try of a round, until one counts."""
        for again in range(TRIES):
            ran = self._try(number, kind, f"{self._seed}.{number}.{again}")
            yield ran
            if ran.counts or ran.wrong:
                return

    def _try(self, number: int, kind: Kind, seed: str) -> Ran:
        begun = time.monotonic()
        wave = Wave(self._house, self._notes, self._article)
        self._article += 1
        wave.arrive(self._people, self._sizes.orders)
        struck = _rush(Scene(self._house, wave, Random(seed)), kind)
        acknowledged = sum(bool(order.place) for order in wave.orders)
        unknown = sum(order.verdict is None for order in wave.orders)
        self._house.revive()
        wave.ask_again(patience_s=RECOVERED_S)
        sold, differences = self._compare(wave.sku)
        told = unwanted(wave.orders, wave.traffic.heard, may_break=kind.breaks)
        wrong = [*struck.wrong, *wave.wrong, *told, *differences]
        if sold != self._sizes.stock:
            wrong.append(f"{sold} sold of {self._sizes.stock}")
        return Ran(
            number=number,
            seed=seed,
            database=self._house.kind,
            fault=kind.name,
            step=struck.step,
            in_flight=wave.traffic.in_flight(struck.at, struck.servers),
            in_hand=struck.in_hand,
            acknowledged=acknowledged,
            unknown=unknown,
            sold=sold,
            stock=self._sizes.stock,
            seconds=time.monotonic() - begun,
            wrong=wrong,
        )

    def _compare(self, sku: str) -> tuple[int, list[str]]:
        """Return what is sold and what differs now: deliveries may wait, nothing else may."""
        notes = [one for one in read_notes(self._file) if one["kind"] != MONEY]
        with _one_moment(self._house.site.database_url) as connection:
            sold = int(connection.execute(text(_SOLD), {"sku": sku}).scalar_one())
            found = invariants.compare(connection, notes)
        found[DONE] = [one for one in found[DONE] if one.rule == PARKED]
        return sold, [f"{name}: {one}" for name, all_ in found.items() for one in all_]

    def end(self) -> list[str]:
        """Wait until everything is done and return what differs then, customs' books included.

        Raises ``load.peak.drain.Stands``.
        """
        drain(self._moments, patience_s=DRAINED_S)
        theirs = requests.get(f"{self._house.site.other('customs')}/books/lists", timeout=60)
        with _one_moment(self._house.site.database_url) as connection:
            found = invariants.compare(connection, read_notes(self._file), theirs.json()["lists"])
        print(*invariants.told(found), sep="\n", flush=True)
        return [f"{name}: {one}" for name, all_ in found.items() for one in all_]


@contextmanager
def _one_moment(url: str) -> Iterator[Connection]:
    """Read all books as they stand at one moment, while the house goes on."""
    postgresql = not url.startswith("sqlite")
    how = {"isolation_level": "REPEATABLE READ"} if postgresql else {}
    engine = create_engine(url, poolclass=NullPool, **how)
    with engine.connect() as connection:
        if not postgresql:
            connection.exec_driver_sql("BEGIN")
        yield connection


def _rush(scene: Scene, kind: Kind) -> Struck:
    """Let the wave come and the fault strike in it; return what the fault did."""
    told: list[Struck | Exception] = []

    def strike() -> None:
        try:
            told.append(kind.strike(scene))
        except Exception as error:  # noqa: BLE001  # raised below, in the thread that waits
            told.append(error)

    striker = threading.Thread(target=strike, name="striker")
    striker.start()
    try:
        scene.wave.rush()
    finally:
        scene.over.set()
        striker.join()
    (struck,) = told
    if isinstance(struck, Exception):
        raise struck
    return struck


@contextmanager
def open_rounds(house: House, sizes: Sizes, seed: int) -> Iterator[Rounds]:
    """Open the house here, too: to sign people up, then only to read its books."""
    settings = config.load(None, house.site.environment)
    with (
        open_house(settings, with_desk=False),
        actor.acting(actor.SYSTEM),
        actor.correlated(""),
    ):
        refill_waybills()
        people = list(shoppers.sign_up(sizes.hands))
    reader = Database(settings.database_url)
    db.use(reader)
    try:
        yield Rounds(house, sizes, people, seed)
    finally:
        db.use(None)
        reader.close()
