"""The books refuse what does not balance, and never change what is sealed."""

import dataclasses
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from kernel.batch import Batch
from kernel.db import Database
from settlement.ledger import chart, tables
from settlement.ledger.errors import AgreementMissing, PostingChanged, PostingUnbalanced
from settlement.ledger.post import post, post_many, posted_for
from settlement.ledger.posting import Posting
from settlement.ledger.postings import Books, PaidOrder, captured
from settlement.ledger.report import HEADER, balances, ledger_rows
from settlement.ledger.terms import Agreement, agreement_on, cost_of, put_agreement, put_unit_cost

DAY = date(2026, 11, 24)


@pytest.fixture
def sale(clock) -> Posting:
    """107.00 captured for order 1, 7.00 of it tax."""
    return captured(Books(1, clock.now()), payment_id=9, orders=[PaidOrder(1, 10_700, 700)])


def opened(database: Database, *legs: tuple[str, int], posting_id: int = 50) -> None:
    """Write an open posting with entries, past every check of ours."""
    with database.write() as conn:
        conn.execute(
            tables.posting.insert().values(
                id=posting_id,
                kind="captured",
                document=f"payment:{posting_id}",
                legal_entity_id=1,
                at=1,
                business_on=DAY,
                correlation="c",
            )
        )
        for gnum, (account, fen) in enumerate(legs, start=1):
            conn.execute(_entry(posting_id, gnum, account, fen))


def _entry(posting_id: int, gnum: int, account: str, fen: int):
    return tables.entry.insert().values(
        id=posting_id * 100 + gnum,
        posting_id=posting_id,
        gnum=gnum,
        account_code=account,
        amount_fen=fen,
        memo="",
    )


def seal(database: Database, *posting_ids: int) -> None:
    with database.write() as conn:
        table = tables.posting
        conn.execute(update(table).where(table.c.id.in_(posting_ids)).values(sealed_at=2))


def test_a_posting_is_in_the_books_once(database, sale):
    """A webhook and a sweeper post the same capture."""
    with database.write() as conn:
        assert post(conn, sale) is True
        assert post(conn, sale) is False

    with database.read() as conn:
        assert balances(conn) == {
            chart.PROVIDER_CLEARING: 10_700,
            chart.ADVANCES: -10_000,
            chart.IMPORT_TAX_COLLECTED: -700,
        }
        assert tuple(posted_for(conn, 1)) == sale.entries


def test_a_document_cannot_be_posted_anew(database, sale, clock):
    """The same payment with another figure."""
    other = captured(Books(1, clock.now()), payment_id=9, orders=[PaidOrder(1, 10_701, 700)])
    with database.write() as conn:
        post(conn, sale)

        with pytest.raises(PostingChanged):
            post(conn, other)


def test_many_postings_go_in_one_batch(database, sale):
    """A group of three captures; each has its correlation."""
    group = [
        dataclasses.replace(sale, document=f"payment:{n}", correlation=f"scan-{n}")
        for n in range(3)
    ]

    with database.write() as conn, Batch(conn) as batch:
        post_many(batch, group)

    with database.read() as conn:
        rows = conn.execute(select(tables.posting).order_by(tables.posting.c.id)).all()
        assert [row.correlation for row in rows] == ["scan-0", "scan-1", "scan-2"]
        assert {row.sealed_at for row in rows} == {sale.at}
        assert sum(balances(conn).values()) == 0


def test_an_unbalanced_posting_leaves_nothing(database, sale):
    """One bad posting in a group of two."""
    bad = dataclasses.replace(sale, document="payment:10", entries=sale.entries[:-1])

    with pytest.raises(PostingUnbalanced), database.write() as conn, Batch(conn) as batch:
        post_many(batch, [sale, bad])

    with database.read() as conn:
        assert balances(conn) == {}


@pytest.mark.parametrize(
    "legs",
    [
        pytest.param(((chart.STOCK, 5), (chart.REVENUE, -4)), id="out by a fen"),
        pytest.param((), id="empty"),
        pytest.param(((chart.STOCK, 5), ("9999", -5)), id="outside the chart"),
    ],
)
def test_the_database_itself_refuses_the_seal(database, legs):
    """Somebody writes past our code; a good posting in the same statement does not help."""
    opened(database, (chart.STOCK, 5), (chart.REVENUE, -5), posting_id=49)
    opened(database, *legs)

    with pytest.raises(IntegrityError, match="posting_sealed_is_balanced"):
        seal(database, 49, 50)

    with database.read() as conn:
        assert conn.execute(select(tables.posting.c.sealed_at)).scalars().all() == [None, None]


