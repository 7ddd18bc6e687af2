"""Decides how the slip of a cash sale looks; what all slips have in common is ``page``'s."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kernel import clock
from pos.catalogue import OutletFacts
from pos.errors import SlipMalformed
from pos.sale import Sale, sale_from_json
from pos.shapes import typed
from pos.terminal.slip.elements import Cut, Element, Feed
from pos.terminal.slip.page import Page
from pos.terminal.slip.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleHead(OutletFacts):
    """Where and by whom a sale was made."""

    shift_no: int
    clerk_no: str


@dataclass(frozen=True, slots=True)
class SaleSlip:
    """What the slip of a sale shows."""

    sale: Sale
    head: SaleHead


def sale_slip_from_json(body: object) -> SaleSlip:
    """Return the slip that stands in the journal; raises ``Malformed`` when it was spoilt."""
    given = body if isinstance(body, Mapping) else {}
    head: dict[str, Any] = typed(given.get("head"), SaleHead, _malformed)
    return SaleSlip(sale_from_json(given.get("sale")), SaleHead(**head))


def sale_slip(slip: SaleSlip, *, columns: int, copy: int = 0) -> list[Element]:
    """Return the slip for a printer of ``columns`` columns; ``copy`` counts reprints from 1."""
    page = _SalePage(slip.sale.lang, columns)
    return [
        *page.reprint(copy),
        *page.head(slip.head, refund=bool(slip.sale.refund_of)),
        *page.about(slip),
        *page.goods(slip.sale),
        *page.money(slip.sale),
        *page.foot(slip),
        Cut(),
    ]


class _SalePage(Page):
    """The parts of a sale's slip."""

    def head(self, head: SaleHead, *, refund: bool) -> Iterator[Element]:
        name = head.name if self.lang == "zh-CN" else head.name_en
        yield from self.centred(clean(name), large=True)
        yield from self.centred(self.say("slip.refund_title" if refund else "slip.sale_title"))
        yield Feed(1)

    def about(self, slip: SaleSlip) -> Iterator[Element]:
        head = slip.head
        till = f"{head.code}-{head.terminal_no}"
        yield from self.row("slip.sale_no", clean(slip.sale.sale_no))
        if slip.sale.refund_of:
            yield from self.row("slip.refund_of", clean(slip.sale.refund_of_no))
        yield from self.row("slip.sold_at", f"{clock.china_time(slip.sale.at):%Y-%m-%d %H:%M}")
        yield from self.row("slip.till", clean(till))
        yield from self.row("slip.clerk", clean(f"{head.clerk_no} / {head.shift_no}"))
        yield self.rule()

    def goods(self, sale: Sale) -> Iterator[Element]:
        for line in sale.lines:
            yield from self.goods_line(line.name, line.qty, line.price_fen, line.total_fen)
        yield self.rule()
        yield from self.row("slip.pieces_in_all", str(sum(line.qty for line in sale.lines)))

    def money(self, sale: Sale) -> Iterator[Element]:
        if sale.refund_of:
            yield from self.total("slip.given_back", -sale.total_fen)
            yield Feed(1)
            return
        yield from self.total("slip.due", sale.total_fen)
        yield from self.amount("slip.cash", sale.paid_fen)
        yield from self.amount("slip.change", sale.change_fen)
        yield Feed(1)

    def foot(self, slip: SaleSlip) -> Iterator[Element]:
        yield from self.note("slip.note_domestic", seller=slip.head.seller)
        yield from self.note("slip.note_invoice", phone=slip.head.phone)
        yield Feed(1)
        yield from self.centred(self.say("slip.thanks"))


def _malformed(field: str, given: str) -> SlipMalformed:
    return SlipMalformed(field=field, given=given)
