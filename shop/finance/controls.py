"""Decide which figures of different witnesses must agree, and tell every document where not.

What each witness says is its room's; what to do about a difference is a person's decision.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Subquery, case, func, literal, select, union_all

from bonded_display.stock.witness import allocated_by_order
from kernel.errors import NotFound
from pos.server import witness as counter
from settlement import witness as settled
from settlement.ledger import chart
from settlement.witness import Witness
from shop.finance import witness as ordered

Ask = Callable[[], Witness]


@dataclass(frozen=True, slots=True)
class Control:
    """One comparison: what is ``expected`` by one witness, and what is ``found`` in other books.

    ``unit`` is fen, pieces or count.
    """

    key: str
    unit: str
    expected: Sequence[Ask]
    found: Sequence[Ask]


@dataclass(frozen=True, slots=True)
class Total:
    """A control's two sums and how many documents differ; equal sums may hide differences."""

    control: Control
    expected: int
    found: int
    differing: int

    @property
    def difference(self) -> int:
        """Return found less expected."""
        return self.found - self.expected

    @property
    def agrees(self) -> bool:
        """Return whether every single document agrees."""
        return self.differing == 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One document on which the two witnesses disagree."""

    document: str
    expected: int
    found: int


class ControlUnknown(NotFound):
    """There is no control of this name."""

    code = "control_unknown"


def _credits(account: str) -> Ask:
    return partial(settled.account_by_order, account, credit=True)


CONTROLS: dict[str, Control] = {
    control.key: control
    for control in (
        Control(
            "captured",
            "fen",
            [ordered.paid_shares, ordered.archived_shares],
            [settled.captured_by_order],
        ),
        Control(
            "clearing",
            "fen",
            [
                settled.taken_by_payment,
                settled.given_back_by_payment,
                settled.parts_given_back_by_payment,
                settled.second_money_kept,
            ],
            [partial(settled.account_by_payment, chart.PROVIDER_CLEARING)],
        ),
        Control(
            "tax_collected",
            "fen",
            [
                ordered.quotes_unbilled,
                ordered.parts_unbilled,
                partial(settled.parts_to_give_back, "tax_fen"),
            ],
            [_credits(chart.IMPORT_TAX_COLLECTED)],
        ),
        Control(
            "tax_payable",
            "fen",
            [settled.billed_by_order, settled.parts_unbilled_by_order],
            [_credits(chart.IMPORT_TAX_PAYABLE)],
        ),
        Control(
            "advances",
            "fen",
            [
                ordered.paid_not_signed,
                ordered.parts_not_signed,
                partial(settled.parts_to_give_back, "sale_fen"),
            ],
            [_credits(chart.ADVANCES)],
        ),
        Control(
            "owed",
            "fen",
            [
                partial(settled.taken_by_payment, only_owed=True),
                partial(settled.given_back_by_payment, only_owed=True),
                settled.over_quoted_by_payment,
                settled.parts_over_quoted_by_payment,
                settled.second_money_kept,
            ],
            [partial(settled.account_by_payment, chart.OWED_TO_SHOPPER, credit=True)],
        ),
        Control(
            "limits",
            "fen",
            [ordered.dutiable_values, ordered.archived_values, settled.part_values_by_order],
            [settled.limit_uses_by_order],
        ),
        Control("limit_years", "fen", [settled.limit_uses_by_year], [settled.limit_years]),
        Control("guarantees", "fen", [settled.guarantee_movements], [settled.guarantees_held]),
        Control("allocated", "pieces", [ordered.pieces_in_house], [allocated_by_order]),
        Control("till_sales", "fen", [counter.taken_by_sale], [settled.till_cash_by_sale]),
        Control(
            "till_shifts", "fen", [counter.differences_by_shift], [settled.over_short_by_shift]
        ),
        Control("balanced", "fen", [settled.debits_by_posting], [settled.credits_by_posting]),
        Control("sealed", "count", [settled.postings_kept], [settled.postings_sound]),
    )
}


def control(key: str) -> Control:
    """Return a control by its name; ``ControlUnknown`` when there is none."""
    if key not in CONTROLS:
        raise ControlUnknown
    return CONTROLS[key]


def totals(conn: Connection) -> list[Total]:
    """Return every control with its sums, in one statement over the books as they stand."""
    asked = []
    for key, each in CONTROLS.items():
        told = _by_document(each)
        differs = case((told.c.expected != told.c.found, 1), else_=0)
        asked.append(
            select(
                literal(key).label("key"),
                func.coalesce(func.sum(told.c.expected), 0),
                func.coalesce(func.sum(told.c.found), 0),
                func.coalesce(func.sum(differs), 0),
            ).select_from(told)
        )
    sums = {row[0]: [int(figure) for figure in row[1:]] for row in conn.execute(union_all(*asked))}
    return [Total(each, *sums[key]) for key, each in CONTROLS.items()]


def differences(conn: Connection, key: str, *, most: int = 200) -> list[Difference]:
    """Return the documents of a control that differ, at most ``most``, by their names."""
    told = _by_document(control(key))
    rows = conn.execute(
        select(told.c.document, told.c.expected, told.c.found)
        .where(told.c.expected != told.c.found)
        .order_by(told.c.document)
        .limit(most)
    )
    return [Difference(row.document, int(row.expected), int(row.found)) for row in rows]


def _by_document(each: Control) -> Subquery:
    """Return document, expected and found: both witnesses' rows under one another, then summed."""
    nought = literal(0)
    parts = []
    for ask in each.expected:
        rows = ask().subquery()
        parts.append(
            select(rows.c.document, rows.c.figure.label("expected"), nought.label("found"))
        )
    for ask in each.found:
        rows = ask().subquery()
        parts.append(
            select(rows.c.document, nought.label("expected"), rows.c.figure.label("found"))
        )
    both = union_all(*parts).subquery()
    return (
        select(
            both.c.document,
            func.sum(both.c.expected).label("expected"),
            func.sum(both.c.found).label("found"),
        )
        .group_by(both.c.document)
        .subquery()
    )
