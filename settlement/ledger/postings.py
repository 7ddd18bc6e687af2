"""Decide which entries an event of a sale makes, from its figures; each posting balances.

Nothing is read or written here.  Source: rules.md section 8.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.clock import Instant
from kernel.money import half_up, spread
from settlement.ledger import chart
from settlement.ledger.posting import Entry, Posting, credit, debit, without_noughts

BP = 10_000


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """An order's share of a payment in fen: ``paid_fen`` of which ``tax_fen`` is import tax."""

    order_id: int
    paid_fen: int
    tax_fen: int


@dataclass(frozen=True, slots=True)
class Books:
    """Whose books, the instant of the event, and in a group the correlation it belongs to."""

    legal_entity_id: int
    at: Instant
    correlation: str = ""


@dataclass(frozen=True, slots=True)
class Sale:
    """What signing for an order turns into income: goods and freight, and their cost, in fen.

    ``agent`` says that the goods are another's: then ``commission_bp`` of the sale is ours.
    """

    order_id: int
    sale_fen: int
    cost_fen: int = 0
    agent: bool = False
    commission_bp: int = 0


def captured(books: Books, *, payment_id: int, orders: Sequence[PaidOrder]) -> Posting:
    """Return the posting of money taken for orders that are honoured.

    Provider clearing against advances from customers and the import tax collected.
    """
    entries: list[Entry] = []
    for order in orders:
        of = order.order_id
        entries += [
            debit(chart.PROVIDER_CLEARING, order.paid_fen, order_id=of),
            credit(chart.ADVANCES, order.paid_fen - order.tax_fen, order_id=of),
            credit(chart.IMPORT_TAX_COLLECTED, order.tax_fen, order_id=of),
        ]
    return _posting("captured", f"payment:{payment_id}", books, entries)


def owed(
    books: Books, *, payment_id: int, gross_fen: int, shares: Sequence[tuple[int, int]]
) -> Posting:
    """Return the posting of money that cannot be honoured; ``shares`` are (order id, fen).

    Provider clearing against what we owe the shopper; the refund clears it.  Money of another
    figure than was asked for is spread over the orders by their shares.
    """
    entries: list[Entry] = []
    fens = spread(gross_fen, [fen for _, fen in shares])
    for (order_id, _), fen in zip(shares, fens, strict=True):
        entries += [
            debit(chart.PROVIDER_CLEARING, fen, order_id=order_id),
            credit(chart.OWED_TO_SHOPPER, fen, order_id=order_id),
        ]
    return _posting("owed", f"payment:{payment_id}", books, entries)


def tax_billed(
    books: Books, *, order_id: int, tax_no: str, quoted_fen: int, billed_fen: int
) -> Posting | None:
    """Return the posting of a customs tax bill; None when nothing was quoted or billed.

    The quote collected becomes payable as billed; a quote above the bill is owed to the
    shopper, one below it is the platform's expense.
    """
    difference = quoted_fen - billed_fen
    entries = [
        debit(chart.IMPORT_TAX_COLLECTED, quoted_fen, order_id=order_id),
        credit(chart.IMPORT_TAX_PAYABLE, billed_fen, order_id=order_id),
        credit(chart.OWED_TO_SHOPPER, max(0, difference), order_id=order_id),
        debit(chart.IMPORT_TAX_EXPENSE, max(0, -difference), order_id=order_id),
    ]
    if quoted_fen == 0 and billed_fen == 0:
        return None
    return _posting("tax_billed", f"tax_bill:{tax_no}", books, entries)


def tax_voided(books: Books, *, tax_no: str, billed: Sequence[Entry]) -> Posting | None:
    """Return the opposite of what stands posted of a tax bill: customs made it void.

    None when nothing stands: parts of it came back before and took all of it off.
    """
    entries = _mirrored(billed, billed[0].order_id) if billed else []
    if not without_noughts(entries):
        return None
    return _posting("tax_voided", f"tax_bill:{tax_no}", books, entries)


def gate_passed(books: Books, *, order_id: int, cost_fen: int) -> Posting | None:
    """Return the posting of our own goods leaving the zone; None when they have no cost of ours.

    Goods in transit against stock.
    """
    if cost_fen == 0:
        return None
    entries = [
        debit(chart.GOODS_IN_TRANSIT, cost_fen, order_id=order_id),
        credit(chart.STOCK, cost_fen, order_id=order_id),
    ]
    return _posting("gate_passed", f"customs_order:{order_id}", books, entries)


