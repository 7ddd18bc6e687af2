"""Decides how the slip of an online order looks: what stands where, how large, in which order.

What all slips have in common is ``page``'s, the printer's bytes are ``encoder``'s; the words
stand in templates/messages.
"""

from collections.abc import Iterator

from kernel import clock
from pos.protocol import OrderSlip
from pos.terminal.slip.elements import Cut, Element, Feed, Qr
from pos.terminal.slip.page import Page
from pos.terminal.slip.text import clean

INDENT = "  "


def order_slip(slip: OrderSlip, *, columns: int, copy: int = 0) -> list[Element]:
    """Return the slip for a printer of ``columns`` columns; ``copy`` counts reprints from 1."""
    page = _OrderPage(slip.lang, columns)
    return [
        *page.reprint(copy),
        *page.head(slip),
        *page.about(slip),
        *page.goods(slip),
        *page.amounts(slip),
        *page.total("slip.total", slip.total_fen),
        Feed(1),
        *page.foot(slip.page_url),
        Cut(),
    ]


class _OrderPage(Page):
    """The parts of an order's slip."""

    def head(self, slip: OrderSlip) -> Iterator[Element]:
        yield from self.centred(clean(slip.outlet_name), large=True)
        yield from self.centred(self.say("slip.title"))
        yield Feed(1)

    def about(self, slip: OrderSlip) -> Iterator[Element]:
        paid = f"{clock.china_time(slip.paid_at):%Y-%m-%d %H:%M}"
        yield from self.row("slip.order_no", clean(slip.order_no))
        yield from self.row("slip.paid_at", paid)
        yield from self.row("slip.outlet", clean(slip.outlet_code))
        if slip.phone_masked:
            yield from self.row("slip.phone", slip.phone_masked)
        yield self.rule()

    def goods(self, slip: OrderSlip) -> Iterator[Element]:
        for line in slip.lines:
            yield from self.goods_line(line.name, line.qty, line.price_fen, line.total_fen)
        yield self.rule()

    def amounts(self, slip: OrderSlip) -> Iterator[Element]:
        yield from self.amount("slip.goods", slip.goods_fen)
        yield from self.amount("slip.freight", slip.freight_fen)
        yield from self.amount(
            "slip.insurance", slip.insurance_fen, shown_if=slip.insurance_fen > 0
        )
        yield from self.amount("slip.discount", -slip.discount_fen, shown_if=slip.discount_fen > 0)
        yield from self.amount("slip.tax", slip.tax_fen)
        parts = {
            "slip.duty": slip.duty_fen,
            "slip.consumption_tax": slip.consumption_fen,
            "slip.vat": slip.vat_fen,
        }
        for label, fen in parts.items():
            yield from self.amount(label, fen, shown_if=fen != 0, indent=INDENT)
        yield self.rule()

    def foot(self, page_url: str) -> Iterator[Element]:
        yield Qr(page_url)
        yield from self.centred(self.say("slip.scan"))
        yield Feed(1)
        for note in ("slip.note_delivery", "slip.note_no_invoice"):
            yield from self.note(note)
