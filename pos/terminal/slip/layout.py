"""Decides how the slip of an online order looks: what stands where, how large, in which order.

The printer's bytes are left to ``encoder``; the words stand in templates/messages.
"""

from collections.abc import Iterator

from kernel import clock, money
from kernel.i18n import text as words
from pos.protocol import OrderSlip, SlipLine
from pos.terminal.slip.elements import Cut, Element, Feed, Line, Qr
from pos.terminal.slip.text import cells, clean, spread, wrap

INDENT = "  "


def order_slip(slip: OrderSlip, *, columns: int, copy: int = 0) -> list[Element]:
    """Return the slip for a printer of ``columns`` columns; ``copy`` counts reprints from 1."""
    page = _Page(slip.lang, columns)
    return [
        *page.reprint(copy),
        *page.head(slip),
        *page.about(slip),
        *page.goods(slip),
        *page.amounts(slip),
        *page.total(slip.total_fen),
        *page.foot(slip.page_url),
        Cut(),
    ]


class _Page:
    """One paper width and one language."""

    def __init__(self, lang: str, columns: int) -> None:
        self._lang, self._columns = lang, columns

    def reprint(self, copy: int) -> Iterator[Element]:
        if copy:
            yield Line(self._say("slip.reprint", copy=copy), align="center", bold=True)

    def head(self, slip: OrderSlip) -> Iterator[Element]:
        yield from self._centred(clean(slip.outlet_name), large=True)
        yield from self._centred(self._say("slip.title"))
        yield Feed(1)

    def about(self, slip: OrderSlip) -> Iterator[Element]:
        paid = f"{clock.china_time(slip.paid_at):%Y-%m-%d %H:%M}"
        yield from self._row("slip.order_no", clean(slip.order_no))
        yield from self._row("slip.paid_at", paid)
        yield from self._row("slip.outlet", clean(slip.outlet_code))
        if slip.phone_masked:
            yield from self._row("slip.phone", slip.phone_masked)
        yield self._rule()

    def goods(self, slip: OrderSlip) -> Iterator[Element]:
        for line in slip.lines:
            yield from self._goods_line(line)
        yield self._rule()

    def amounts(self, slip: OrderSlip) -> Iterator[Element]:
        yield from self._amount("slip.goods", slip.goods_fen)
        yield from self._amount("slip.freight", slip.freight_fen)
        yield from self._amount("slip.insurance", slip.insurance_fen, shown=slip.insurance_fen > 0)
        yield from self._amount("slip.discount", -slip.discount_fen, shown=slip.discount_fen > 0)
        yield from self._amount("slip.tax", slip.tax_fen)
        parts = {
            "slip.duty": slip.duty_fen,
            "slip.consumption_tax": slip.consumption_fen,
            "slip.vat": slip.vat_fen,
        }
        for label, fen in parts.items():
            yield from self._amount(label, fen, shown=fen != 0, indent=INDENT)
        yield self._rule()

    def total(self, total_fen: int) -> Iterator[Element]:
        label, amount = self._say("slip.total"), clean(money.show_fen(total_fen, self._lang))
        scale = 2 if cells(label) + cells(amount) < self._columns // 2 else 1
        for line in spread(label, amount, self._columns // scale):
            yield Line(line, bold=True, scale=scale)
        yield Feed(1)

    def foot(self, page_url: str) -> Iterator[Element]:
        yield Qr(page_url)
        yield from self._centred(self._say("slip.scan"))
        yield Feed(1)
        for note in ("slip.note_delivery", "slip.note_no_invoice"):
            for line in wrap(self._say(note), self._columns):
                yield Line(line)

    def _goods_line(self, line: SlipLine) -> Iterator[Element]:
        for part in wrap(clean(line.name), self._columns):
            yield Line(part)
        each = self._say("slip.pieces", qty=line.qty, price=_amount(line.price_fen))
        for part in spread(INDENT + each, _amount(line.total_fen), self._columns):
            yield Line(part)

    def _row(self, label: str, value: str) -> Iterator[Element]:
        for line in spread(self._say(label), value, self._columns):
            yield Line(line)

    def _amount(
        self, label: str, fen: int, *, shown: bool = True, indent: str = ""
    ) -> Iterator[Element]:
        if shown:
            for line in spread(indent + self._say(label), _amount(fen), self._columns):
                yield Line(line)

    def _centred(self, text: str, *, large: bool = False) -> Iterator[Element]:
        scale = 2 if large and cells(text) * 2 <= self._columns else 1
        for line in wrap(text, self._columns):
            yield Line(line, align="center", bold=large, scale=scale)

    def _rule(self) -> Line:
        return Line("─" * (self._columns // 2))

    def _say(self, message_id: str, **facts: object) -> str:
        return clean(words(message_id, self._lang, **facts))


def _amount(fen: int) -> str:
    """Return fen as ``1,234.56``: the sign of the currency stands once, at the total."""
    return money.show_fen(fen).replace("¥", "")
