"""Decide what an order's lines, weights, tax and total are, once its account-book items are chosen.

Which items those are is the judge's choice; how they are stored is the group's business.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bonded_display.stock.choose import Choice
from settlement.tax.rates import Tariff, WeightLimit
from settlement.tax.retail_import import LineQuote, TaxLine, quote_order


@dataclass(frozen=True, slots=True)
class BookItem:
    """What an order line copies from an account-book item, and the tariff of its code."""

    account_book_item_id: int
    item_record_no: str
    hs_code: str
    gname: str
    gmodel: str
    origin_code: str
    unit_code: str
    unit1_code: str
    unit2_code: str | None
    qty1_e5_per_piece: int
    qty2_e5_per_piece: int | None
    net_e5_per_piece: int
    gross_e5_per_piece: int
    measure_e5: int | None
    measure_kind: str | None
    tariff: Tariff


@dataclass(frozen=True, slots=True)
class Wanted:
    """Pieces of one register item at one price, with the account-book items it may come from."""

    item_id: int
    sku: str
    gtin14: str
    qty: int
    price_fen: int
    book_items: Mapping[int, BookItem]


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One order line: pieces of one account-book item, priced and taxed."""

    wanted: Wanted
    book_item: BookItem
    qty: int
    quote: LineQuote

    @property
    def total_fen(self) -> int:
        """Return price x qty, in fen."""
        return self.wanted.price_fen * self.qty


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """One customs order, priced; ``value_fen`` is dutiable, ``total_fen`` what the shopper pays."""

    lines: tuple[PlannedLine, ...]
    freight_fen: int
    insurance_fen: int
    goods_fen: int
    value_fen: int
    tax_fen: int

    @property
    def total_fen(self) -> int:
        """Return goods, freight, insurance and tax, in fen."""
        return self.value_fen + self.tax_fen

    @property
    def pieces(self) -> int:
        """Return the pieces of all lines."""
        return sum(line.qty for line in self.lines)

    @property
    def net_e5(self) -> int:
        """Return the net weight in 1/100,000 kg."""
        return sum(line.qty * line.book_item.net_e5_per_piece for line in self.lines)

    @property
    def limited_e5(self) -> dict[WeightLimit, int]:
        """Return the net weight that counts to each yearly limit of weight, in 1/100,000 kg."""
        weights: Counter[WeightLimit] = Counter()
        for line in self.lines:
            kind = line.book_item.tariff.weight_limit
            if kind is not None:
                weights[kind] += line.qty * line.book_item.net_e5_per_piece
        return dict(weights)

    @property
    def gross_e5(self) -> int:
        """Return the gross weight in 1/100,000 kg."""
        return sum(line.qty * line.book_item.gross_e5_per_piece for line in self.lines)


Choices = tuple[tuple[Choice, ...], ...]
"""For each wanted item the account-book items that serve it; two where the line was split."""


def plan_order(
    wanted: Sequence[Wanted], choices: Choices, *, freight_fen: int, insurance_fen: int = 0
) -> OrderPlan:
    """Return the order's lines with tax, in the order of ``wanted``, ``gnum`` from 1.

    Raises what ``settlement.tax.retail_import.quote_order`` raises.
    """
    parts = [
        (want, want.book_items[choice.account_book_item_id], choice.qty)
        for want, chosen in zip(wanted, choices, strict=True)
        for choice in chosen
    ]
    quote = quote_order(
        [
            TaxLine(
                gnum=gnum,
                qty=qty,
                total_fen=want.price_fen * qty,
                measure_e5=item.measure_e5,
                hs=item.tariff,
                measure_kind=item.measure_kind,
            )
            for gnum, (want, item, qty) in enumerate(parts, start=1)
        ],
        freight_fen,
        insurance_fen,
    )
    lines = tuple(
        PlannedLine(want, item, qty, line)
        for (want, item, qty), line in zip(parts, quote.lines, strict=True)
    )
    return OrderPlan(
        lines=lines,
        freight_fen=freight_fen,
        insurance_fen=insurance_fen,
        goods_fen=sum(line.total_fen for line in lines),
        value_fen=quote.value_fen,
        tax_fen=quote.tax_fen,
    )
