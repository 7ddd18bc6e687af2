"""Decide what a reader of the books gets: entries as rows of text, and the sum of each account.

Into which file they go is the caller's business.
"""

from datetime import date

from sqlalchemy import Connection, func, select

from kernel.clock import china_time
from kernel.money import yuan_text
from settlement.ledger import tables

HEADER = (
    "posting_id",
    "kind",
    "document",
    "legal_entity_id",
    "business_on",
    "at",
    "gnum",
    "account_code",
    "account_name",
    "amount_fen",
    "debit",
    "credit",
    "order_id",
    "memo",
)


def ledger_rows(conn: Connection, *, from_on: date, to_on: date) -> list[dict[str, str]]:
    """Return the sealed entries of the business days from ``from_on`` to ``to_on``, by ``HEADER``.

    ``amount_fen`` is signed (debit above nought); ``debit`` and ``credit`` are yuan.
    """
    posting, entry, account = tables.posting, tables.entry, tables.account
    rows = conn.execute(
        select(posting, entry.c.gnum, entry.c.account_code, account.c.name_zh, entry.c.amount_fen)
        .add_columns(entry.c.order_id, entry.c.memo)
        .join_from(posting, entry, entry.c.posting_id == posting.c.id)
        .join(account, account.c.code == entry.c.account_code)
        .where(posting.c.sealed_at.is_not(None))
        .where(posting.c.business_on >= from_on, posting.c.business_on <= to_on)
        .order_by(posting.c.at, posting.c.id, entry.c.gnum)
    )
    return [
        {
            "posting_id": str(row.id),
            "kind": row.kind,
            "document": row.document,
            "legal_entity_id": str(row.legal_entity_id),
            "business_on": row.business_on.isoformat(),
            "at": china_time(row.at).isoformat(),
            "gnum": str(row.gnum),
            "account_code": row.account_code,
            "account_name": row.name_zh,
            "amount_fen": str(row.amount_fen),
            "debit": yuan_text(max(0, row.amount_fen)),
            "credit": yuan_text(max(0, -row.amount_fen)),
            "order_id": "" if row.order_id is None else str(row.order_id),
            "memo": row.memo,
        }
        for row in rows
    ]


def balances(conn: Connection) -> dict[str, int]:
    """Return the sealed sum of each account in fen, a debit above nought; together nought."""
    posting, entry = tables.posting, tables.entry
    rows = conn.execute(
        select(entry.c.account_code, func.sum(entry.c.amount_fen))
        .join_from(entry, posting, posting.c.id == entry.c.posting_id)
        .where(posting.c.sealed_at.is_not(None))
        .group_by(entry.c.account_code)
    )
    return {code: int(fen) for code, fen in rows}
