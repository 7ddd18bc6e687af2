"""Decide what is asked of every page: axe finds nothing, and nothing sticks out of the window.

The same look takes the tour's pictures, when it is given a folder for them.
"""

import io
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
COLOURS, FLAT = 160, 64
Colour = tuple[int, int, int]
_FINDINGS = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.flatMap((rule) => rule.nodes.map(
    (node) => `${rule.id}: ${node.target.join(" ")} (${node.failureSummary.split("\\n")[1]})`));
}"""
PAPER = {"width": 688, "height": 1016}
"""A4 within its margins, in CSS pixels."""
_CUT_OFF = """() => [...document.querySelectorAll(".table, body")].map(
  (box) => box.scrollWidth - box.clientWidth).filter((beyond) => beyond > 1)"""
_BEHIND_THE_BAR = """() => document.activeElement.getBoundingClientRect().bottom
  - document.querySelector(".actions").getBoundingClientRect().top"""
_STICKS_OUT = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache
def axe() -> str:
    """Return axe-core as ``make`` brought it."""
    if not AXE.exists():
        raise FileNotFoundError("axe-core is not there. Run: npm ci --prefix tests/browser")
    return AXE.read_text(encoding="utf-8")


@dataclass
class Look:
    """Looks at pages at one width; what it finds is kept for the end of the way."""

    width: int
    tour: Path | None = None
    findings: list[str] = field(default_factory=list)
    pages: int = 0

    def at(self, page: Page, name: str, *, shot: int = 0) -> None:
        """Judge ``page``; at the width of ``shot`` it is one of the tour's pictures."""
        self.pages += 1
        page.wait_for_load_state()  # a page half read has no heading yet
        page.evaluate(axe())
        self.findings += [f"{name}: {found}" for found in page.evaluate(_FINDINGS)]
        beyond = page.evaluate(_STICKS_OUT)
        if beyond > 0:
            self.findings.append(f"{name}: {beyond} px stick out of the window")
        if shot == self.width and self.tour is not None:
            self.shoot(page, name)

    def on_paper(self, page: Page, name: str) -> None:
        """Judge how ``page`` is printed: nothing is cut off at the paper's edge."""
        window = page.viewport_size
        assert window is not None
        page.set_viewport_size(PAPER)
        page.emulate_media(media="print")
        if page.evaluate(_CUT_OFF):
            self.findings.append(f"{name}: cut off at the edge of the paper")
        page.emulate_media(media="screen")
        page.set_viewport_size(window)

    def at_the_field(self, page: Page, name: str) -> None:
        """Judge that the field typed into next is not behind the bar with the one action."""
        if page.evaluate(_BEHIND_THE_BAR) > 0:
            self.findings.append(f"{name}: the field is hidden behind the bar")

    def shoot(self, page: Page, name: str) -> None:
        """Write the window as a picture of few colours."""
        assert self.tour is not None
        self.tour.mkdir(parents=True, exist_ok=True)
        page.evaluate("() => window.scrollTo(0, 0)")
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        _of_few_colours(picture).save(self.tour / f"{name}.png", optimize=True)


def _of_few_colours(picture: Image.Image) -> Image.Image:
    """Return ``picture`` with its commonest colours as they are, and the nearest for the rest."""
    counted = Counter(_triples(picture.tobytes()))
    flat = [colour for colour, _ in counted.most_common(FLAT)]
    others = picture.quantize(COLOURS - len(flat)).getpalette() or []
    palette = flat + list(_triples(others))
    nearest = {colour: _nearest(colour, palette) for colour in counted}
    drawn = bytes(nearest[colour] for colour in _triples(picture.tobytes()))
    few = Image.frombytes("P", picture.size, drawn)
    few.putpalette([part for colour in palette for part in colour])
    return few


def _triples(parts: Iterable[int]) -> Iterator[Colour]:
    going = iter(parts)
    return zip(going, going, going, strict=False)


def _nearest(colour: Colour, palette: list[Colour]) -> int:
    return min(range(len(palette)), key=lambda at: math.dist(colour, palette[at]))
