"""Decide what finance's own books bear witness to: a figure a document, as queries to be joined.

Which two witnesses must agree is decided above, where the other rooms' are known.  Every query
gives (document, figure) rows that are summed by document; nothing is summed here.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, select

from settlement.ledger import chart
from settlement.ledger import tables as ledger
from settlement.ledger.till_postings import SHIFT_CLOSED
from settlement.payments import tables as payments
from settlement.tax import tables as tax
from settlement.tax.bills import VOID

Witness = Select[Any]
"""Rows of (document: text such as ``customs_order:4711``, figure: fen or a count)."""

_TAKEN = ("captured", "owed", "refunded")


def document(kind: str, column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the name of a document of ``kind``, as facts and postings write it."""
    return literal(f"{kind}:") + cast(column, String)


def _rows(name: ColumnElement[str], figure: ColumnElement[Any]) -> Witness:
    return select(name.label("document"), figure.label("figure"))


def _entries(name: ColumnElement[str], account: str, sign: int) -> Witness:
    entry, posting = ledger.entry, ledger.posting
    return (
        _rows(name, sign * entry.c.amount_fen)
        .join_from(entry, posting, posting.c.id == entry.c.posting_id)
        .where(entry.c.account_code == account, posting.c.sealed_at.is_not(None))
    )


def _order_or_posting() -> ColumnElement[str]:
    """An entry that belongs to no order stands under its posting, so that it cannot hide."""
    entry = ledger.entry.c
    return case(
        (entry.order_id.is_not(None), document("customs_order", entry.order_id)),
        else_=document("posting", entry.posting_id),
    )


def account_by_order(account: str, *, credit: bool = False) -> Witness:
    """Return what an account says of each order, in fen; ``credit`` turns the sign."""
    return _entries(_order_or_posting(), account, -1 if credit else 1)


def till_cash_by_sale() -> Witness:
    """Return the cash that each till sale or refund was posted with, in fen."""
    rows = _entries(ledger.posting.c.document, chart.CASH_IN_TILL, 1)
    return rows.where(ledger.posting.c.kind != SHIFT_CLOSED)


def over_short_by_shift() -> Witness:
    """Return the cash over (below nought: short) that was posted for each shift, in fen."""
    return _entries(ledger.posting.c.document, chart.CASH_OVER_SHORT, -1)


def captured_by_order() -> Witness:
    """Return what was posted as captured at the provider for each order, in fen."""
    rows = _entries(_order_or_posting(), chart.PROVIDER_CLEARING, 1)
    return rows.where(ledger.posting.c.kind == "captured")


def account_by_payment(account: str, *, credit: bool = False) -> Witness:
    """Return what an account says of each payment, through the orders it paid, in fen.

    Money that belongs to no order stands under the document that was posted.
    """
    entry, share = ledger.entry, payments.payment_share
    name = case(
        (share.c.payment_id.is_not(None), document("payment", share.c.payment_id)),
        else_=ledger.posting.c.document,
    )
    rows = _entries(name, account, -1 if credit else 1)
    return rows.outerjoin(share, share.c.order_id == entry.c.order_id)


def taken_by_payment(*, only_owed: bool = False) -> Witness:
    """Return what the provider says it took for each payment, in fen."""
    payment = payments.payment.c
    states = ("owed",) if only_owed else _TAKEN
    return _rows(document("payment", payment.id), payment.gross_fen).where(
        payment.state.in_(states)
    )


def given_back_by_payment(*, only_owed: bool = False) -> Witness:
    """Return what went back to the wallets of each payment, in fen, below nought; parts apart."""
    refund, payment = payments.refund, payments.payment
    rows = _rows(document("payment", refund.c.payment_id), -refund.c.amount_fen).where(
        refund.c.state == "done"
    )
    if only_owed:
        owed = and_(payment.c.id == refund.c.payment_id, payment.c.state == "owed")
        rows = rows.join_from(refund, payment, owed)
    return rows


def parts_given_back_by_payment() -> Witness:
    """Return what went back for parts of orders that came back, by payment, below nought."""
    part = payments.part_refund.c
    return _rows(document("payment", part.payment_id), -(part.sale_fen + part.tax_fen)).where(
        part.state == "done"
    )


def parts_to_give_back(figure: str) -> Witness:
    """Return ``sale_fen`` or ``tax_fen`` of parts whose money has yet to go back, by order."""
    part = payments.part_refund.c
    return _rows(document("customs_order", part.order_id), part[figure]).where(
        part.state == "asked"
    )


def parts_of_orders() -> Select[tuple[int, int, int]]:
    """Return order, ``sale_fen`` and ``tax_fen`` of each part, its money gone back or not yet."""
    part = payments.part_refund.c
    return select(part.order_id, part.sale_fen, part.tax_fen)


