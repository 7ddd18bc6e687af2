"""Decide what a shelf label shows and where: name, landed price, outlet, one code with its number.

Two papers: one label a page (70 x 37 mm), and A4 sheets of 3 x 8.  The price is handed in as
text: computing it is the shop's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from bonded_display.display.fonts import face
from bonded_display.display.qr import draw_qr, qr_code
from bonded_display.display.typeset import Width, break_lines, shorten
from kernel import i18n

COLUMNS, ROWS = 3, 8
WIDTH, HEIGHT = A4[0] / COLUMNS, A4[1] / ROWS
LEFT = 4.8 * mm
"""Baselines from the label's lower edge, the ladder on which everything stands."""
FOOT, RULE, PRICE, NOTE = 3.6 * mm, 6.9 * mm, 8.7 * mm, 15.6 * mm
BAR, NAME = HEIGHT - 5.2 * mm, HEIGHT - 10.0 * mm
QR_MOST = 24 * mm
MARK = 1.5 * mm

INK, QUIET, LINE, CINNABAR = (
    HexColor(value) for value in ("#1d1b16", "#6f6a5f", "#d9d4c8", "#b5341f")
)


@dataclass(frozen=True)
class Hand:
    """How words are set; ``stroke`` (points) thickens a font that has one weight only."""

    size: float
    colour: Color
    stroke: float = 0


SMALL, NUMBER, GOODS = Hand(6.5, QUIET), Hand(9, INK), Hand(10, INK, stroke=0.15)


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
    return _document([[label]], page=(WIDTH, HEIGHT))


def label_sheets_pdf(labels: Sequence[Label]) -> bytes:
    """Return a PDF of A4 sheets, 24 labels each, row by row; ``FontMissing`` without a font."""
    count = COLUMNS * ROWS
    sheets = [labels[start : start + count] for start in range(0, len(labels), count)]
    return _document(sheets, page=A4)


def _document(pages: Sequence[Sequence[Label]], *, page: tuple[float, float]) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=page, pageCompression=1, invariant=1)
    canvas.setTitle(pages[0][0].shelf_code if len(pages) == len(pages[0]) == 1 else "labels")
    for labels in pages:
        if page == A4:
            _draw_cutting_marks(canvas)
        for place, label in enumerate(labels):
            row, column = divmod(place, COLUMNS)
            canvas.saveState()
            canvas.translate(column * WIDTH, page[1] - (row + 1) * HEIGHT)
            _draw(canvas, label)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_cutting_marks(canvas: Canvas) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.25)
    for column in range(1, COLUMNS):
        for row in range(1, ROWS):
            x, y = column * WIDTH, row * HEIGHT
            canvas.line(x - MARK, y, x + MARK, y)
            canvas.line(x, y - MARK, x, y + MARK)


def _draw(canvas: Canvas, label: Label) -> None:
    code_left = _draw_code(canvas, label)
    width = code_left - LEFT
    canvas.setFillColor(CINNABAR)
    canvas.rect(LEFT, BAR, 7 * mm, 0.8 * mm, stroke=0, fill=1)
    _draw_goods(canvas, label, width)
    _draw_price(canvas, label, width - 1.5 * mm)
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.4)
    canvas.line(LEFT, RULE, LEFT + width - 1.5 * mm, RULE)
    outlet = shorten(label.outlet_name, width=width, measure=_measure(SMALL.size))
    _text(canvas, outlet, at=(LEFT, FOOT), hand=SMALL)


def _draw_code(canvas: Canvas, label: Label) -> float:
    """Draw the code with its number beneath; return where its quiet zone begins."""
    code = qr_code(label.address, most_pt=QR_MOST)
    left = WIDTH - code.side_pt - 1.6 * mm
    bottom = HEIGHT - code.side_pt - 2.0 * mm
    draw_qr(canvas, code, left=left, bottom=bottom)
    middle = left + code.side_pt / 2
    _centred(canvas, label.shelf_code, at=(middle, bottom - 1.2 * mm), hand=NUMBER)
    scan = i18n.text("label.scan", label.lang)
    _centred(canvas, scan, at=(middle, FOOT), hand=SMALL)
    return float(left)


def _draw_goods(canvas: Canvas, label: Label, width: float) -> None:
    y = NAME
    for words in break_lines(label.name, width=width, lines=2, measure=_measure(GOODS.size)):
        _text(canvas, words, at=(LEFT, y), hand=GOODS)
        y -= 4.2 * mm
    english = shorten(label.name_en, width=width - 1.5 * mm, measure=_measure(SMALL.size))
    _text(canvas, english, at=(LEFT, y + 0.9 * mm), hand=SMALL)


def _draw_price(canvas: Canvas, label: Label, width: float) -> None:
    note = i18n.text("label.landed", label.lang)
    _text(canvas, note, at=(LEFT, NOTE), hand=SMALL)
    size = 21.0
    while _measure(size)(label.price_text) > width:
        size -= 0.5
    hand = Hand(size, INK, stroke=0.5)
    _text(canvas, label.price_text, at=(LEFT - 0.3 * mm, PRICE), hand=hand)


def _text(canvas: Canvas, words: str, *, at: tuple[float, float], hand: Hand) -> None:
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


def _centred(canvas: Canvas, words: str, *, at: tuple[float, float], hand: Hand) -> None:
    middle, y = at
    _text(canvas, words, at=(middle - _measure(hand.size)(words) / 2, y), hand=hand)


def _measure(size: float) -> Width:
    def measure(words: str) -> float:
        width: float = stringWidth(words, face(), size)
        return width

    return measure
