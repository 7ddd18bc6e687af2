"""House rule of figures: what ``/metrics`` promises is told somewhere in the product."""

import ast
from collections.abc import Iterable

from tests.arch.house_rules import ROOMS, ROOT, Source, sources

KINDS = {"Counter", "Gauge", "Histogram"}


def promised(source: Source) -> set[str]:
    """Return the names under which a module makes figures."""
    return {
        target.id
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if isinstance(node.value.func, ast.Name) and node.value.func.id in KINDS
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def told(texts: Iterable[Source]) -> set[str]:
    """Return the attributes of ``metrics`` that are named in ``texts``."""
    return {
        node.attr
        for source in texts
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "metrics"
    }


def test_each_figure_that_is_promised_is_told_somewhere():
    """A counter that nobody raises stands at nought for ever, and is believed."""
    figures = Source("kernel/metrics.py", (ROOT / "kernel/metrics.py").read_text("utf-8"))
    rooms = [source for source in sources() if source.is_below(*ROOMS)]

    assert promised(figures)
    assert promised(figures) - told(rooms) == set()
    made = Source("a.py", 'sold = Counter("sold_total", "Sold")\nlost = Gauge("lost", "Lost")\n')
    assert promised(made) == {"sold", "lost"}
    assert told([Source("b.py", "metrics.sold.inc()\n")]) == {"sold"}
