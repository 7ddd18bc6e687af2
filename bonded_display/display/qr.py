"""Decide how a QR code is drawn so that a phone reads it off a shelf edge.

Error correction M, a quiet zone of four modules, whole printer dots a module, vector
rectangles; source: hardware reference section 5.
"""

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from reportlab.pdfgen.canvas import Canvas

QUIET_MODULES = 4
DOT_PT = 72 / 203
"""One dot of a 203 dpi printer in points."""
FEWEST_DOTS = 4
SMALLEST_PT = 18 / 25.4 * 72
"""18 mm: smaller codes leave no margin for blur."""


class AddressTooLong(ValueError):
    """The address needs more modules than fit the space in modules of four dots."""


@dataclass(frozen=True)
class QrCode:
    """A code's modules without quiet zone, and the side of one module in points."""

    matrix: tuple[tuple[bool, ...], ...]
    module_pt: float

    @property
    def side_pt(self) -> float:
        """The side with its quiet zone, in points."""
        return (len(self.matrix) + 2 * QUIET_MODULES) * self.module_pt


def qr_code(address: str, *, most_pt: float) -> QrCode:
    """Return the code of ``address``, as large as ``most_pt`` (points) allows in whole dots.

    Raises ``AddressTooLong`` when a module would get fewer than four dots.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(address)
    code.make(fit=True)
    matrix = tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())
    dots = int(most_pt / DOT_PT / (len(matrix) + 2 * QUIET_MODULES))
    made = QrCode(matrix, dots * DOT_PT)
    if dots < FEWEST_DOTS or made.side_pt < SMALLEST_PT:
        raise AddressTooLong(f"{len(address)} characters need {len(matrix)} modules a side")
    return made


def draw_qr(canvas: Canvas, code: QrCode, *, left: float, bottom: float) -> None:
    """Draw ``code`` with its quiet zone's corner at (left, bottom), in points.

    Neighbours in a row are one rectangle: no hairline between them.
    """
    canvas.setFillGray(1)
    canvas.rect(left, bottom, code.side_pt, code.side_pt, stroke=0, fill=1)
    canvas.setFillGray(0)
    edge = QUIET_MODULES * code.module_pt
    top = bottom + code.side_pt - edge
    for y, row in enumerate(code.matrix):
        for start, length in _runs(row):
            canvas.rect(
                left + edge + start * code.module_pt,
                top - (y + 1) * code.module_pt,
                length * code.module_pt,
                code.module_pt,
                stroke=0,
                fill=1,
            )


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