def test_nothing_changes_under_a_seal(database):
    """Update, delete and insert on both tables; then the posting as it was."""
    opened(database, (chart.STOCK, 5), (chart.REVENUE, -5))
    seal(database, 50)
    posting, entry = tables.posting, tables.entry
    statements = [
        posting.update().values(sealed_at=None),
        posting.update().values(document="payment:51"),
        posting.delete(),
        entry.update().where(entry.c.gnum == 1).values(amount_fen=6),
        entry.update().where(entry.c.gnum == 1).values(memo="nicer"),
        entry.delete().where(entry.c.gnum == 1),
        _entry(50, 3, chart.STOCK, 1),
    ]

    for statement in statements:
        refused = pytest.raises(
            IntegrityError, match=r"posting_sealed_is_immutable|fk_entry_posting"
        )
        with refused, database.write() as conn:
            conn.execute(statement)

    with database.read() as conn:
        legs = conn.execute(select(entry.c.amount_fen, entry.c.memo)).all()
    assert sorted(legs) == [(-5, ""), (5, "")]


def test_no_posting_is_born_sealed(database):
    """An insert that brings its own seal would pass by the balance."""
    born = tables.posting.insert().values(
        id=1,
        kind="captured",
        document="payment:1",
        legal_entity_id=1,
        at=1,
        business_on=DAY,
        correlation="",
        sealed_at=1,
    )

    refused = pytest.raises(IntegrityError, match="posting_is_opened_first")
    with refused, database.write() as conn:
        conn.execute(born)


def test_an_open_posting_can_be_mended(database):
    """Before the seal a wrong entry may go."""
    opened(database, (chart.STOCK, 5), (chart.REVENUE, -4))

    with database.write() as conn:
        conn.execute(tables.entry.update().values(amount_fen=-5).where(tables.entry.c.gnum == 2))
    seal(database, 50)

    with database.read() as conn:
        assert balances(conn) == {chart.STOCK: 5, chart.REVENUE: -5}


def test_the_report_shows_every_leg_by_day(database, sale):
    """The day of the sale in China and the day before."""
    with database.write() as conn:
        post(conn, sale)

    with database.read() as conn:
        rows = ledger_rows(conn, from_on=DAY, to_on=DAY)
        before = ledger_rows(conn, from_on=date(2026, 11, 1), to_on=date(2026, 11, 23))

    assert before == []
    assert [tuple(row) for row in rows] == [HEADER] * 3
    assert [
        (row["account_code"], row["debit"], row["credit"], row["order_id"]) for row in rows
    ] == [
        (chart.PROVIDER_CLEARING, "107.00", "0.00", "1"),
        (chart.ADVANCES, "0.00", "100.00", "1"),
        (chart.IMPORT_TAX_COLLECTED, "0.00", "7.00", "1"),
    ]
    assert sum(int(row["amount_fen"]) for row in rows) == 0


def test_terms_and_costs_follow_the_day(database):
    """An agent from October, principal before; the cost rises in November."""

    def terms(basis: str, mode: str, from_on: date) -> Agreement:
        return Agreement(1, 2, basis, mode, 500, from_on, date(9999, 12, 31))

    with database.write() as conn:
        put_agreement(conn, terms("principal", "own_sale", date(2026, 1, 1)))
        put_agreement(conn, terms("agent", "licensed_split", date(2026, 10, 1)))
        put_unit_cost(conn, 7, unit_cost_fen=300, from_on=date(2026, 1, 1), document="IN-1")
        put_unit_cost(conn, 7, unit_cost_fen=350, from_on=date(2026, 11, 1), document="IN-2")

    with database.read() as conn:
        assert agreement_on(conn, 2, date(2026, 9, 30)).agent is False
        assert agreement_on(conn, 2, date(2026, 10, 1)).agent is True
        assert cost_of(conn, [(7, 2)], date(2026, 10, 31)) == 600
        assert cost_of(conn, [(7, 2), (8, 5)], DAY) == 700
        with pytest.raises(AgreementMissing):
            agreement_on(conn, 3, DAY)


def test_agents_money_is_never_collected_unlicensed(database):
    """Collecting for a third party without a licensed house is refused at approval."""
    with pytest.raises(IntegrityError), database.write() as conn:
        put_agreement(
            conn, Agreement(1, 2, "agent", "own_sale", 500, date(2026, 1, 1), date(2026, 12, 31))
        )
