"""Decide how a day's sums become lines of a small drawing; words and table are the page's.  Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from shop.back_office.today import HOURS, Today

WIDTH, HEIGHT = 960, 200
LEAST_TOP = 4
STEPS = (1, 2, 4, 5, 10)


@dataclass(frozen=True)
class Chart:
    """Two lines in a field of 960 x 200; ``top`` is what its upper edge stands for."""

    placed: str
    released: str
    placed_sum: int
    released_sum: int
    top: int
    grid: tuple[int, ...] = (0, 50, 100, 150, 200)


def draw(today: Today) -> Chart:
    """Return today's sums, from nought at midnight to the end of the hour that runs."""
    placed, released = today.sums(today.placed), today.sums(today.released)
    top = rounded_up(max([*placed, *released, LEAST_TOP]))
    return Chart(
        placed=_line(placed, top),
        released=_line(released, top),
        placed_sum=placed[-1],
        released_sum=released[-1],
        top=top,
    )


def rounded_up(most: int) -> int:
    """Return the next number above that people count in: 4, 5, 10, 20, 40, 50, 100..."""
    power = 1
    while True:
        for step in STEPS:
            if step * power >= most and step * power >= LEAST_TOP:
                return step * power
        power *= 10


def _line(sums: Sequence[int], top: int) -> str:
    points = [(0, 0), *enumerate(sums, 1)]
    return " ".join(
        f"{hour * WIDTH // HOURS},{HEIGHT - count * HEIGHT // top}" for hour, count in points
    )
