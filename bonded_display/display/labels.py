"""Decide what a shelf label shows and where: name, landed price, outlet, one code with its number.

Two papers: one label a page (70 x 37 mm), and A4 sheets of 3 x 8.  The price is handed in as
text: computing it is the shop's.  Lengths are those of ``paper``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from bonded_display.display.fonts import face
from bonded_display.display.paper import POINT, in_our_lengths, measured, mm, new_canvas
from bonded_display.display.symbol import draw_symbol, symbol_of
from bonded_display.display.typeset import break_lines, shorten
from kernel import i18n

COLUMNS, ROWS = 3, 8
A4 = (mm(2100), mm(2970))
WIDTH, HEIGHT = A4[0] // COLUMNS, A4[1] // ROWS
LEFT = mm(48)
# Baselines from the label's lower edge, the ladder on which everything stands.
FOOT, RULE, PRICE, NOTE = mm(36), mm(69), mm(87), mm(156)
BAR, NAME = HEIGHT - mm(52), HEIGHT - mm(100)
GAP = mm(15)
SYMBOL_MOST = mm(240)

INK, QUIET, LINE, CINNABAR = (
    HexColor(value) for value in ("#1d1b16", "#6f6a5f", "#d9d4c8", "#b5341f")
)


@dataclass(frozen=True)
class Hand:
    """How words are set; ``stroke`` thickens a font that has one weight only."""

    size: int
    colour: Color
    stroke: int = 0


SMALL = Hand(6 * POINT + POINT // 2, QUIET)
NUMBER = Hand(9 * POINT, INK)
GOODS = Hand(10 * POINT, INK, stroke=POINT // 7)
LARGEST = Hand(21 * POINT, INK, stroke=POINT // 2)


@dataclass(frozen=True, kw_only=True)
class Label:
    """What one label says; ``price_text`` is the landed price as shown, e.g. ``¥218.40``."""

    address: str
    shelf_code: str
    name: str
    name_en: str
    price_text: str
    outlet_name: str
    lang: str = "zh-CN"


def label_pdf(label: Label) -> bytes:
    """Return a PDF of one label on a page of its own size; ``FontMissing`` without a font."""
    return _document([[label]], paper=(WIDTH, HEIGHT), title=label.shelf_code)


def label_sheets_pdf(labels: Sequence[Label]) -> bytes:
    """Return a PDF of A4 sheets, 24 labels each, row by row; ``FontMissing`` without a font."""
    count = COLUMNS * ROWS
    sheets = [labels[start : start + count] for start in range(0, len(labels), count)]
    return _document(sheets, paper=A4, title="labels")


def _document(pages: Sequence[Sequence[Label]], *, paper: tuple[int, int], title: str) -> bytes:
    out = BytesIO()
    canvas = new_canvas(out, *paper)
    canvas.setTitle(title)
    for labels in pages:
        in_our_lengths(canvas)
        if paper == A4:
            _draw_cutting_marks(canvas)
        for place, label in enumerate(labels):
            row, column = divmod(place, COLUMNS)
            canvas.saveState()
            canvas.translate(column * WIDTH, paper[1] - (row + 1) * HEIGHT)
            _draw(canvas, label)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_cutting_marks(canvas: Canvas) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(POINT // 4)
    for column in range(1, COLUMNS):
        for row in range(1, ROWS):
            x, y = column * WIDTH, row * HEIGHT
            canvas.line(x - GAP, y, x + GAP, y)
            canvas.line(x, y - GAP, x, y + GAP)


def _draw(canvas: Canvas, label: Label) -> None:
    width = _draw_code(canvas, label) - LEFT
    canvas.setFillColor(CINNABAR)
    canvas.rect(LEFT, BAR, mm(70), mm(8), stroke=0, fill=1)
    _draw_goods(canvas, label, width)
    _draw_price(canvas, label, width - GAP)
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(POINT * 2 // 5)
    canvas.line(LEFT, RULE, LEFT + width - GAP, RULE)
    outlet = shorten(label.outlet_name, width=width, measure=measured(SMALL.size))
    _text(canvas, outlet, at=(LEFT, FOOT), hand=SMALL)


def _draw_code(canvas: Canvas, label: Label) -> int:
    """Draw the symbol with its number beneath; return where its quiet zone begins."""
    symbol = symbol_of(label.address, most=SYMBOL_MOST)
    left = WIDTH - symbol.side - mm(16)
    bottom = HEIGHT - symbol.side - mm(20)
    draw_symbol(canvas, symbol, left=left, bottom=bottom)
    middle = left + symbol.side // 2
    _centred(canvas, label.shelf_code, at=(middle, bottom - mm(12)), hand=NUMBER)
    _centred(canvas, i18n.text("label.scan", label.lang), at=(middle, FOOT), hand=SMALL)
    return left


def _draw_goods(canvas: Canvas, label: Label, width: int) -> None:
    y = NAME
    for words in break_lines(label.name, width=width, lines=2, measure=measured(GOODS.size)):
        _text(canvas, words, at=(LEFT, y), hand=GOODS)
        y -= mm(42)
    english = shorten(label.name_en, width=width - GAP, measure=measured(SMALL.size))
    _text(canvas, english, at=(LEFT, y + mm(9)), hand=SMALL)


def _draw_price(canvas: Canvas, label: Label, width: int) -> None:
    _text(canvas, i18n.text("label.landed", label.lang), at=(LEFT, NOTE), hand=SMALL)
    size = LARGEST.size
    while measured(size)(label.price_text) > width:
        size -= POINT // 2
    hand = Hand(size, LARGEST.colour, LARGEST.stroke)
    _text(canvas, label.price_text, at=(LEFT - mm(3), PRICE), hand=hand)


def _text(canvas: Canvas, words: str, *, at: tuple[int, int], hand: Hand) -> None:
    canvas.saveState()
    line = canvas.beginText(*at)
    line.setFont(face(), hand.size)
    line.setFillColor(hand.colour)
    if hand.stroke:
        canvas.setLineWidth(hand.stroke)
        line.setStrokeColor(hand.colour)
        line.setTextRenderMode(2)
    line.textOut(words)
    canvas.drawText(line)
    canvas.restoreState()


def _centred(canvas: Canvas, words: str, *, at: tuple[int, int], hand: Hand) -> None:
    middle, y = at
    _text(canvas, words, at=(middle - measured(hand.size)(words) // 2, y), hand=hand)