def signed_for(books: Books, sale: Sale) -> Posting:
    """Return the posting of a parcel the shopper signed for.

    As principal: advances to revenue, and goods in transit to cost of sales.  As agent:
    advances to what the supplier is owed, and to our commission, rounded half up.
    """
    of = sale.order_id
    commission = half_up(sale.sale_fen * sale.commission_bp, BP) if sale.agent else 0
    entries = [debit(chart.ADVANCES, sale.sale_fen, order_id=of)]
    if sale.agent:
        entries += [
            credit(chart.SUPPLIER_PAYABLE, sale.sale_fen - commission, order_id=of),
            credit(chart.COMMISSION, commission, order_id=of),
        ]
    else:
        entries += [
            credit(chart.REVENUE, sale.sale_fen, order_id=of),
            debit(chart.COST_OF_SALES, sale.cost_fen, order_id=of),
            credit(chart.GOODS_IN_TRANSIT, sale.cost_fen, order_id=of),
        ]
    return _posting("signed_for", f"customs_order:{of}", books, entries)


TAX_STANDS = frozenset({"tax_billed", "tax_voided", "tax_returned"})
"""Postings by which an order's tax was billed and taken back."""

GOODS_GONE = frozenset({"gate_passed", "signed_for", "goods_returned"})
"""Postings by which goods of an order left and came back."""


def goods_returned(
    books: Books, *, order_id: int, return_id: int, gone: Sequence[Entry]
) -> Posting | None:
    """Return the mirror of what stands posted of an order's goods, all of which came back.

    ``gone`` are the entries of ``GOODS_GONE``: gate and signature are undone, so that stock has
    its cost again and the sale is an advance, to be refunded.  None when nothing stands.
    """
    entries = _mirrored(gone, order_id)
    if not without_noughts(entries):
        return None
    return _posting("goods_returned", f"goods_return:{return_id}", books, entries)


def goods_returned_in_part(books: Books, sale: Sale, *, return_id: int) -> Posting | None:
    """Return the mirror of gate and signature for a part of an order; None when it had no price.

    ``sale`` has the part's price and cost; an agent's commission on it is rounded half up.
    """
    gone = [*signed_for(books, sale).entries]
    passed = gate_passed(books, order_id=sale.order_id, cost_fen=sale.cost_fen)
    gone += passed.entries if passed is not None else ()
    return goods_returned(books, order_id=sale.order_id, return_id=return_id, gone=gone)


def goods_lost(books: Books, *, document: str, account: str, cost_fen: int) -> Posting | None:
    """Return the posting of goods that customs took in the zone; None when they cost us nothing.

    ``account`` says where their cost belongs.  No entry is the order's: its money goes back whole.
    """
    if cost_fen == 0:
        return None
    entries = [debit(account, cost_fen), credit(chart.STOCK, cost_fen)]
    return _posting("goods_lost", document, books, entries)


def tax_returned(
    books: Books, *, order_id: int, return_id: int, quoted_fen: int, billed_fen: int
) -> Posting | None:
    """Return the mirror of a tax bill for the part of an order that came back."""
    billed = tax_billed(
        books, order_id=order_id, tax_no="", quoted_fen=quoted_fen, billed_fen=billed_fen
    )
    if billed is None:
        return None
    entries = _mirrored(billed.entries, order_id)
    return _posting("tax_returned", f"goods_return:{return_id}", books, entries)


def part_refunded(
    books: Books, *, order_id: int, return_id: int, parts: tuple[int, int]
) -> Posting:
    """Return the posting of money given back for a part: ``parts`` are its price and tax in fen."""
    sale_fen, tax_fen = parts
    entries = [
        debit(chart.ADVANCES, sale_fen, order_id=order_id),
        debit(chart.IMPORT_TAX_COLLECTED, tax_fen, order_id=order_id),
        credit(chart.PROVIDER_CLEARING, sale_fen + tax_fen, order_id=order_id),
    ]
    return _posting("part_refunded", f"goods_return:{return_id}", books, entries)


def refunded(books: Books, *, order_id: int, posted: Sequence[Entry]) -> Posting:
    """Return the mirror of what was ``posted`` for an order when its money went back.

    One entry an account with the opposite of its sum, so the order stands at nought.
    """
    entries = _mirrored(posted, order_id)
    return _posting("refunded", f"customs_order:{order_id}", books, entries)


def _mirrored(posted: Sequence[Entry], order_id: int | None) -> list[Entry]:
    sums: dict[str, int] = {}
    for entry in posted:
        sums[entry.account] = sums.get(entry.account, 0) - entry.amount_fen
    return [Entry(account, fen, order_id) for account, fen in sorted(sums.items())]


def _posting(kind: str, document: str, books: Books, entries: Sequence[Entry]) -> Posting:
    return Posting(
        kind=kind,
        document=document,
        legal_entity_id=books.legal_entity_id,
        at=books.at,
        entries=without_noughts(entries),
        correlation=books.correlation,
    )
