"""Decide how accounts and postings are read back: balances, the entries of an account, a posting.

Only sealed postings are shown; how they came about is ``settlement.ledger``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal, select

from kernel.clock import Instant
from settlement.books.asks import NotInBooks, Period
from settlement.ledger.chart import Account
from settlement.ledger.tables import account, entry, posting
from settlement.payments.tables import payment_share


@dataclass(frozen=True, slots=True)
class Balance:
    """An account over a period, in fen: what it began with, both sides, what it ends with."""

    account: Account
    opening_fen: int
    debit_fen: int
    credit_fen: int

    @property
    def closing_fen(self) -> int:
        """Return what it ends with; a debit is above nought."""
        return self.opening_fen + self.debit_fen - self.credit_fen


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry with its posting, its account and the order it belongs to."""

    id: int
    posting_id: int
    gnum: int
    at: Instant
    business_on: date
    kind: str
    document: str
    account_code: str
    name_zh: str
    name_en: str
    amount_fen: int
    order_id: int | None
    order_no: str
    memo: str


@dataclass(frozen=True, slots=True)
class PostingView:
    """One posting with its entries in their places."""

    id: int
    kind: str
    document: str
    legal_entity_id: int
    at: Instant
    business_on: date
    sealed_at: Instant
    correlation: str
    entries: tuple[EntryRow, ...]


def balances(conn: Connection, period: Period, *, code: str | None = None) -> list[Balance]:
    """Return every account, or the one of ``code``, over a period; ``NotInBooks``."""
    before: ColumnElement[Any] = literal(0)
    amount = entry.c.amount_fen
    dated = _within(select(literal(1)), period).whereclause
    if period.from_on is not None:
        before = case((posting.c.business_on < period.from_on, amount), else_=0)
    within: ColumnElement[Any] = amount if dated is None else case((dated, amount), else_=0)
    sums = (
        select(
            entry.c.account_code.label("code"),
            func.sum(before).label("opening"),
            func.sum(case((within > 0, within), else_=0)).label("debit"),
            func.sum(case((within < 0, -within), else_=0)).label("credit"),
        )
        .join_from(entry, posting, posting.c.id == entry.c.posting_id)
        .where(posting.c.sealed_at.is_not(None))
        .group_by(entry.c.account_code)
    )
    if code is not None:
        sums = sums.where(entry.c.account_code == code)
    told = sums.subquery()
    asked = (
        select(account, told.c.opening, told.c.debit, told.c.credit)
        .outerjoin_from(account, told, told.c.code == account.c.code)
        .order_by(account.c.code)
    )
    if code is not None:
        asked = asked.where(account.c.code == code)
    found = [_balance(row) for row in conn.execute(asked)]
    if code is not None and not found:
        raise NotInBooks
    return found


def _balance(row: Any) -> Balance:
    own = Account(row.code, row.name_zh, row.name_en, row.kind)
    return Balance(own, int(row.opening or 0), int(row.debit or 0), int(row.credit or 0))


def _within(asked: Select[Any], period: Period) -> Select[Any]:
    if period.from_on is not None:
        asked = asked.where(posting.c.business_on >= period.from_on)
    if period.to_on is not None:
        asked = asked.where(posting.c.business_on <= period.to_on)
    return asked


_ENTRIES = (
    select(
        entry.c.id,
        entry.c.posting_id,
        entry.c.gnum,
        posting.c.at,
        posting.c.business_on,
        posting.c.kind,
        posting.c.document,
        entry.c.account_code,
        account.c.name_zh,
        account.c.name_en,
        entry.c.amount_fen,
        entry.c.order_id,
        func.coalesce(payment_share.c.order_no, "").label("order_no"),
        entry.c.memo,
    )
    .join_from(entry, posting, posting.c.id == entry.c.posting_id)
    .join(account, account.c.code == entry.c.account_code)
    .outerjoin(payment_share, payment_share.c.order_id == entry.c.order_id)
    .where(posting.c.sealed_at.is_not(None))
)


@dataclass(frozen=True, slots=True)
class EntryAsk:
    """Which entries of an account are wanted: in a period, perhaps of one order.

    ``before`` is the id of the last entry of the page before.
    """

    code: str
    period: Period
    order_id: int | None = None
    before: int | None = None


def entries_of_account(conn: Connection, ask: EntryAsk, *, most: int) -> list[EntryRow]:
    """Return an account's entries, the newest first, at most ``most``."""
    asked = _within(_ENTRIES, ask.period).where(entry.c.account_code == ask.code)
    if ask.order_id is not None:
        asked = asked.where(entry.c.order_id == ask.order_id)
    if ask.before is not None:
        asked = asked.where(entry.c.id < ask.before)
    return _rows(conn, asked.order_by(entry.c.id.desc()).limit(most))


def entries_of_order(conn: Connection, order_id: int) -> list[EntryRow]:
    """Return every entry that belongs to an order, in the order of writing."""
    asked = _ENTRIES.where(entry.c.order_id == order_id)
    return _rows(conn, asked.order_by(posting.c.at, entry.c.posting_id, entry.c.gnum))


def posting_of(conn: Connection, document: str) -> int | None:
    """Return the first sealed posting that a document caused, or None."""
    found = select(posting.c.id).where(
        posting.c.document == document, posting.c.sealed_at.is_not(None)
    )
    return conn.execute(found.order_by(posting.c.id).limit(1)).scalar_one_or_none()


def posting_view(conn: Connection, posting_id: int) -> PostingView:
    """Return one sealed posting; ``NotInBooks`` when there is none."""
    row = conn.execute(
        select(posting).where(posting.c.id == posting_id, posting.c.sealed_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise NotInBooks
    asked = _ENTRIES.where(entry.c.posting_id == posting_id).order_by(entry.c.gnum)
    return PostingView(**row._asdict(), entries=tuple(_rows(conn, asked)))


def _rows(conn: Connection, asked: Select[Any]) -> list[EntryRow]:
    return [EntryRow(*row) for row in conn.execute(asked)]


def money_now(entries: Sequence[EntryRow]) -> list[tuple[EntryRow, int]]:
    """Return where money stands after ``entries``: (an entry of the account, fen), noughts left out."""
    sums: dict[str, int] = {}
    of: dict[str, EntryRow] = {}
    for one in entries:
        sums[one.account_code] = sums.get(one.account_code, 0) + one.amount_fen
        of.setdefault(one.account_code, one)
    return [(of[code], fen) for code, fen in sorted(sums.items()) if fen != 0]
