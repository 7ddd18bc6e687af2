"""Each event of a sale makes a posting that balances, to the figures it was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.ledger import chart
from settlement.ledger.errors import AccountUnknown, PostingUnbalanced
from settlement.ledger.posting import Entry, Posting, check_posting
from settlement.ledger.postings import (
    Books,
    PaidOrder,
    Sale,
    captured,
    gate_passed,
    owed,
    refunded,
    signed_for,
    tax_billed,
)

BOOKS = Books(legal_entity_id=1, at=1_795_485_600_000_000)
FEN = st.integers(0, 10**9)


def sums(*postings: Posting | None) -> dict[str, int]:
    """Return the sum of each account over postings, noughts left out."""
    total: dict[str, int] = {}
    for posting in postings:
        for entry in posting.entries if posting else ():
            total[entry.account] = total.get(entry.account, 0) + entry.amount_fen
    return {account: fen for account, fen in total.items() if fen}


def test_captured_money_is_advance_and_tax():
    """107.00 paid, 7.00 of it tax."""
    posting = captured(BOOKS, payment_id=9, orders=[PaidOrder(1, 10_700, 700)])

    assert posting.document == "payment:9"
    assert sums(posting) == {
        chart.PROVIDER_CLEARING: 10_700,
        chart.ADVANCES: -10_000,
        chart.IMPORT_TAX_COLLECTED: -700,
    }


@pytest.mark.parametrize(
    ("billed", "expected"),
    [
        (700, {chart.IMPORT_TAX_COLLECTED: 700, chart.IMPORT_TAX_PAYABLE: -700}),
        (
            699,
            {
                chart.IMPORT_TAX_COLLECTED: 700,
                chart.IMPORT_TAX_PAYABLE: -699,
                chart.OWED_TO_SHOPPER: -1,
            },
        ),
        (
            701,
            {
                chart.IMPORT_TAX_COLLECTED: 700,
                chart.IMPORT_TAX_PAYABLE: -701,
                chart.IMPORT_TAX_EXPENSE: 1,
            },
        ),
    ],
)
def test_the_bill_is_the_truth_and_the_difference_finds_its_owner(billed, expected):
    """Quote 7.00: above the bill is owed to the shopper, below is the platform's expense."""
    posting = tax_billed(BOOKS, order_id=1, tax_no="T1", quoted_fen=700, billed_fen=billed)

    assert sums(posting) == expected


def test_nothing_quoted_and_nothing_billed_posts_nothing():
    """A posting without entries could not be sealed."""
    assert tax_billed(BOOKS, order_id=1, tax_no="T1", quoted_fen=0, billed_fen=0) is None
    assert gate_passed(BOOKS, order_id=1, cost_fen=0) is None


def test_a_principals_sale_becomes_revenue_and_cost():
    """100.00 sold, 60.00 cost, through gate and door: nothing stays in transit."""
    whole = sums(
        captured(BOOKS, payment_id=9, orders=[PaidOrder(1, 10_700, 700)]),
        gate_passed(BOOKS, order_id=1, cost_fen=6_000),
        signed_for(BOOKS, Sale(order_id=1, sale_fen=10_000, cost_fen=6_000)),
    )

    assert whole == {
        chart.PROVIDER_CLEARING: 10_700,
        chart.IMPORT_TAX_COLLECTED: -700,
        chart.STOCK: -6_000,
        chart.COST_OF_SALES: 6_000,
        chart.REVENUE: -10_000,
    }


def test_an_agents_sale_is_the_suppliers_less_commission():
    """100.01 sold at 5 %: 5.00 commission, rounded half up."""
    posting = signed_for(BOOKS, Sale(order_id=1, sale_fen=10_001, agent=True, commission_bp=500))

    assert sums(posting) == {
        chart.ADVANCES: 10_001,
        chart.SUPPLIER_PAYABLE: -9_501,
        chart.COMMISSION: -500,
    }


def test_a_refund_leaves_the_order_at_nought():
    """Money that could not be honoured goes back."""
    taken = owed(BOOKS, payment_id=9, gross_fen=10_700, shares=[(1, 10_700)])

    back = refunded(BOOKS, order_id=1, posted=taken.entries)

    assert sums(taken) == {chart.PROVIDER_CLEARING: 10_700, chart.OWED_TO_SHOPPER: -10_700}
    assert sums(taken, back) == {}


def test_money_of_another_figure_is_owed_to_the_fen():
    """300.00 asked for two orders, 299.99 taken."""
    taken = owed(BOOKS, payment_id=9, gross_fen=29_999, shares=[(1, 10_000), (2, 20_000)])

    legs = [(entry.order_id, entry.amount_fen) for entry in taken.entries]
    assert legs == [(1, 10_000), (1, -10_000), (2, 19_999), (2, -19_999)]


@given(st.lists(st.tuples(FEN, FEN), min_size=1, max_size=5), FEN, FEN, st.integers(0, 10_000))
def test_every_posting_balances(orders, sale, cost, commission_bp):
    """Whatever the figures, no posting is out by a fen."""
    paid = [PaidOrder(n, goods + tax + 1, tax) for n, (goods, tax) in enumerate(orders)]
    postings = [
        captured(BOOKS, payment_id=1, orders=paid),
        owed(
            BOOKS,
            payment_id=1,
            gross_fen=sale + 1,
            shares=[(one.order_id, one.paid_fen) for one in paid],
        ),
        tax_billed(BOOKS, order_id=1, tax_no="T", quoted_fen=sale, billed_fen=cost),
        gate_passed(BOOKS, order_id=1, cost_fen=cost),
        signed_for(BOOKS, Sale(1, sale + 1, cost)),
        signed_for(BOOKS, Sale(1, sale + 1, agent=True, commission_bp=commission_bp)),
    ]

    for posting in postings:
        if posting is not None:
            check_posting(posting)


def test_what_cannot_be_sealed_is_refused_before():
    """One fen astray, a single entry, an account outside the chart."""

    def posting(*entries: Entry) -> Posting:
        return Posting("captured", "payment:1", 1, BOOKS.at, entries)

    with pytest.raises(PostingUnbalanced):
        check_posting(posting(Entry(chart.STOCK, 5), Entry(chart.REVENUE, -4)))
    with pytest.raises(PostingUnbalanced):
        check_posting(posting())
    with pytest.raises(AccountUnknown):
        check_posting(posting(Entry("9999", 5), Entry(chart.REVENUE, -5)))