def _parts(figure: ColumnElement[Any]) -> Witness:
    """Return a figure of the parts taken off bills that stand, by order."""
    part, bill = tax.tax_part, tax.tax_bill
    return (
        _rows(document("customs_order", part.c.order_id), figure)
        .join_from(part, bill, bill.c.id == part.c.bill_id)
        .where(bill.c.status != VOID)
    )


def parts_unbilled_by_order() -> Witness:
    """Return the billed tax that parts which came back took off, by order, below nought."""
    return _parts(-tax.tax_part.c.billed_fen)


def parts_over_quoted_by_payment() -> Witness:
    """Return by how much quotes were above the bill in parts that came back, below nought."""
    part, share = tax.tax_part, payments.payment_share
    over = part.c.quoted_fen - part.c.billed_fen
    rows = _parts(-over).where(over > 0)
    name = document("payment", share.c.payment_id)
    return rows.with_only_columns(name.label("document"), (-over).label("figure")).join(
        share, share.c.order_id == part.c.order_id
    )


def part_values_by_order() -> Witness:
    """Return the dutiable value that parts gave back to a year still used, below nought."""
    part, use = tax.tax_part, tax.limit_use
    return (
        _rows(document("customs_order", part.c.order_id), -part.c.value_fen)
        .join_from(part, use, use.c.order_id == part.c.order_id)
        .where(use.c.state == "used")
    )


def second_money_kept() -> Witness:
    """Return money that came beside a settled payment and is still to go back, in fen."""
    second = payments.second_payment.c
    return _rows(document("second_payment", second.id), second.gross_fen).where(
        second.state == "owed"
    )


def refunded_orders() -> Select[tuple[int]]:
    """Return the orders whose money went back, whole."""
    return select(payments.refund.c.order_id).where(payments.refund.c.state == "done")


def billed_orders() -> Select[tuple[int]]:
    """Return the orders for which a tax bill of customs stands."""
    return select(tax.tax_bill.c.order_id).where(tax.tax_bill.c.status != VOID)


def billed_by_order() -> Witness:
    """Return the tax that customs' bills ask for each order, in fen."""
    bill = tax.tax_bill.c
    return _rows(
        document("customs_order", bill.order_id),
        bill.customs_fen + bill.vat_fen + bill.consumption_fen,
    ).where(bill.status != VOID)


def over_quoted_by_payment() -> Witness:
    """Return by how much quotes were above customs' bills, by payment, in fen."""
    bill, share = tax.tax_bill.c, payments.payment_share
    billed = bill.customs_fen + bill.vat_fen + bill.consumption_fen
    name = document("payment", share.c.payment_id)
    return (
        _rows(name, bill.quoted_fen - billed)
        .join_from(tax.tax_bill, share, share.c.order_id == bill.order_id)
        .where(bill.quoted_fen > billed, bill.status != VOID)
    )


def limit_uses_by_order() -> Witness:
    """Return the dutiable value that each order uses of its buyer's year, in fen."""
    use = tax.limit_use.c
    return _rows(document("customs_order", use.order_id), use.value_fen).where(use.state == "used")


def limit_uses_by_year() -> Witness:
    """Return the uses of each person's year, in fen."""
    use = tax.limit_use.c
    name = document("limit_year", use.year) + "/" + use.person_lookup
    return _rows(name, use.value_fen).where(use.state == "used")


def limit_years() -> Witness:
    """Return what is counted on each person's year, in fen."""
    year = tax.limit_year.c
    return _rows(document("limit_year", year.year) + "/" + year.person_lookup, year.used_fen)


def guarantee_movements() -> Witness:
    """Return the movements of each guarantee, in fen."""
    movement = tax.guarantee_movement.c
    return _rows(document("guarantee", movement.guarantee_id), movement.amount_fen)


def guarantees_held() -> Witness:
    """Return what each guarantee says is held, in fen."""
    return _rows(document("guarantee", tax.guarantee.c.id), tax.guarantee.c.held_fen)


def debits_by_posting() -> Witness:
    """Return the debits of each posting, in fen."""
    entry = ledger.entry.c
    return _rows(document("posting", entry.posting_id), entry.amount_fen).where(
        entry.amount_fen > 0
    )


def credits_by_posting() -> Witness:
    """Return the credits of each posting, in fen, as a figure above nought."""
    entry = ledger.entry.c
    return _rows(document("posting", entry.posting_id), -entry.amount_fen).where(
        entry.amount_fen < 0
    )


def postings_kept() -> Witness:
    """Return 1 for each posting there is."""
    return _rows(document("posting", ledger.posting.c.id), literal(1))


def postings_sound() -> Witness:
    """Return 1 for each posting that is sealed and whose two or more entries sum to nought."""
    posting, entry = ledger.posting, ledger.entry
    return (
        _rows(document("posting", posting.c.id), literal(1))
        .join_from(posting, entry, entry.c.posting_id == posting.c.id)
        .where(posting.c.sealed_at.is_not(None))
        .group_by(posting.c.id)
        .having(func.sum(entry.c.amount_fen) == 0, func.count() >= 2)
    )
