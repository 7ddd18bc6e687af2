"""Decides what a crowd is told before it comes: where to go, who comes, what for, how long.

Written by ``load.peak``, read in the crowd's own process; imports nothing of the product.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Person:
    """A signed-up shopper: the session's token, and who pays on the provider's page."""

    token: str = field(repr=False)
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True)
class Address:
    """Where parcels go, as typed into the form."""

    consignee_name: str
    district: str
    address: str


@dataclass(frozen=True)
class Shelf:
    """A shelf code and the GTIN-14 printed with it."""

    code: str
    gtin14: str


@dataclass(frozen=True)
class Habits:
    """How the crowd behaves; shares in 1/100 %, times in seconds.

    ``hot_bp`` want the first shelf, ``buys_bp`` of those who look order, ``leaves_bp`` of those
    who ordered do not pay, ``twice_bp`` of requests that write are sent twice under one key.
    ``offline_sales`` is what each till sold while its line was down; ``sells_every_s`` its pace.
    ``partner_people`` buy in the app of each partner.
    """

    hot_bp: int = 0
    buys_bp: int = 10_000
    leaves_bp: int = 500
    twice_bp: int = 1_000
    think_s: tuple[float, float] = (0.3, 1.5)
    looks: int = 4
    offline_sales: int = 0
    sells_every_s: float = 4.0
    partner_people: int = 4


@dataclass(frozen=True)
class Plan:
    """One run: it ends once ``orders`` are placed, or after ``seconds``."""

    url: str
    seconds: int
    orders: int
    arriving_per_s: float
    cookie: str
    habits: Habits
    address: Address
    shelves: tuple[Shelf, ...]
    people: tuple[Person, ...] = field(repr=False)
    device_keys: tuple[str, ...] = field(repr=False)
    partner_keys: tuple[str, ...] = field(repr=False)
    acknowledged: Path
    """The file in which each user notes what the server acknowledged."""
    figures: Path
    """The file in which the crowd leaves its figures at its end."""
    seed: int = 7

    @property
    def users(self) -> int:
        """Return how many come at most at once: shoppers, tills, partners for their people."""
        partners = len(self.partner_keys)
        shoppers = len(self.people) - partners * self.habits.partner_people
        return shoppers + len(self.device_keys) + partners


def write_plan(file: Path, plan: Plan) -> None:
    """Write a plan so that only its owner can read it: tokens and keys stand in it."""
    file.touch(mode=0o600)
    told = asdict(plan)
    file.write_text(json.dumps(told, default=str, ensure_ascii=False), encoding="utf-8")


def read_plan(file: Path) -> Plan:
    """Return the plan written in a file."""
    told = json.loads(file.read_text(encoding="utf-8"))
    habits = told.pop("habits")
    habits["think_s"] = tuple(habits["think_s"])
    return Plan(
        habits=Habits(**habits),
        address=Address(**told.pop("address")),
        shelves=tuple(Shelf(**one) for one in told.pop("shelves")),
        people=tuple(Person(**one) for one in told.pop("people")),
        device_keys=tuple(told.pop("device_keys")),
        partner_keys=tuple(told.pop("partner_keys")),
        acknowledged=Path(told.pop("acknowledged")),
        figures=Path(told.pop("figures")),
        **told,
    )
