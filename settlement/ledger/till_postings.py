"""Decide which entries a sale at a till, its refund, and the end of a shift make.

Nothing is read or written here; the VAT within a price is ``settlement.tax.domestic``'s.
Source: rules.md section 8 (books per legal entity, output VAT by rate).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.money import half_up
from settlement.ledger import chart
from settlement.ledger.posting import Entry, Posting, credit, debit, without_noughts
from settlement.ledger.postings import Books

SOLD, GIVEN_BACK, SHIFT_CLOSED = "till_sale", "till_refund", "shift_closed"
PER_CENT_BP = 100


@dataclass(frozen=True, slots=True)
class TillMoney:
    """Cash that came in (below nought: went out) by a till's sale; ``memo`` names outlet and slip."""

    sale_id: int
    cash_fen: int
    memo: str

    @property
    def document(self) -> str:
        """Return the document's name, as facts and controls write it."""
        return f"till_sale:{self.sale_id}"


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A line's price and the VAT within it, in fen, at a rate in basis points."""

    total_fen: int
    vat_fen: int
    vat_bp: int


def till_sale(books: Books, money: TillMoney, lines: Sequence[TaxedLine]) -> Posting | None:
    """Return the posting of a sale: cash in the till against domestic revenue and output VAT by rate.

    None when nothing was paid.  What was paid beside what the lines come to is in doubt, and
    stands apart until a person has looked.
    """
    if money.cash_fen == 0:
        return None
    entries = [debit(chart.CASH_IN_TILL, money.cash_fen, memo=money.memo)]
    for rate in sorted({line.vat_bp for line in lines}):
        of_rate = [line for line in lines if line.vat_bp == rate]
        vat_fen = sum(line.vat_fen for line in of_rate)
        net_fen = sum(line.total_fen for line in of_rate) - vat_fen
        memo = f"{money.memo} {half_up(rate, PER_CENT_BP)}%"
        entries += [
            credit(chart.DOMESTIC_REVENUE, net_fen, memo=memo),
            credit(chart.OUTPUT_VAT, vat_fen, memo=memo),
        ]
    unclear_fen = money.cash_fen - sum(line.total_fen for line in lines)
    entries.append(credit(chart.TILL_UNCLEAR, unclear_fen, memo=money.memo))
    return _posting(SOLD, money.document, books, entries)


def till_refund(books: Books, money: TillMoney, sold: Sequence[Entry]) -> Posting | None:
    """Return the posting of a refund: the mirror of what its sale posted, ``sold``.

    What goes out beside that, all of it when ``sold`` is empty, is in doubt until a person has
    looked: a second refund of a sale never touches revenue or VAT again.
    """
    if money.cash_fen == 0:
        return None
    entries = [
        Entry(entry.account, -entry.amount_fen, memo=money.memo)
        for entry in sold
        if entry.account != chart.CASH_IN_TILL
    ]
    unclear_fen = -money.cash_fen - sum(entry.amount_fen for entry in entries)
    entries = [
        credit(chart.CASH_IN_TILL, -money.cash_fen, memo=money.memo),
        *entries,
        debit(chart.TILL_UNCLEAR, unclear_fen, memo=money.memo),
    ]
    return _posting(GIVEN_BACK, money.document, books, entries)


def shift_closed(books: Books, *, shift_id: int, difference_fen: int, memo: str) -> Posting | None:
    """Return the posting of what was counted beside what had to lie there; None when it agrees.

    Too much is cash against over/short, too little the other way round.
    """
    if difference_fen == 0:
        return None
    entries = [
        debit(chart.CASH_IN_TILL, difference_fen, memo=memo),
        credit(chart.CASH_OVER_SHORT, difference_fen, memo=memo),
    ]
    return _posting(SHIFT_CLOSED, f"till_shift:{shift_id}", books, entries)


def _posting(kind: str, document: str, books: Books, entries: Sequence[Entry]) -> Posting:
    return Posting(
        kind=kind,
        document=document,
        legal_entity_id=books.legal_entity_id,
        at=books.at,
        entries=without_noughts(entries),
        correlation=books.correlation,
    )
