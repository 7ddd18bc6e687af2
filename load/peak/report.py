"""Decides what is left of a load: a page with its curves and a JSON file, whole in themselves."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from load import harness
from load.peak.run import Ran

WIDTH, HEIGHT = 720, 180
HUES = ("#b5341f", "#2f5d7d", "#2f7d4f", "#8a6d1f")
WORDS = {
    "asked": "orders asked for",
    "placed": "orders acknowledged",
    "refused": "orders refused in words",
    "money": "payments taken by the provider",
    "saw the payment": "people who saw their order paid",
    "found it sold out": "people who found it sold out",
    "sent twice": "requests sent twice",
    "sent": "bulks sent by tills",
    "handed in by a partner": "orders handed in by partners",
    "sale": "till sales acknowledged",
    "shift": "openings and closings of shifts acknowledged",
    "asked to wait": "answers that asked to wait",
}
_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
)


@dataclass(frozen=True)
class Line:
    """One curve: its name, colour, points of an SVG polyline, and its highest and last value."""

    name: str
    hue: str
    points: str
    most: float
    last: float


@dataclass(frozen=True)
class Curves:
    """A field of curves with one scale: ``top`` is what its upper edge stands for."""

    title: str
    lines: tuple[Line, ...]
    top: float
    until_s: float


def curves(title: str, moments: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Curves:
    """Return what the moments tell under ``names`` (key to words), on one scale from nought."""
    values = {key: [float(one[key]) for one in moments] for key in names}
    top = max([1.0, *(value for series in values.values() for value in series)])
    until_s = max([1.0, *(float(one["at_s"]) for one in moments)])
    lines = []
    for hue, (key, words) in zip(HUES, names.items(), strict=False):
        points = " ".join(
            f"{float(one['at_s']) / until_s * WIDTH:.1f},{HEIGHT - value / top * HEIGHT:.1f}"
            for one, value in zip(moments, values[key], strict=True)
        )
        series = values[key] or [0.0]
        lines.append(Line(words, hue, points, max(series), series[-1]))
    return Curves(title, tuple(lines), top, until_s)


def write(ran: Ran, *, folder: Path | None = None) -> Path:
    """Write ``load-PROFILE.json`` and ``load-PROFILE.html`` and return the page's path."""
    folder = folder or harness.RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    at = datetime.now(ZoneInfo("Asia/Shanghai"))
    page = folder / f"load-{ran.profile.name}.html"
    drawn = _pages.get_template("report.html").render(
        ran=ran,
        at=at.strftime("%Y-%m-%d %H:%M"),
        width=WIDTH,
        height=HEIGHT,
        fields=fields(ran),
        counts=[(WORDS.get(name, name), count) for name, count in ran.crowd["counts"].items()],
    )
    page.write_text(drawn, encoding="utf-8")
    told = {
        "profile": asdict(ran.profile),
        "at": at.isoformat(timespec="seconds"),
        "crowd": ran.crowd,
        "house": ran.moments,
        "lists_that_waited_for_the_guarantee": ran.queued,
        "guarantee_restored_fen": ran.freed_fen,
        "invariants": {name: list(map(str, found)) for name, found in ran.found.items()},
        "wrong": ran.wrong,
    }
    page.with_suffix(".json").write_text(
        json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return page


def fields(ran: Ran) -> list[Curves]:
    """Return the curves of a run."""
    crowd, house = ran.crowd["moments"], ran.moments
    return [
        curves(
            "People and what they did",
            crowd,
            {
                "users": "there",
                "placed": "orders placed",
                "paid": "paid",
                "refused": "refused",
            },
        ),
        curves("Answers a second", crowd, {"answers_per_s": "answers a second"}),
        curves(
            "How long an answer took, ms",
            crowd,
            {
                "p50_ms": "p50",
                "p95_ms": "p95",
                "p99_ms": "p99",
            },
        ),
        curves(
            "Where the orders are",
            house,
            {
                "placed": "placed",
                "paid": "paid",
                "ended": "released or refused",
                "queued": "waiting for the guarantee",
            },
        ),
        curves("Deliveries that wait or run", house, {"deliveries": "deliveries"}),
        curves("Guarantee for retail tax, fen", house, {"held_fen": "held", "limit_fen": "limit"}),
    ]
