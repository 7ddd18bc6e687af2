"""Decide what follows a sale taken in from a till, and the end of a shift: the ledger hears of it.

Each function is a handler: it may be called again after a crash and then changes nothing.
"""

from sqlalchemy import Connection

from bonded_display.stock.book_items import hs_codes_on
from kernel import clock, db, register
from kernel.outbox import Fact, Wait
from pos.server.taken import TillSale, read_sale, read_shift
from settlement.ledger import till_postings
from settlement.ledger.post import post, posted_by
from settlement.ledger.posting import Entry
from settlement.ledger.postings import Books
from settlement.ledger.till_postings import TaxedLine, TillMoney
from settlement.tax.domestic import PricedLine, vat_within
from settlement.tax.tariff import rates_on
from shop.errors import GoodsWithoutRate

ASK_AGAIN_S = 30
"""How soon a refund whose sale has not come yet is looked at again."""


def post_till_sale(fact: Fact) -> None:
    """Post a sale or its refund to the books of the enterprise that runs the outlet.

    Parked with ``GoodsWithoutRate`` or ``TariffMissing`` while nobody has told the goods' rate.
    """
    with db.write() as connection:
        sale = read_sale(connection, int(fact.payload["sale_id"]))
        outlet = register.get_outlet(connection, sale.outlet_id)
        books = Books(outlet.enterprise_id, sale.at)
        money = TillMoney(sale.id, sale.total_fen, f"{outlet.code} {sale.sale_no}")
        if sale.refund is None:
            posting = till_postings.till_sale(books, money, _taxed(connection, sale))
        else:
            sold = _sold(connection, sale)
            posting = till_postings.till_refund(books, money, sold)
        if posting is not None:
            post(connection, posting)


def _taxed(connection: Connection, sale: TillSale) -> list[TaxedLine]:
    """Return the lines with the VAT within them; none when the sale cannot be one, all is doubt."""
    if sale.total_fen < 0 or any(total_fen < 0 for _, total_fen in sale.lines):
        return []
    on = clock.china_date(sale.at)
    codes = hs_codes_on(connection, [item_id for item_id, _ in sale.lines], on)
    for item_id, _ in sale.lines:
        if item_id not in codes:
            raise GoodsWithoutRate(item_id=str(item_id), sale_no=sale.sale_no)
    rates = rates_on(connection, sorted(set(codes.values())), on)
    priced = [PricedLine(fen, rates[codes[item_id]].vat_bp) for item_id, fen in sale.lines]
    return [
        TaxedLine(line.total_fen, vat_fen, line.vat_bp)
        for line, vat_fen in zip(priced, vat_within(priced), strict=True)
    ]


def _sold(connection: Connection, sale: TillSale) -> list[Entry]:
    """Return what the refunded sale posted; nothing when the refund does not stand or fit."""
    refund = sale.refund
    if refund is None or not refund.stands:
        return []
    if refund.of_sale_id is None:
        raise Wait(ASK_AGAIN_S, "the sale that is given back has not come")
    if refund.of_total_fen != -sale.total_fen or not refund.same_terminal:
        return []
    document = f"till_sale:{refund.of_sale_id}"
    sold = posted_by(connection, till_postings.SOLD, document)
    if not sold:
        raise Wait(ASK_AGAIN_S, "the sale that is given back is not posted")
    return sold


def post_shift_closed(fact: Fact) -> None:
    """Post what was counted at the end of a shift beside what had to lie there."""
    with db.write() as connection:
        shift = read_shift(connection, int(fact.payload["shift_id"]))
        outlet = register.get_outlet(connection, shift.outlet_id)
        posting = till_postings.shift_closed(
            Books(outlet.enterprise_id, min(shift.at, fact.at)),
            shift_id=shift.id,
            difference_fen=shift.difference_fen,
            memo=f"{outlet.code} #{shift.shift_no}",
        )
        if posting is not None:
            post(connection, posting)
