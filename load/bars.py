"""Decides how a bench is drawn: a bar for each pace, its range as a line, its ratios as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from load.harness import Row

WIDTH, LEFT, LONGEST, STEP = 1180, 230, 420, 28
_drawings = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
)


@dataclass(frozen=True)
class Bar:
    """One row, with its figures in the drawing's units from its left edge."""

    row: Row
    median: float
    least: float
    most: float


def draw(title: str, rows: Sequence[Row]) -> str:
    """Return an SVG of the rows that are a pace (``orders/s``); each unit has its own scale."""
    paces = [row for row in rows if row.unit.endswith("/s")]
    tops = {unit: max(row.max for row in paces if row.unit == unit) for unit in _units(paces)}
    bars = []
    for row in paces:
        scale = LONGEST / tops[row.unit] if tops[row.unit] else 0.0
        bars.append(Bar(row, row.median * scale, row.min * scale, row.max * scale))
    return _drawings.get_template("bars.svg").render(
        title=title, bars=bars, width=WIDTH, left=LEFT, step=STEP
    )


def _units(rows: Sequence[Row]) -> set[str]:
    return {row.unit for row in rows}
