"""Decides when in two weeks how much is bought, and when the warehouse sends its parcels off.

Nothing is done here; hours are China's.
"""

import random
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kernel.clock import DAY, HOUR, MINUTE, Instant, china_date, china_midnight
from kernel.money import spread

HOURS = ((9, 2), (11, 3), (13, 4), (15, 3), (18, 6), (20, 7), (21, 4))
"""An hour at which people buy, and its weight."""
SENT_OFF_AT = 16 * HOUR + 30 * MINUTE


class Fate(StrEnum):
    """What becomes of an order."""

    BOUGHT = "bought"
    LEFT = "left"
    """Nobody pays: it expires, or still waits at the end."""
    STRANGER = "stranger"
    """Somebody else pays: the money goes back."""
    REFUSED = "refused"
    """Customs refuses the list for good: the money goes back."""
    CORRECTABLE = "correctable"
    """Customs refuses the list for its form: a person corrects it."""
    INSPECTED = "inspected"
    """Customs looks into the parcel."""
    WAITING = "waiting"
    """Customs has accepted the list and takes its time."""


@dataclass(frozen=True)
class Slot:
    """A moment with the fates of what is bought in it; ``sends_off`` when parcels leave."""

    at: Instant
    fates: tuple[Fate, ...] = ()
    sends_off: bool = False


LAST = (
    *(Fate.BOUGHT,) * 7,
    *(Fate.WAITING, Fate.WAITING, Fate.INSPECTED, Fate.CORRECTABLE, Fate.LEFT, Fate.LEFT),
)
"""What is bought just now, so that every worklist has something on it."""


def slots(now: Instant, *, days: int, orders: int, seed: int = 4) -> list[Slot]:
    """Return the moments of ``days`` days up to ``now``, in order, with ``orders`` in all."""
    dice = random.Random(f"calendar {seed}")  # a sample, not a secret
    past = [moment for moment in _hours(now, days) if moment[0] < now - HOUR]
    last = LAST[: max(1, orders // 4)] if orders < 4 * len(LAST) else LAST
    weights = [_weight(at, weight, now, days, dice) for at, weight in past]
    counts = spread(orders - len(last), weights)
    bought = [
        Slot(at + dice.randrange(50) * MINUTE, tuple(_fate(dice) for _ in range(count)))
        for (at, _), count in zip(past, counts, strict=True)
    ]
    sent = [Slot(at, sends_off=True) for at in _sendings(now, days)]
    return [*sorted([*bought, *sent], key=lambda slot: slot.at), Slot(now, last)]


def _hours(now: Instant, days: int) -> list[tuple[Instant, int]]:
    return [
        (midnight + hour * HOUR, weight)
        for midnight in _midnights(now, days)
        for hour, weight in HOURS
    ]


def _midnights(now: Instant, days: int) -> list[Instant]:
    today = china_date(now)
    return [china_midnight(today - timedelta(days=ago)) for ago in range(days, -1, -1)]


def _sendings(now: Instant, days: int) -> list[Instant]:
    moments = [midnight + SENT_OFF_AT for midnight in _midnights(now, days)]
    return [at for at in moments if at < now - HOUR]


def _weight(at: Instant, weight: int, now: Instant, days: int, dice: random.Random) -> int:
    weekend = 3 if china_date(at).weekday() >= 5 else 2
    growth = 100 + 60 * max(0, days - (now - at) // DAY) // days
    return weight * weekend * growth * dice.randint(70, 130)


def _fate(dice: random.Random) -> Fate:
    chances = ((Fate.LEFT, 40), (Fate.STRANGER, 8), (Fate.REFUSED, 12))
    drawn = dice.randrange(1000)
    for fate, chance in chances:
        if drawn < chance:
            return fate
        drawn -= chance
    return Fate.BOUGHT
