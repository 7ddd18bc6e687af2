"""A bench's drawing shows each pace on the scale of its unit, and what it is beside."""

import pytest
from lxml import etree

from load.bars import LEFT, LONGEST, draw
from load.harness import Row

ROWS = (
    Row("floor", "orders/s", 400.0, 380.0, 500.0, {}),
    Row("place & go", "orders/s", 1_000.0, 900.0, 1_100.0, {"floor": 2.5}),
    Row("p99 of place", "ms", 87.0, 80.0, 90.0, {}),
    Row("empty", "answers/s", 12_000.0, 12_000.0, 12_000.0, {}),
)
_SVG = {"s": "http://www.w3.org/2000/svg"}


def test_each_pace_is_a_bar_on_its_units_scale():
    """The best round of a unit is the longest line; what is no pace is no bar."""
    drawing = etree.fromstring(draw("bench", ROWS).encode())

    bars = drawing.xpath("//s:g", namespaces=_SVG)
    widths = [float(bar.find("s:rect", _SVG).get("width")) for bar in bars]
    assert [bar.findtext("s:text", namespaces=_SVG) for bar in bars] == [
        "floor",
        "place & go",
        "empty",
    ]
    assert widths[1] / widths[0] == pytest.approx(2.5, rel=0.01)
    assert widths[2] == LONGEST
    assert f"H{LEFT + LONGEST:.1f}" in bars[1].find("s:path", _SVG).get("d")
    assert "2.50 × floor" in bars[1].xpath("string()")


def test_a_bench_that_saw_nothing_is_drawn_empty():
    """No row, no bar, and still a drawing."""
    drawing = etree.fromstring(draw("bench", []).encode())

    assert drawing.xpath("//s:g", namespaces=_SVG) == []
