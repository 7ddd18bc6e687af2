"""Decide how an address becomes a QR symbol that a phone reads off a shelf edge.

Error correction M, a quiet zone of four modules, whole printer dots a module, vector
rectangles; source: hardware reference section 5.
"""

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from reportlab.pdfgen.canvas import Canvas

from bonded_display.display.paper import POINT, mm

QUIET_MODULES = 4
DOT = 72 * POINT // 203
"""One dot of a 203 dpi printer."""
FEWEST_DOTS = 4
SMALLEST = mm(180)
"""18 mm: smaller symbols leave no margin for blur."""


class AddressTooLong(ValueError):
    """The address needs more modules than fit the space in modules of four dots."""


@dataclass(frozen=True)
class Symbol:
    """A QR symbol's modules without quiet zone, and the side of one module on paper."""

    modules: tuple[tuple[bool, ...], ...]
    module: int

    @property
    def side(self) -> int:
        """The side with its quiet zone."""
        return (len(self.modules) + 2 * QUIET_MODULES) * self.module


def symbol_of(address: str, *, most: int) -> Symbol:
    """Return the symbol of ``address``, as large as ``most`` allows in whole dots.

    Raises ``AddressTooLong`` when a module would get fewer than four dots.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(address)
    code.make(fit=True)
    modules = tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())
    dots = most // DOT // (len(modules) + 2 * QUIET_MODULES)
    symbol = Symbol(modules, dots * DOT)
    if dots < FEWEST_DOTS or symbol.side < SMALLEST:
        raise AddressTooLong(f"{len(address)} characters need {len(modules)} modules a side")
    return symbol


def draw_symbol(canvas: Canvas, symbol: Symbol, *, left: int, bottom: int) -> None:
    """Draw ``symbol`` with the corner of its quiet zone at (left, bottom).

    Neighbours in a row are one rectangle: no hairline between them.
    """
    canvas.setFillGray(1)
    canvas.rect(left, bottom, symbol.side, symbol.side, stroke=0, fill=1)
    canvas.setFillGray(0)
    edge = QUIET_MODULES * symbol.module
    top = bottom + symbol.side - edge
    for y, row in enumerate(symbol.modules):
        for start, length in _runs(row):
            x, width = left + edge + start * symbol.module, length * symbol.module
            canvas.rect(x, top - (y + 1) * symbol.module, width, symbol.module, stroke=0, fill=1)


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs
