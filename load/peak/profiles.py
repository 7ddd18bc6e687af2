"""Decides what each profile of ``make load`` is: who comes, for what, what runs short."""

from dataclasses import dataclass, field

from load.crowd.plan import Habits


@dataclass(frozen=True)
class Profile:
    """A named load; sizes can be changed from the command line, habits not.

    ``stock_bp`` of the planned orders is there of the first article, ``guarantee_bp`` of their tax
    is room under the guarantee for retail tax; 0: more than anybody wants.
    """

    name: str
    why: str
    shoppers: int = 50
    tills: int = 5
    partners: int = 1
    orders: int = 150
    seconds: int = 60
    arriving_per_s: float = 10.0
    stock_bp: int = 0
    guarantee_bp: int = 0
    past: int = 0
    """Orders of the past that are seeded before anybody comes."""
    habits: Habits = field(default_factory=Habits)


PROFILES = {
    one.name: one
    for one in (
        Profile(
            "morning",
            "every outlet opens: catalogues, shifts, many who look and few who buy",
            tills=20,
            orders=60,
            arriving_per_s=20.0,
            habits=Habits(buys_bp=3_000),
        ),
        Profile(
            "promotion",
            "80 % want one article, which sells out; the guarantee ends at 70 % of the wave",
            orders=250,
            stock_bp=7_000,
            guarantee_bp=7_000,
            habits=Habits(hot_bp=8_000),
        ),
        Profile(
            "reconnect",
            "tills come back with hours of sales, twice each bulk, beside shoppers",
            shoppers=20,
            tills=20,
            orders=60,
            arriving_per_s=40.0,
            habits=Habits(hot_bp=2_000, offline_sales=120, twice_bp=5_000),
        ),
    )
}
