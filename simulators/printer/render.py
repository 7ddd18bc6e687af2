"""Decides how a slip's rows look as dots: a picture as wide as the head, black on white.

What the rows are is left to ``paper``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode import constants

from .paper import Gap, QrRow, RasterRow, Row, Struck, TextRow

COLUMN_DOTS = 12
CELL_DOTS = 24
TOP_DOTS = 24
FONT_FILES = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/wqy-zenhei/wqy-zenhei.ttc",
)
MONO_FACE = 1  # the collection's equal-width face: 12 and 24 dots at size 24
LEVELS = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}


class FontMissing(Exception):
    """The Chinese font is not installed, so no picture can be drawn."""


def font_file() -> str:
    """Return the path of WenQuanYi Zen Hei; raises ``FontMissing`` with the command to run."""
    for name in FONT_FILES:
        if Path(name).exists():
            return name
    raise FontMissing(
        "The font WenQuanYi Zen Hei is missing, so slips cannot be drawn; "
        "install it with: apt install fonts-wqy-zenhei"
    )


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(), size, index=MONO_FACE)


def draw(rows: Sequence[Row], *, width: int) -> Image.Image:
    """Return the slip as a 1-bit picture ``width`` dots wide."""
    pieces = [_piece(row, width) for row in rows]
    height = TOP_DOTS + sum(p.height if isinstance(p, Image.Image) else p for p in pieces)
    slip = Image.new("L", (width, height), 255)
    top = TOP_DOTS
    for piece in pieces:
        if isinstance(piece, Image.Image):
            slip.paste(piece, (0, top))
            top += piece.height
        else:
            top += piece
    return slip.point(lambda v: 255 if v > 140 else 0).convert("1")


def _piece(row: Row, width: int) -> Image.Image | int:
    if isinstance(row, Gap):
        return row.dots
    if isinstance(row, TextRow):
        return _text(row, width)
    mark = _qr(row) if isinstance(row, QrRow) else _raster(row)
    band = Image.new("L", (width, mark.height), 255)
    band.paste(mark, (_left(row.align, width, mark.width), 0))
    return band


def _left(align: str, width: int, used: int) -> int:
    free = max(0, width - used)
    return {"left": 0, "center": free // 2, "right": free}[align]


def _text(row: TextRow, width: int) -> Image.Image:
    tallest = max((s.style.down for s in row.struck), default=1) * CELL_DOTS
    band = Image.new("L", (width, max(row.spacing, tallest + 6)), 255)
    used = sum(s.columns for s in row.struck) * COLUMN_DOTS
    left = _left(row.align, width, used)
    for struck in row.struck:
        cell = _cell(struck)
        band.paste(cell, (left, tallest - cell.height + 3))
        left += cell.width
    return band


def _cell(struck: Struck) -> Image.Image:
    style = struck.style
    size = CELL_DOTS * style.down
    plain = struck.columns // style.across * COLUMN_DOTS * style.down
    cell = Image.new("L", (plain, size), 255)
    heavy = max(1, style.down // 2) if style.bold else 0
    ImageDraw.Draw(cell).text((0, -4 * style.down), struck.char, font=_font(size), fill=0)
    if heavy:  # a bold strike is a second one, a dot to the right
        ImageDraw.Draw(cell).text((heavy, -4 * style.down), struck.char, font=_font(size), fill=0)
    wanted = struck.columns * COLUMN_DOTS
    return cell if wanted == plain else cell.resize((wanted, size))


def _qr(row: QrRow) -> Image.Image:
    code = qrcode.QRCode(error_correction=LEVELS[row.level], box_size=row.module, border=0)
    code.add_data(row.data)
    code.make()
    matrix = code.get_matrix()
    side = len(matrix) * row.module
    mark = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(mark)
    for y, line in enumerate(matrix):
        for x, dark in enumerate(line):
            if dark:
                left, top = x * row.module, y * row.module
                pen.rectangle((left, top, left + row.module - 1, top + row.module - 1), fill=0)
    return mark


def _raster(row: RasterRow) -> Image.Image:
    height = len(row.bits) // row.across
    inverted = bytes(b ^ 0xFF for b in row.bits[: height * row.across])
    return Image.frombytes("1", (row.across * 8, height), inverted).convert("L")
