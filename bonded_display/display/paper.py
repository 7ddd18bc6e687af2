"""Decide in which lengths paper is measured: whole thousandths of a point.

What is drawn where is ``labels``' and ``matrix``'s.
"""

from collections.abc import Callable

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from bonded_display.display.fonts import face

POINT = 1_000
"""One point, 1/72 inch, in our lengths."""


def mm(tenths: int) -> int:
    """Return a length given in tenths of a millimetre."""
    return tenths * 72 * POINT // 254


def new_canvas(out: object, width: int, height: int) -> Canvas:
    """Return a canvas whose pages are ``width`` x ``height``; the same words make the same file."""
    return Canvas(out, pagesize=(width / POINT, height / POINT), pageCompression=1, invariant=1)


def in_our_lengths(canvas: Canvas) -> None:
    """Let everything drawn on this page be given in our lengths."""
    canvas.scale(1 / POINT, 1 / POINT)


def measured(size: int) -> Callable[[str], int]:
    """Return how wide words are, rounded up, when set in ``size``."""

    def measure(words: str) -> int:
        return -int(-stringWidth(words, face(), size) // 1)

    return measure
